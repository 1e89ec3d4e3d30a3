"""The sealed log over HTTP: what is signed can be checked by whoever has the key, offline."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import VerifierKey
from ledger.log.notes.proof_file import ProofFile
from ledger.log.proofs import proves_consistency, proves_inclusion
from ledger.log.tree import leaf_hash
from tests.api.desk import SIGNER, Desk, Json, fact
from tests.api.test_periods import YEAR, ask, code_of

PLAIN_TEXT = {"Accept": "text/plain"}


def key_of(desk: Desk) -> VerifierKey:
    answer = desk.get("/log/key", headers=PLAIN_TEXT)
    assert answer.headers["content-type"].startswith("text/plain")
    [line] = answer.text.splitlines()
    return VerifierKey.from_text(line)


def checkpoint_of(desk: Desk, query: str = "", **how: Any) -> Checkpoint:
    answer = desk.get(f"/log/checkpoint{query}", **how)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    checkpoint, _ = open_checkpoint(answer.text, key_of(desk))
    assert answer.headers["etag"] == f'"{checkpoint.size}"'
    return checkpoint


def hashes(document: Json) -> list[bytes]:
    return [bytes.fromhex(text) for text in document["hashes"]]


def read(desk: Desk, path: str) -> Json:
    answer = desk.get(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_key_is_named_after_the_ledger_and_has_a_beginning(desk: Desk) -> None:
    desk.with_terms()
    found = read(desk, "/log/key")
    assert found["origin"] == f"ledger.example/{desk.ledger}"
    [key] = found["keys"]
    assert key["key"] == str(SIGNER.key(found["origin"])) == str(key_of(desk))
    assert (key["kind"], key["to_version"], key["to_at"]) == ("log", None, None)
    assert key["from_at"].endswith("Z")


def test_a_checkpoint_says_where_the_ledger_stands(desk: Desk) -> None:
    empty = checkpoint_of(desk)
    assert (empty.size, empty.root.hex()) == (0, read(desk, "")["root"])
    desk.with_terms()
    standing, checkpoint = read(desk, ""), checkpoint_of(desk)
    assert checkpoint.origin == f"ledger.example/{desk.ledger}"
    assert (checkpoint.size, checkpoint.root.hex()) == (standing["version"], standing["root"])
    assert checkpoint_of(desk, f"?size={checkpoint.size}") == checkpoint
    assert code_of(desk.get(f"/log/checkpoint?size={checkpoint.size - 1}")) == (
        404,
        "unknown_checkpoint",
    )
    assert checkpoint_of(desk, role="witness") == checkpoint


def test_every_event_is_proved_under_every_size(desk: Desk) -> None:
    desk.with_child()
    key, last = key_of(desk), desk.version()
    for version in range(1, last + 1):
        stored = desk.get(f"/events/{version}/stored").content
        for size in range(version, last + 1):
            found = read(desk, f"/log/proof/{version}?size={size}")
            assert found["leaf_hash"] == leaf_hash(stored).hex()
            assert (found["version"], found["leaf_index"], found["size"]) == (
                version,
                version - 1,
                size,
            )
            checkpoint, _ = open_checkpoint(found["checkpoint"], key)
            assert (checkpoint.size, checkpoint.root.hex()) == (size, found["root"])
            proved = proves_inclusion(
                leaf_hash(stored), version - 1, size, hashes(found), checkpoint.root
            )
            assert proved


def test_a_proof_is_also_a_file_that_others_read(desk: Desk) -> None:
    desk.with_child()
    latest = checkpoint_of(desk)
    answer = desk.get("/log/proof/3", headers=PLAIN_TEXT)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("c2sp.org/tlog-proof@v1\nindex 2\n")
    stored = desk.get("/events/3/stored").content
    assert ProofFile.from_text(answer.text).verified(leaf_hash(stored), key_of(desk)) == latest


def test_a_proof_without_a_size_is_about_the_last_checkpoint_or_a_new_one(desk: Desk) -> None:
    desk.with_terms()
    kept = checkpoint_of(desk)
    desk.appended("recorder", fact("child.enrolled"))
    assert read(desk, "/log/proof/1")["size"] == kept.size
    assert read(desk, f"/log/proof/{desk.version()}")["size"] == desk.version()


def test_the_seal_of_every_answer_is_a_checkpoint_that_is_redeemed_for_a_proof(desk: Desk) -> None:
    contract = fact("contract.signed", contract="b", fact_id="one")
    seals = [
        desk.appended("finance", body)["seal"]
        for body in (
            fact("contract.signed"),
            [fact("funder.joined"), fact("cohort.opened")],
            contract,
            contract,
        )
    ]
    key = key_of(desk)
    for seal in seals:
        checkpoint, _ = open_checkpoint(seal["signature"], key)
        assert (checkpoint.size, checkpoint.root.hex()) == (seal["version"], seal["root"])
        found = read(desk, f"/log/proof/{seal['version']}?size={checkpoint.size}")
        assert (found["leaf_hash"], found["root"]) == (seal["leaf_hash"], seal["root"])
    tried = desk.append("finance", fact("contract.signed", contract="c"), query="?dry_run=true")
    checkpoint, _ = open_checkpoint(tried.json()["seal"]["signature"], key)
    assert checkpoint.size == desk.version()


def test_a_request_that_is_sent_again_gets_its_first_seal(desk: Desk) -> None:
    headers = {"Idempotency-Key": "once"}
    body = [fact("contract.signed"), fact("funder.joined")]
    first = desk.appended("finance", body, headers=headers)
    desk.appended("finance", fact("cohort.opened"))
    again = desk.appended("finance", body, headers=headers)
    assert again["seal"] == first["seal"]
    assert open_checkpoint(again["seal"]["signature"], key_of(desk))[0].size == 2


def test_requests_that_share_a_commit_share_its_signature(desk: Desk) -> None:
    """Whatever the groups were: each seal is of the commit that stored its version."""
    desk.appended("finance", fact("contract.signed"))
    bodies = [fact("funder.joined", funder=f"f{number}", name="f") for number in range(40)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: desk.appended("finance", body), bodies))
    commits = [row for page in desk.house.service.log.commits(desk.ledger) for row in page]
    key = key_of(desk)
    for answer in answers:
        [holding] = [
            row for row in commits if row.first_version <= answer["version"] <= row.last_version
        ]
        checkpoint, _ = open_checkpoint(answer["seal"]["signature"], key)
        assert (checkpoint.size, checkpoint.root) == (holding.last_version, holding.root)


def test_the_log_only_grew_between_any_two_sizes(desk: Desk) -> None:
    desk.with_child()
    last = desk.version()
    for first in range(last + 1):
        for second in range(first, last + 1):
            found = read(desk, f"/log/consistency?from={first}&to={second}")
            roots = [bytes.fromhex(found[name]) for name in ("from_root", "to_root")]
            assert proves_consistency(first, roots[0], second, roots[1], hashes(found))
    assert read(desk, "/log/consistency?from=1")["to"] == checkpoint_of(desk).size


def test_a_closing_is_answered_with_a_checkpoint_that_holds_it(desk: Desk) -> None:
    desk.with_child()
    headers = {"Idempotency-Key": "close-once"}
    body = {"contract": "lcf", "hardness": "soft", **YEAR}
    url = f"{desk.path}/periods/close"
    answer = desk.house.clients["finance"].post(url, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    closed = answer.json()
    checkpoint, _ = open_checkpoint(closed["checkpoint"], key_of(desk))
    assert (checkpoint.size, checkpoint.root.hex()) == (desk.version(), read(desk, "")["root"])
    assert checkpoint_of(desk, f"?size={checkpoint.size}") == checkpoint
    desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    checkpoint_of(desk)
    again = desk.house.clients["finance"].post(url, json=body, headers=headers).json()
    assert again["checkpoint"] == closed["checkpoint"]
    refused = ask(desk, "close", **{**YEAR, "to": "2021-08-30"}, hardness="soft")
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "path, status, code",
    [
        ("/log/proof/0", 404, "unknown_event"),
        ("/log/proof/999999", 404, "unknown_event"),
        ("/log/proof/x", 404, "unknown_event"),
        ("/log/proof/5?size=4", 422, "outside_log"),
        ("/log/proof/1?size=0", 422, "outside_log"),
        ("/log/proof/1?size=999999", 422, "outside_log"),
        ("/log/proof/1?size=-1", 422, "shape_invalid"),
        ("/log/consistency", 422, "shape_invalid"),
        ("/log/consistency?from=3&to=2", 422, "outside_log"),
        ("/log/consistency?from=3&to=999999", 422, "outside_log"),
        ("/log/consistency?from=3&upto=4", 422, "shape_invalid"),
        ("/log/checkpoint?size=999999", 404, "unknown_checkpoint"),
        ("/log/checkpoint?known_at=1", 422, "shape_invalid"),
    ],
)
def test_what_the_log_does_not_hold_is_not_proved(
    desk: Desk, path: str, status: int, code: str
) -> None:
    desk.with_terms()
    assert code_of(desk.get(path)) == (status, code)


def test_proofs_are_for_the_business_and_roots_for_witnesses(desk: Desk) -> None:
    desk.with_child()
    assert code_of(desk.get("/log/proof/1", role="witness")) == (403, "role_missing")
    assert code_of(desk.get("/log/proof/1", role="recorder")) == (403, "role_missing")
    assert desk.get("/log/consistency?from=1", role="witness").status_code == 200
    assert code_of(desk.get("/events/1", role="witness")) == (403, "role_missing")


def test_a_root_is_written_in_base64_where_a_note_says_it(desk: Desk) -> None:
    desk.with_terms()
    lines = desk.get("/log/checkpoint").text.splitlines()
    assert base64.b64decode(lines[2]).hex() == read(desk, "")["root"]
    assert lines[3] == ""
    assert lines[4].startswith(f"\u2014 ledger.example/{desk.ledger} ")
