"""The journal test of one person in both parts: over a year, and kind by kind."""

from collections import Counter

import pytest

from ledger.events.cash import ReceiptRecorded
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimReduced,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.people import FactVoided
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.privacy import ChildErased, ErasureRequested
from ledger.events.samples import SampleDrawn, SampleJudged
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    SettlementApproved,
    SettlementDrafted,
)
from tests.projections import given
from tests.projections.finance import SECOND
from tests.projections.history import CONTRACT, day


def test_nobody_agreed_to_what_it_prepared(told, year):
    """The rules decided the year: claims, samples, settlements, write-offs, bank details."""
    found, items = told("same_maker_checker")
    checked = Counter(event.type for event in year.events)
    acts = ("claim.approved", "sample.judged", "settlement.approved", "write_off.approved",
            "partner.bank_confirmed", "fact.voided")  # fmt: skip
    assert found["examined"] == sum(checked[name] for name in acts) > 10
    assert items == []
    assert told("same_maker_checker", contract=SECOND)[0]["examined"] == 1


MADE = (
    ((ClaimDrafted(CONTRACT, "q1", day("2020-01-01")),), ClaimApproved(CONTRACT, "q1"), "claim"),
    (
        (ClaimReduced(CONTRACT, "q1", -1, -1, 0, (), 1, sample="s1"),),
        ClaimApproved(CONTRACT, "q1"), "claim",
    ),
    (
        (SampleDrawn(CONTRACT, "q1", "s1", 1, "seed", "exact"),),
        SampleJudged(CONTRACT, "s1", "P1", passed=True), "sample",
    ),
    (
        (SettlementDrafted(CONTRACT, "t1", day("2020-01-01")),),
        SettlementApproved(CONTRACT, "t1"), "settlement",
    ),
    (
        (WriteOffRequested(CONTRACT, "i1", "w1", 5, "x"),), WriteOffApproved(CONTRACT, "w1"),
        "write_off",
    ),
    (
        (PeriodClosed(day("2020-01-01"), day("2020-01-31"), "soft", (), 1, "0" * 64),),
        PeriodReopened(day("2020-01-01"), day("2020-01-31"), "x"), "period",
    ),
    ((PartnerBankSet("p1", "a" * 64),), PartnerBankConfirmed("p1", "a" * 64), "bank"),
    (
        (ErasureRequested("c1", "objection"),), ChildErased("c1", "objection", "all", "eve", 31),
        "erasure",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("made", "checked", "kind"), MADE, ids=[case[2] for case in MADE])
def test_one_person_in_both_parts_is_found(told, history, made, checked, kind):
    """Stored past the rules, as only somebody with the database could."""
    given.terms(history)
    while history.version < 30:
        history.add(ReceiptRecorded(CONTRACT, "phil", f"x-{history.version}-x", 1), "2020-01-01")
    for act in made:
        history.add(act, "2020-02-01", actor="eve")
    by_another = history.add(checked, "2020-02-02", actor="anna")
    found, items = told("same_maker_checker")
    assert (found["examined"], items) == (1, [])
    if kind == "period":  # it is open again: what was closed before counts no more
        assert history.add(checked, "2020-02-03", actor="eve") == by_another + 1
        assert told("same_maker_checker")[1] == []
        history.add(made[0], "2020-02-03", actor="eve")
    caught = history.add(checked, "2020-02-03", actor="eve")
    _, [item] = told("same_maker_checker")
    assert (item["version"], item["kind"], item["actor"]) == (caught, kind, "eve")
    last_made = max(e.version for e in history.events if type(e.data) is type(made[0]))
    assert (item["made_version"], item["effective_on"]) == (last_made, "2020-02-03")
    assert told("same_maker_checker", known_at=by_another)[1] == []
    assert told("same_maker_checker", as_of="2020-02-02")[0]["examined"] == 1


def test_who_voids_its_own_fact_is_found(told, history):
    given.terms(history)
    wrong = history.add(ReceiptRecorded(CONTRACT, "phil", "r1", 5), "2020-02-01", actor="eve")
    voided = history.add(FactVoided(CONTRACT, wrong, "x"), "2020-02-02", actor="eve")
    _, [item] = told("same_maker_checker")
    assert (item["version"], item["kind"], item["made_version"]) == (voided, "voiding", wrong)


def test_who_verifies_what_it_measured_is_found_where_a_payment_rests_on_it(told, history):
    """Stored past the rules: the verification is the last of what the payment rests on."""
    given.terms(history)
    given.enrol(history, "c1")
    scores = [
        given.measure(history, "c1", "peer", point, value, on)
        for point, value, on in (("baseline", 6, "2019-10-01"), ("end_point", 2, "2020-07-01"))
    ]
    verified = given.verify(history, "c1", "2020-07-10", area="peer", actor="ada")
    assert told("same_maker_checker")[0]["examined"] == 0
    history.release("2020-07-01", {"phil": 5}, child="c1", evidence=(*scores, verified))
    found, [item] = told("same_maker_checker")
    assert (found["examined"], item["kind"], item["actor"]) == (1, "verification", "ada")
    assert (item["version"], item["made_version"]) == (verified, scores[-1])
    by_another = given.verify(history, "c1", "2020-07-11", area="peer")
    history.release("2020-07-01", {"phil": 5}, child="c1", evidence=(*scores, by_another))
    found, items = told("same_maker_checker")
    assert (found["examined"], items) == (2, [item])
    assert told("same_maker_checker", as_of="2020-07-09")[0]["examined"] == 0
