"""Names, shares, caps, at most once: what the rules decide is clean, what is doctored found."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from ledger.events.children import EvidenceAttached
from ledger.events.decisions import SplitLine
from ledger.events.people import FactVoided
from ledger.events.sealed import no_keys
from projections.audit.finding_codes import REMARKS
from projections.audit.findings import Report
from projections.audit.journal import Account, JournalCheck
from projections.audit.reperformance import Reperformance
from projections.audit.seals import SealsCheck
from projections.rows import Posting
from tests.audit.doctored import DIGEST, codes, first, told_also, told_otherwise, whole
from tests.projections.history import CONTRACT, day
from tests.properties.noise import histories
from tests.properties.settling import settling_histories
from tests.properties.world import World

MANY = settings(max_examples=60, deadline=None)


def test_a_whole_ledger_is_found_in_order():
    events = whole()
    assert codes(events) == set()
    types = {event.type for event in events}
    assert {"payment.reversed", "fee.reversed", "fact.voided", "child.transferred"} <= types
    assert any(event.data.unfunded_minor for event in events if event.type == "payment.released")


@MANY
@given(histories)
def test_no_history_that_the_rules_decide_has_a_fault(facts):
    world = World()
    for sent in facts:
        world.take(sent)
    assert codes(world.events) - REMARKS.keys() == set()


@MANY
@given(settling_histories)
def test_no_history_of_settlements_has_a_fault(facts):
    world = World()
    for sent in facts:
        world.take(sent)
    assert codes(world.events) - REMARKS.keys() == set()


def shifted(paid):
    """A pound from one funder to the next."""
    one, two, *others = paid.split
    split = (
        replace(one, amount_minor=one.amount_minor - 100),
        replace(two, amount_minor=two.amount_minor + 100),
        *others,
    )
    return {"split": split}


def another_payer(paid):
    one, *others = paid.split
    return {"split": (replace(one, funder="eve"), *others)}


def one_payer_more(paid):
    return {"split": (*paid.split, SplitLine("eve", 0, 0, 0, 10_000))}


def a_pound_more(paid):
    one, *others = paid.split
    return {"split": (replace(one, amount_minor=one.amount_minor + 100), *others)}


def a_part_unfunded(paid):
    return {
        "split": tuple(
            replace(line, amount_minor=0, unfunded_minor=line.amount_minor) for line in paid.split
        ),
        "funded_minor": 0,
        "unfunded_minor": paid.funded_minor,
    }


def nothing_unfunded(paid):
    split = tuple(
        replace(line, amount_minor=line.amount_minor + line.unfunded_minor, unfunded_minor=0)
        for line in paid.split
    )
    return {"split": split, "funded_minor": paid.amount_minor, "unfunded_minor": 0}


RELEASED = "payment.released"
REVERSED = "payment.reversed"
CHANGED = (
    (RELEASED, {"child": "c0"}, shifted, "share_differs"),
    (RELEASED, {"child": "c0"}, another_payer, "payers_differ"),
    (RELEASED, {"child": "c0"}, one_payer_more, "payers_differ"),
    (RELEASED, {"child": "c0"}, a_pound_more, "parts_do_not_add_up"),
    (RELEASED, {"child": "c0"}, {"funded_minor": 1}, "parts_do_not_add_up"),
    (RELEASED, {"child": "c5"}, {"share_set": 9}, "payers_differ"),
    (RELEASED, {"child": "c0"}, {"share_set": 10_000}, "named_nothing"),
    (RELEASED, {"child": "c0"}, {"share_set": 1}, "named_misfit"),
    (RELEASED, {"child": "c0"}, {"evidence": (1,)}, "named_misfit"),
    (RELEASED, {"child": "c1"}, {"evidence": (11,)}, "named_misfit"),
    (RELEASED, {"child": "c0"}, {"payment": "P9"}, "named_misfit"),
    (RELEASED, {"child": "c0"}, {"card": "another"}, "named_misfit"),
    (RELEASED, {"child": "c0"}, {"contract": "next"}, "named_elsewhere"),
    (RELEASED, {"child": "c0"}, {"child": "c1"}, "paid_twice"),
    (RELEASED, {"reference": "g2"}, nothing_unfunded, "cap_exceeded"),
    (RELEASED, {"reference": "g2"}, {"reference": "g1"}, "paid_twice"),
    (REVERSED, {}, {"amount_minor": -1}, "reversal_differs"),
    (REVERSED, {}, lambda undone: {"split": undone.split[1:]}, "reversal_differs"),
    (REVERSED, {}, {"reversed_version": 12}, "reversed_twice"),
    (REVERSED, {}, {"reversed_version": 12}, "reversal_differs"),
    ("fee.reversed", {}, {"amount_minor": 0}, "reversal_differs"),
    ("fee.accrued", {}, {"terms_version": 1}, "named_misfit"),
    ("fee.reversed", {}, {"session": "s2"}, "reversed_twice"),
    ("fact.voided", {}, {"version": 9_999}, "named_nothing"),
)


@pytest.mark.parametrize("kind, said, change, code", CHANGED)
def test_what_was_told_otherwise_is_found(kind, said, change, code):
    assert code in codes(told_otherwise(kind, change, **said))


def test_a_set_that_is_not_in_force_is_found():
    events = whole()
    later = first(events, RELEASED, child="c5").data.share_set
    named = events[later - 1]
    events[later - 1] = replace(named, effective_on=day("2022-01-01"))
    assert "share_set_not_in_force" in codes(events)


def test_unfunded_without_any_cap_is_found():
    events = [event for event in whole() if event.type != "cap.set"]
    changed = first(events, RELEASED, child="c0")
    doctored = replace(changed, data=replace(changed.data, **a_part_unfunded(changed.data)))
    events[events.index(changed)] = doctored
    assert "unfunded_without_cap" in codes(events)


@pytest.mark.parametrize(
    "like, said, code",
    [
        ("child.enrolled", {"child": "c0"}, "enrolled_twice"),
        (RELEASED, {"child": "c0"}, "paid_twice"),
        (REVERSED, {}, "reversed_twice"),
        ("fee.reversed", {}, "reversed_twice"),
        ("fact.voided", {}, "voided_twice"),
    ],
)
def test_what_was_told_twice_is_found(like, said, code):
    assert code in codes(told_also(first(whole(), like, **said).data, like, **said))


def test_a_voided_enrolment_makes_room_for_another():
    began = first(whole(), "child.enrolled", child="c0")
    voided = told_also(FactVoided(CONTRACT, began.version, "wrong"), "fact.voided")
    again = replace(began, version=len(voided) + 1)
    assert "enrolled_twice" not in codes([*voided, again])


@pytest.mark.parametrize(
    "about, child, expected",
    [
        ("nobody-has-this", None, {"evidence_about_nothing"}),
        (21, "c3", {"evidence_about_another"}),
        (10_000, None, {"named_nothing"}),
        ("e12", None, set()),
    ],
)
def test_evidence_about_something_else_is_a_remark(about, child, expected):
    attached = EvidenceAttached(CONTRACT, about, DIGEST, "text/csv", 7, child)
    events = told_also(attached, "evidence.attached")
    assert codes(events) == expected


def test_a_cap_that_is_lowered_below_use_is_no_fault_of_earlier_payments():
    cap = replace(first(whole(), "cap.set", funder="la").data, limit_minor=1)
    assert codes(told_also(cap, "cap.set")) == set()


def test_a_cause_lies_before_what_it_caused():
    events = whole()
    paid = first(events, RELEASED, child="c0")
    events[paid.version - 1] = replace(paid, causes=(*paid.causes, paid.version + 1))
    assert codes(events) == {"named_nothing"}


def posted(amount_minor, fund="general"):
    line = Posting(1, 1, 7, 1, day("2020-01-01"), None, amount_minor)
    return Account(CONTRACT, "assets:bank:main", fund), line


def test_each_entry_and_each_fund_balances_at_every_version():
    report = Report("wlz")
    check = JournalCheck(report)
    check.follow(1, [posted(5), posted(-5), posted(7, "other"), posted(-7, "other")])
    assert report.findings == []
    check.follow(2, [posted(5), posted(-5, "other")])
    check.follow(3, [posted(-5), posted(5, "other")])
    found = [(finding.code, finding.version) for finding in report.findings]
    assert found.count(("journal_unbalanced", 2)) == 2
    assert found.count(("journal_unbalanced", 3)) == 2
    assert found.count(("trial_balance_off", 2)) == 2
    assert ("trial_balance_off", 3) not in found
    check.follow(4, [posted(5), posted(-5)])
    assert report.findings[-1].version == 3


def rules_find(events):
    report = Report("wlz")
    again = Reperformance(report, ZoneInfo("Europe/London"))
    for event in events:
        again.follow(event)
    again.finish()
    return {found.code for found in report.findings}


def test_a_decision_that_is_left_out_or_put_in_is_found():
    events = whole()
    began = first(events, "child.enrolled", child="c0").version
    assert rules_find(events) == rules_find(events[: began + 1]) == set()
    assert rules_find(events[:began]) == {"decision_missing"}
    twice = replace(events[began], version=began + 2)
    assert "decision_not_due" in rules_find([*events[: began + 1], twice])


def test_whoever_was_erased_and_can_be_read_is_found():
    report = Report("wlz")
    seals = SealsCheck(report, no_keys("wlz", None), read={"c0", "c1"}, gone={"c1": 7})
    seals.finish()
    assert [(found.code, found.version) for found in report.findings] == [
        ("erased_yet_readable", 7)
    ]
