"""Settlements, worked out a second time: what was changed is found at its place."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.codec import encode_event
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.settlements_again import OF_SETTLEMENTS, SettlementsAgain
from tests.bundle.again import must_be_performed_again
from tests.bundle.bundled import bundled, log_of, signed, verdict
from tests.bundle.mutations import changed_event, rewritten
from tests.bundle.settled_often import events_of, settled_often
from tests.bundle.test_one_contract import elsewhere
from tests.properties import settling
from tests.properties.world import World, played

COLLECTED = "settlement.collected"
PARTS = (
    *("partner", "accruals", "accrued_minor", "brought_minor", "disputed_minor", "pay_minor"),
    *("carried_minor", "funds"),
)
FIELDS = {
    COLLECTED: ("upto", "known_at", "partners", "rule_version", "effective_on", "causes"),
    "partner.settled": (
        *("partner", "amount_minor", "bank_account", "fingerprint", "funds", "reference"),
        *("rule_version", "effective_on", "causes"),
    ),
    "partner.unsettled": (
        *("partner", "amount_minor", "bank_account", "fingerprint", "funds", "reference"),
        *("settled_version", "reason_code", "rule_version", "effective_on", "causes"),
    ),
}


def read(events):
    return [json.loads(encode_event(event)) for event in events]


@pytest.fixture(scope="module")
def stories():
    """Ledgers in which partners are settled, and payments come back."""
    return [
        *(read(played(settling.history(Random(seed))).events) for seed in range(16)),
        *(read(events_of(seed)) for seed in range(8)),
    ]


def found_in(documents):
    findings = Findings()
    settlements = SettlementsAgain(findings)
    for document in documents:
        settlements.follow(document)
    settlements.finish()
    return findings.faults


def changed(was):
    if isinstance(was, int):
        return was + 1
    return f"{was}x" if isinstance(was, str) else "x" if was is None else was[1:]


def places_of(documents, *kinds):
    return [place for place, one in enumerate(documents) if one["type"] in kinds]


def tampered(documents, place, change):
    """What is found when one decision, the last that is stored, was changed."""
    event = json.loads(json.dumps(documents[place]))
    change(event)
    return found_in([*documents[:place], event])


@given(settling.settling_histories)
def test_settlements_are_performed_again_to_the_penny(told):
    must_be_performed_again(played(told).events)


@given(st.integers(0, 2**32 - 1))
def test_runs_in_pence_and_three_funds_are_performed_again_to_the_penny(seed):
    must_be_performed_again(events_of(seed))


def test_there_are_decisions_of_every_kind(stories):
    kinds = {one["type"] for documents in stories for one in documents}
    assert set(OF_SETTLEMENTS) <= kinds
    assert kinds >= {"fee.reversed", "fee.disputed", "fee.paid", "settlement.withdrawn"}
    assert not any(found_in(documents) for documents in stories)


@pytest.mark.parametrize(
    "kind, name", [(kind, name) for kind, fields in FIELDS.items() for name in fields]
)
def test_a_field_that_was_changed_is_found_where_it_stands(kind, name, stories):
    def change(event):
        where = event if name in event else event["data"]
        where[name] = changed(where[name])

    tried = 0
    for documents in stories:
        for place in places_of(documents, kind)[-1:]:
            [fault] = tampered(documents, place, change)
            assert fault.version == documents[place]["version"]
            assert fault.what.startswith(f"{kind}: ")
            tried += 1
    assert tried


def test_causes_of_a_settlements_decisions_in_another_order_are_found(stories):
    tried = 0
    for documents in stories:
        for place, one in enumerate(documents):
            if one["type"] in OF_SETTLEMENTS and len(one["causes"]) > 1:
                [fault] = found_in([*documents[:place], {**one, "causes": one["causes"][::-1]}])
                assert (fault.version, "causes" in fault.what) == (one["version"], True)
                tried += 1
    assert tried > 3


@pytest.mark.parametrize("name", PARTS)
def test_a_partner_of_a_draft_that_was_changed_is_found_by_name_of_the_field(name, stories):
    def change(event):
        part = event["data"]["partners"][-1]
        empty = {"accruals": [1], "funds": [{"fund": "x", "amount_minor": 1}]}
        part[name] = empty[name] if part[name] == [] else changed(part[name])

    tried = 0
    for documents in stories:
        for place in places_of(documents, COLLECTED):
            faults = tampered(documents, place, change)
            assert [fault.version for fault in faults] == [documents[place]["version"]]
            assert f" {name} " in faults[0].what
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("kind", OF_SETTLEMENTS)
def test_a_penny_that_another_fund_bears_is_found(kind, stories):
    def change(event):
        said = event["data"]
        parts = said["partners"] if kind == COLLECTED else [said]
        funds = next(part["funds"] for part in parts if len(part["funds"]) > 1)
        funds[0]["amount_minor"] += 1
        funds[1]["amount_minor"] -= 1

    tried = 0
    for documents in stories:
        for place in places_of(documents, kind):
            said = documents[place]["data"]
            if any(len(part["funds"]) > 1 for part in said.get("partners", [said])):
                [fault] = tampered(documents, place, change)
                assert fault.version == documents[place]["version"]
                assert "funds" in fault.what
                tried += 1
    assert tried


def test_a_draft_that_leaves_a_partner_out_or_invents_one_is_found(stories):
    def without(event):
        event["data"]["partners"].pop()

    def with_another(event):
        part = event["data"]["partners"][0]
        event["data"]["partners"].append({**part, "partner": "zz", "accruals": [], "funds": []})

    for documents in stories:
        for place in places_of(documents, COLLECTED)[-1:]:
            for change in (without, with_another):
                [fault] = tampered(documents, place, change)
                assert fault.version == documents[place]["version"]


@pytest.mark.parametrize("kind", OF_SETTLEMENTS)
def test_a_decision_about_a_settlement_that_is_missing_is_found(kind, stories):
    tried = 0
    for documents in stories:
        for place in places_of(documents, kind):
            fact = max(
                one["version"] for one in documents[:place] if one["type"] not in OF_SETTLEMENTS
            )
            [fault] = found_in(documents[:place])
            assert fault.version == fact
            assert f"{kind} of {documents[place]['data']['settlement']}: it is missing" in (
                fault.what
            )
            tried += 1
    assert tried


@pytest.mark.parametrize("kind", OF_SETTLEMENTS)
def test_a_decision_about_a_settlement_that_nothing_led_to_is_found(kind, stories):
    for documents in stories:
        for place in places_of(documents, kind)[-1:]:
            later = {**documents[-1], "type": "note", "data": {}, "version": 10_000}
            again = {**documents[place], "version": 10_001}
            [fault] = found_in([*documents, later, again])
            assert fault.version == 10_001
            assert "by the rules nothing is due" in fault.what


def test_a_settlement_that_was_changed_is_reported_once(stories):
    """Its payments are then those of the draft as it is stored."""
    for documents in stories:
        for place in places_of(documents, COLLECTED)[:1]:
            event = json.loads(json.dumps(documents[place]))
            event["data"]["partners"][0]["pay_minor"] += 1
            faults = found_in([*documents[:place], event, *documents[place + 1 :]])
            name = event["data"]["settlement"]
            about = {one["version"]: one["data"].get("settlement") for one in documents}
            assert [about[fault.version] for fault in faults].count(name) == 1


@pytest.mark.parametrize("kind, name", [(COLLECTED, "partners"), ("partner.settled", "funds")])
def test_a_bundle_with_a_changed_settlement_is_found_out_though_the_log_signed_it(
    kind, name, tmp_path
):
    """By somebody who has the log's key: only the rules know better."""
    events = list(events_of(1))
    bundled(events, tmp_path / "wlz")
    said = verdict(tmp_path / "wlz")
    assert (said.code, said.faults) == (0, [])
    of_settlements = [event for event in events if event.type in OF_SETTLEMENTS]
    counted = said.document["checked"]["settlement decisions performed again"]
    assert counted == len(of_settlements) > 3
    place = [n for n, event in enumerate(events) if event.type == kind][-1]

    def change(was):
        first = was[0]
        field = "carried_minor" if kind == COLLECTED else "amount_minor"
        return [{**first, field: first[field] + 1}, *was[1:]]

    events[place] = changed_event(events[place], name, change)
    rewritten(tmp_path / "wlz", events, signed(log_of(events), [len(events)]))
    said = verdict(tmp_path / "wlz")
    assert said.code == 1
    assert place + 1 in {fault["version"] for fault in said.faults}
    assert any("the rules say" in fault["what"] for fault in said.faults)


def test_a_bundle_of_one_contract_knows_the_bank_details_of_its_partners(tmp_path):
    """Two contracts that settle beside one another; details belong to the ledger."""
    world = World()
    others = map(elsewhere, settled_often(Random(2)))
    for mine, theirs in zip(settled_often(Random(1)), others, strict=False):
        world.take(mine)
        world.take(theirs)
    paid = {one.data.contract for one in world.events if one.type == "partner.settled"}
    assert paid == {"k", "other-k"}
    for contract in sorted(paid):
        bundled(world.events, tmp_path / contract, contract=contract)
        said = verdict(tmp_path / contract)
        assert (said.code, said.faults) == (3, [])
        assert said.document["checked"]["settlement decisions performed again"] > 1
