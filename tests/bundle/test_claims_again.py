"""Claims, invoices and cash, worked out a second time: what was changed is found at its place."""

import json
from random import Random

import pytest

from ledger.events.codec import encode_event
from projections.bundle.checker.books import Sums
from projections.bundle.checker.cash import Cash
from projections.bundle.checker.claims_again import OF_CLAIMS, ClaimsAgain, reference_of
from projections.bundle.checker.findings import Findings
from tests.properties import office
from tests.properties.accountant import live_through
from tests.properties.world import World

FIELDS = {
    "claim.collected": (
        *("lines", "adjustments", "amount_minor", "funded_minor", "unfunded_minor", "funders"),
        *("known_at", "upto", "rule_version", "effective_on", "causes"),
    ),
    "claim.reduced": ("amount_minor", "funded_minor", "unfunded_minor", "funders", "causes"),
    "sample.selected": ("payments", "population", "seed", "size", "method"),
    "invoice.issued": (
        *("amount_minor", "funder", "invoice", "reference", "due_on", "rule_version", "causes"),
        "effective_on",
    ),
    "credit_note.issued": ("amount_minor", "funder", "credit_note", "reference"),
    "invoice.written_off": ("amount_minor", "funder", "invoice"),
}


@pytest.fixture(scope="module")
def stories():
    """Ledgers in which claims are drafted, sampled, approved, paid and taken back."""
    told = []
    for seed in range(24):
        chance, world = Random(seed), World()
        live_through(world, office.at_work(chance, world), chance, often=15)
        told.append([json.loads(encode_event(event)) for event in world.events])
    return told


def changed(was):
    if isinstance(was, int):
        return was + 1
    return f"{was}x" if isinstance(was, str) else [*was, 1] if not was else was[1:]


def found_in(documents):
    findings = Findings()
    claims = ClaimsAgain(findings)
    for document in documents:
        claims.follow(document)
    claims.finish()
    return findings.faults


def test_there_are_decisions_of_every_kind(stories):
    kinds = {one["type"] for documents in stories for one in documents}
    assert set(OF_CLAIMS) <= kinds
    assert not any(found_in(documents) for documents in stories)


@pytest.mark.parametrize(
    "kind, name", [(kind, name) for kind, fields in FIELDS.items() for name in fields]
)
def test_a_field_that_was_changed_is_found_where_it_stands(kind, name, stories):
    tried = 0
    for documents in stories:
        for place in [n for n, one in enumerate(documents) if one["type"] == kind][-1:]:
            event = json.loads(json.dumps(documents[place]))
            where = event if name in event else event["data"]
            where[name] = changed(where[name])
            faults = found_in([*documents[:place], event])
            assert [fault.version for fault in faults][:1] == [event["version"]]
            tried += 1
    assert tried


def test_causes_of_a_claims_decisions_in_another_order_are_found(stories):
    tried = 0
    for documents in stories:
        for place, one in enumerate(documents):
            if one["type"] in OF_CLAIMS and len(one["causes"]) > 1:
                [fault] = found_in([*documents[:place], {**one, "causes": one["causes"][::-1]}])
                assert (fault.version, "causes" in fault.what) == (one["version"], True)
                tried += 1
    assert tried > 3


def test_a_decision_about_a_claim_that_is_missing_is_found(stories):
    for documents in stories:
        for place in [n for n, one in enumerate(documents) if one["type"] in OF_CLAIMS][-1:]:
            fact = max(one["version"] for one in documents[:place] if one["type"] not in OF_CLAIMS)
            faults = found_in(documents[:place])
            assert [fault.version for fault in faults] == [fact]


def test_a_reference_has_its_check_digits():
    """The example of ISO 11649."""
    assert reference_of("539007547034") == "RF18539007547034"


def cash_of(documents):
    findings = Findings()
    cash = Cash(findings)
    for document in documents:
        cash.follow(document)
    return cash, findings


@pytest.mark.parametrize(
    "kind, said",
    [("receipt.allocated", "settled"), ("credit.refunded", "settled"),
     ("invoice.written_off", "settled"), ("refund.paid", "than there is")],
)  # fmt: skip
def test_nothing_settles_more_than_it_is(kind, said, stories):
    tried = 0
    for documents in stories:
        for place in [n for n, one in enumerate(documents) if one["type"] == kind][-1:]:
            event = json.loads(json.dumps(documents[place]))
            event["data"]["amount_minor"] += 10**9
            faults = cash_of([*documents[:place], event])[1].faults
            assert {fault.version for fault in faults} == {event["version"]}
            assert said in faults[0].what
            tried += 1
    assert tried


def test_a_receipt_that_pays_for_others_or_is_voided_while_it_pays_is_found(stories):
    tried = 0
    for documents in stories:
        places = [n for n, one in enumerate(documents) if one["type"] == "receipt.allocated"]
        for place in places[:1]:
            receipt = next(
                one
                for one in reversed(documents[:place])
                if one["data"].get("receipt") == documents[place]["data"]["receipt"]
            )
            void = {"type": "fact.voided", "data": {"version": receipt["version"]}, "version": 9}
            assert "voided" in cash_of([*documents[: place + 1], void])[1].faults[0].what
            receipt["data"]["funder"] += "x"
            faults = cash_of(documents[: place + 1])[1].faults
            receipt["data"]["funder"] = receipt["data"]["funder"][:-1]
            assert (place + 1, True) in {(one.version, "owes" in one.what) for one in faults}
            tried += 1
    assert tried


def test_a_credit_note_settles_no_more_than_it_is_and_nothing_of_others():
    told = [
        ("credit_note.issued", {"credit_note": "N1", "funder": "la", "amount_minor": 100}),
        ("invoice.issued", {"invoice": "I2", "funder": "la", "amount_minor": 500}),
        ("invoice.issued", {"invoice": "I3", "funder": "sch", "amount_minor": 500}),
        ("credit.applied", {"credit_note": "N1", "invoice": "I2", "amount_minor": 60}),
        ("credit.applied", {"credit_note": "N1", "invoice": "I2", "amount_minor": 41}),
        ("credit.applied", {"credit_note": "N1", "invoice": "I3", "amount_minor": -60}),
    ]
    faults = cash_of(
        [{"type": kind, "data": said, "version": n} for n, (kind, said) in enumerate(told, 1)]
    )[1].faults
    assert [(fault.version, fault.what.partition(": ")[2]) for fault in faults] == [
        (5, "1.01 of 1.00 are settled"),
        (6, "what is of la settles what sch owes"),
        (6, "-0.60 of 5.00 are settled"),
    ]


def test_a_funder_whose_journal_has_more_than_its_papers_is_named(stories):
    cash, findings = cash_of(stories[0])
    cash.check({("lcf", "general", "assets:receivable:la", "2020-01"): Sums(10**12, 0)})
    assert any("outstanding in the journal" in fault.what for fault in findings.faults)
