"""Witnesses: who may be one, what is checked of a cosignature, and where it is shown."""

import time
from typing import Any

import httpx

from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import COSIGNATURE, Note, Signature, VerifierKey
from ledger.log.signing.signer import Signer
from tests.api.desk import SIGNER, Desk, Json, fact
from tests.api.test_periods import code_of
from tests.api.test_proofs import key_of, read

FUNDER = Signer(bytes(range(2, 34)))
NAME = "funder.example/witness"
KEY = FUNDER.key(NAME, COSIGNATURE)


def add(desk: Desk, key: object = KEY, **how: Any) -> httpx.Response:
    admin = desk.house.clients["admin"]
    return admin.post(f"{desk.path}/log/witnesses", json={"key": str(key)}, **how)


def send(desk: Desk, size: int, line: object, *, role: str = "witness", **how: Any) -> Any:
    body = {"size": size, "cosignature": str(line)}
    return desk.house.clients[role].post(f"{desk.path}/log/cosignatures", json=body, **how)


def latest(desk: Desk) -> tuple[Checkpoint, Note]:
    return open_checkpoint(desk.get("/log/checkpoint").text, key_of(desk))


def cosigned(desk: Desk, moment: int | None = None, name: str = NAME) -> tuple[int, Signature]:
    checkpoint, note = latest(desk)
    stamp = int(time.time()) if moment is None else moment
    return checkpoint.size, FUNDER.cosigned(name, note.text, stamp)


def witnesses(desk: Desk) -> list[Json]:
    return [key for key in read(desk, "/log/key")["keys"] if key["kind"] == "witness"]


def test_a_cosignature_is_shown_below_its_checkpoint_and_in_proofs(desk: Desk) -> None:
    desk.with_terms()
    assert add(desk).status_code == 201
    assert [key["key"] for key in witnesses(desk)] == [str(KEY)]
    size, line = cosigned(desk, 1_700_000_000)
    answer = send(desk, size, line)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "size": size,
        "name": NAME,
        "cosigned_at": "2023-11-14T22:13:20Z",
        "status": "kept",
    }
    note = latest(desk)[1]
    assert note.verified([KEY, key_of(desk)]) == (key_of(desk), KEY)
    assert Note.from_text(desk.get("/log/checkpoint").text).signatures[-1] == line
    proof = desk.get("/log/proof/1", headers={"Accept": "text/plain"}).text
    assert proof.endswith(f"{line}\n")


def test_a_key_cosigns_a_checkpoint_once(desk: Desk) -> None:
    desk.with_terms()
    add(desk)
    size, first = cosigned(desk, 1_700_000_000)
    headers = {"Idempotency-Key": "cosign"}
    assert send(desk, size, first, headers=headers).json()["status"] == "kept"
    again = send(desk, size, first, headers=headers)
    assert again.json()["status"] == "kept"
    assert again.headers["Idempotency-Replayed"] == "true"
    later = send(desk, size, cosigned(desk, 1_700_000_060)[1])
    assert (later.status_code, later.json()["status"]) == (201, "known")
    assert [line for line in latest(desk)[1].signatures if line.name == NAME] == [first]


def test_an_older_checkpoint_may_still_be_cosigned(desk: Desk) -> None:
    desk.with_terms()
    add(desk)
    size, line = cosigned(desk)
    desk.appended("recorder", fact("child.enrolled"))
    assert latest(desk)[0].size > size
    assert send(desk, size, line).status_code == 201
    whole = desk.get(f"/log/checkpoint?size={size}").text
    assert Note.from_text(whole).signatures[-1] == line


def test_what_no_known_witness_has_signed_is_refused(desk: Desk) -> None:
    desk.with_terms()
    size, line = cosigned(desk)
    assert code_of(send(desk, size, line)) == (422, "unknown_witness")
    add(desk)
    assert code_of(send(desk, size + 1, line)) == (422, "unknown_checkpoint")
    other = Signer(bytes(32)).cosigned(NAME, latest(desk)[1].text, 1)
    assert code_of(send(desk, size, other)) == (422, "unknown_witness")
    forged = Signature(NAME, KEY.id, other.content)
    assert code_of(send(desk, size, forged)) == (422, "cosignature_wrong")
    of_another = FUNDER.cosigned(NAME, Checkpoint("x", size, bytes(32)).text, 1)
    assert code_of(send(desk, size, of_another)) == (422, "cosignature_wrong")
    shifted = Signature(NAME, KEY.id, bytes(8) + line.content[8:])
    assert code_of(send(desk, size, shifted)) == (422, "cosignature_wrong")
    assert len(latest(desk)[1].signatures) == 1


def test_a_cosignature_from_the_future_is_refused(desk: Desk) -> None:
    desk.with_terms()
    add(desk)
    for moment in (int(time.time()) + 3_600, 2**63):
        size, line = cosigned(desk, moment)
        assert code_of(send(desk, size, line)) == (422, "cosignature_wrong")


def test_what_is_no_cosignature_is_refused_by_its_shape(desk: Desk) -> None:
    desk.with_terms()
    add(desk)
    size, line = cosigned(desk)
    plain = FUNDER.signed(NAME, latest(desk)[1].text)
    for wrong in ("", "x", str(line).replace("—", "-"), plain):
        assert code_of(send(desk, size, wrong)) == (422, "shape_invalid")
    assert code_of(send(desk, -1, line)) == (422, "unknown_checkpoint")


def test_only_a_witness_key_is_taken_and_only_once(desk: Desk) -> None:
    desk.with_terms()
    for wrong in ("", "x+y+z", FUNDER.key(NAME), str(KEY).replace("+", " ")):
        assert code_of(add(desk, wrong)) == (422, "shape_invalid")
    named_like_the_log = FUNDER.key(latest(desk)[0].origin, COSIGNATURE)
    assert code_of(add(desk, named_like_the_log)) == (422, "shape_invalid")
    headers = {"Idempotency-Key": "a-witness"}
    first = add(desk, headers=headers)
    assert first.json() == {"key": str(KEY), "name": NAME, "id": KEY.id.hex()}
    assert add(desk, headers=headers).json() == first.json()
    assert code_of(add(desk)) == (409, "already_exists")


def test_a_witness_that_was_stopped_cosigns_nothing_more_and_what_it_cosigned_stays(
    desk: Desk,
) -> None:
    desk.with_terms()
    add(desk)
    size, line = cosigned(desk)
    send(desk, size, line)
    admin, url = desk.house.clients["admin"], f"{desk.path}/log/witnesses/{KEY.id.hex()}"
    assert admin.delete(url).status_code == 204
    assert code_of(admin.delete(url)) == (404, "unknown_witness")
    [stopped] = witnesses(desk)
    assert stopped["to_version"] == desk.version()
    desk.appended("recorder", fact("child.enrolled"))
    size, later = cosigned(desk)
    assert code_of(send(desk, size, later)) == (422, "unknown_witness")
    assert code_of(add(desk)) == (409, "already_exists")
    kept = Note.from_text(desk.get(f"/log/checkpoint?size={stopped['to_version']}").text)
    assert kept.signatures[-1] == line


def test_a_witness_key_of_one_ledger_cosigns_nothing_in_another(desk: Desk) -> None:
    desk.with_terms()
    add(desk)
    other = desk.house.open_ledger().with_terms()
    size, line = cosigned(other)
    assert code_of(send(other, size, line)) == (422, "unknown_witness")
    assert str(VerifierKey.from_text(str(KEY))) == str(KEY)


def test_a_key_of_the_log_is_given_up_by_an_admin_once_nobody_signs_with_it(desk: Desk) -> None:
    desk.with_terms()
    notary, admin = desk.house.service.signing.notary, desk.house.clients["admin"]
    lost = FUNDER.key(notary.origin(desk.ledger))
    notary.kept.take_key(desk.ledger, lost, "another-service")
    own = SIGNER.key(notary.origin(desk.ledger))
    url = f"{desk.path}/log/keys/"
    assert code_of(admin.delete(url + own.id.hex())) == (409, "signing_key_in_use")
    assert code_of(admin.delete(url + "0badc0de")) == (404, "unknown_log_key")
    assert admin.delete(url + lost.id.hex()).status_code == 204
    assert code_of(admin.delete(url + lost.id.hex())) == (404, "unknown_log_key")
    assert key_of(desk) == own
    given_up = next(key for key in read(desk, "/log/key")["keys"] if key["key"] == str(lost))
    assert given_up["to_version"] == desk.version()
