"""Sealed scores: performed again with the keys of the audit, and counted without them."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.bundling import audit_keys, opened_keys
from ledger.events.codec import encode_event
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.performing import Performance
from tests.bundle.bundled import LEDGER, bundled, verdict
from tests.properties.erasures import MASTER, Sealed, forgetful
from tests.properties.noise import history
from tests.properties.world import played

BY_SCORES = 4


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A bundle with sealed scores and its keys, of a history in which they decide something."""
    folder = tmp_path_factory.mktemp("sealed")
    kept = Sealed(played(history(Random(BY_SCORES), noisy=40)).events)
    bundled(kept.events, folder / "wlz")
    children = {event.data.child for event in kept.events if event.schema == 2}
    lines = list(audit_keys(LEDGER, opened_keys(kept.store, MASTER, LEDGER, children)))
    (folder / "keys").write_bytes(b"".join(line + b"\n" for line in lines))
    return folder


def test_with_the_keys_everything_is_performed_again(sealed):
    said = verdict(sealed / "wlz", "--sealed-keys", str(sealed / "keys"))
    assert said.faults == []
    assert said.code == 0
    assert said.document["checked"]["sealed values opened"] > 3


def test_without_the_keys_nothing_is_wrong_and_not_everything_verified(sealed):
    said = verdict(sealed / "wlz")
    assert said.faults == []
    assert said.code == 3
    assert (
        "children whose payments are taken as stored: scores that cannot be read"
        in (said.document["unverified"])
    )


def test_no_score_and_no_key_is_in_the_bundle(sealed):
    keys = [key for _, key in map(json.loads, (sealed / "keys").read_text().splitlines()[1:])]
    for path in (sealed / "wlz").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [key for key in keys if key.encode() in content], path.name
            assert not [key for key in keys if bytes.fromhex(key) in content], path.name


def test_a_key_of_another_child_opens_nothing_and_is_found(sealed, tmp_path):
    head, *lines = (sealed / "keys").read_text().splitlines()
    swapped = [json.dumps([json.loads(line)[0], "00" * 32]) for line in lines]
    (tmp_path / "keys").write_text("\n".join([head, *swapped]) + "\n")
    said = verdict(sealed / "wlz", "--sealed-keys", str(tmp_path / "keys"))
    assert said.code == 1
    assert all(fault["version"] for fault in said.faults)
    assert "does not open" in said.faults[0]["what"]


@pytest.mark.parametrize(
    "written",
    ["", "nonsense", '{"audit_keys":1,"ledger":"other"}', '{"audit_keys":1,"ledger":"wlz"}\n[1]'],
)
def test_a_file_that_is_none_of_keys_is_not_understood(sealed, tmp_path, written):
    (tmp_path / "keys").write_text(written)
    said = verdict(sealed / "wlz", "--sealed-keys", str(tmp_path / "keys"))
    assert said.code == 2
    assert "--sealed-keys" in said.errors


@given(st.integers(0, 2**32 - 1))
def test_erased_children_are_counted_and_the_rest_is_performed_again(seed):
    world = forgetful(Random(seed))
    findings = Findings()
    performance = Performance(findings, lambda *_: None)
    for event in world.events:
        performance.follow(json.loads(encode_event(event)))
    performance.finish()
    assert findings.faults == []
    erased = findings.unverified.get("children whose payments are taken as stored: erased", 0)
    assert erased == len(world.erased)


def test_the_key_of_an_erased_child_is_counted_among_none_that_open():
    kept = Sealed(forgetful(Random(BY_SCORES)).events)
    children = {event.data.child for event in kept.events if event.schema == 2}
    erased = {event.data.child for event in kept.events if event.type == "child.erased"} & children
    keys = opened_keys(kept.store, MASTER, LEDGER, children)
    assert {child for child, key in keys.items() if key is None} == erased != set()
    assert set(keys) == children > erased


@given(st.integers(0, 2**32 - 1))
def test_what_nobody_can_read_is_taken_as_it_is_stored(seed):
    kept = Sealed(played(history(Random(seed), noisy=30)).events)
    findings = Findings()
    performance = Performance(findings, lambda *_: None)
    for event in kept.events:
        performance.follow(json.loads(encode_event(event)))
    performance.finish()
    assert findings.faults == []
