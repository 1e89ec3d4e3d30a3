"""Whose decision it is and when it was received and recorded: that is the fact's to say."""

import json
from random import Random

import pytest

from ledger.events.codec import encode_event
from projections.bundle.checker.envelopes import Envelopes
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.performing import COMPARED, OTHER_DECISIONS
from tests.bundle.bundled import bundled, log_of, signed, verdict
from tests.bundle.mutations import changed_event, rewritten
from tests.bundle.settled_often import events_of
from tests.properties import noise, office
from tests.properties.world import World

OTHERWISE = {
    "actor": "eve",
    "received_on": "2019-01-01",
    "recorded_at": "2026-11-23T00:00:00.000001Z",
    "id": "f-1",
}
DECISIONS = (*COMPARED, *OTHER_DECISIONS)


def told(seed, make):
    chance, world = Random(seed), World()
    for sent in make(chance, world):
        world.take(sent)
    return world.events


@pytest.fixture(scope="module")
def stories():
    """Ledgers with payments, fees, claims, settlements, and children who are forgotten."""
    events = [
        *(told(seed, office.at_work) for seed in range(8)),
        *(told(seed, lambda chance, _: noise.history(chance, noisy=60)) for seed in range(24)),
        *(events_of(seed) for seed in range(4)),
    ]
    return [[json.loads(encode_event(event)) for event in story] for story in events]


def found_in(documents):
    findings = Findings()
    envelopes = Envelopes(findings)
    for document in documents:
        envelopes.follow(document)
    return findings.faults


def test_decisions_of_every_kind_are_held_to_their_facts(stories):
    kinds = {one["type"] for documents in stories for one in documents}
    assert set(DECISIONS) - kinds == {"child.erased"}
    assert not any(found_in(documents) for documents in stories)


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_decision_by_others_or_of_another_time_is_found_where_it_stands(name, stories):
    tried = set()
    for documents in stories:
        for place, one in enumerate(documents):
            if one["type"] in DECISIONS and one["type"] not in tried:
                event = {**one, name: OTHERWISE[name]}
                [fault] = found_in([*documents[:place], event])
                assert fault.version == one["version"]
                assert f"{one['type']}: {name} {OTHERWISE[name]} is stored" in fault.what
                tried.add(one["type"])
    assert len(tried) > 12


def test_a_fact_by_others_is_found_by_what_followed_from_it_and_reported_once(stories):
    tried = 0
    for documents in stories:
        facts = [n for n, one in enumerate(documents[:-1]) if one["type"] not in DECISIONS]
        for place in [n for n in facts if documents[n + 1]["type"] in DECISIONS][-1:]:
            event = {**documents[place], "actor": "eve"}
            [fault] = found_in([*documents[:place], event, *documents[place + 1 :]])
            assert fault.version == event["version"] + 1
            tried += 1
    assert tried > 20


def test_a_fact_that_names_causes_and_a_decision_before_all_facts_are_found(stories):
    fact = {**stories[0][0], "causes": [1]}
    decision = next(one for one in stories[0] if one["type"] in DECISIONS)
    assert "names the causes [1]" in found_in([fact])[0].what
    assert "behind no fact" in found_in([decision])[0].what


def test_a_bundle_in_which_a_decision_is_by_others_is_found_out_though_the_log_signed_it(tmp_path):
    events = list(events_of(1))
    bundled(events, tmp_path / "wlz")
    assert verdict(tmp_path / "wlz").document["checked"]["decisions held to their facts"] > 20
    place = max(n for n, event in enumerate(events) if event.type == "partner.settled")
    events[place] = changed_event(events[place], "actor", lambda _: "eve")
    rewritten(tmp_path / "wlz", events, signed(log_of(events), [len(events)]))
    said = verdict(tmp_path / "wlz")
    assert [fault["version"] for fault in said.faults] == [place + 1]
