"""Settlement runs: what is owed up to a cut-off, once; who was paid too much works it off."""

import pytest

from tests.ledger.facts import fee, register
from tests.ledger.saying import accrued, given, unaccrued
from tests.ledger.settlements import (
    approved,
    banked,
    delivered,
    drafted,
    paid,
    run,
    withdrawn,
)
from tests.ledger.spoken import APPROVER, FINANCE
from tests.ledger.terms import contract, order
from tests.ledger.told_settlements import settled, to_settle


def ready(*facts):
    """A contract with one partner whose account is known."""
    return given(contract(), banked(), facts)


def test_a_settlement_collects_what_accrued_and_pays_it_once_for_each_partner():
    tutors = order("tutoring", partner="tutors", rate_minor=5000)
    lesson = register("t-1", order="tutoring", expected=())
    world = ready(tutors, banked("tutors"), delivered(2), lesson)
    chess, tutoring = ({"accrued": owed, "pay": owed} for owed in (17000, 5000))
    world = world.when(drafted()).then(to_settle("s1", 3, chess=chess, tutors=tutoring))
    world = world.when(approved()).then_nothing()
    world = world.when(paid()).then(
        settled("chess", 17000, on="2021-01-20"), settled("tutors", 5000)
    )
    world.when(drafted("s2")).then_refused("nothing_to_settle", "/data/upto")


def test_a_settlement_may_be_of_some_partners_alone():
    tutors = order("tutoring", partner="tutors")
    world = ready(tutors, delivered(1), register("t-1", order="tutoring", expected=()))
    part = {"accrued": 8500, "pay": 8500}
    world = world.when(drafted(partners=["tutors"])).then(to_settle("s1", 1, tutors=part))
    world.when(drafted("s2")).then(to_settle("s2", 1, chess=part))


def test_a_settlement_is_of_partners_with_orders_each_named_once():
    world = ready(delivered(1)).when(drafted(partners=["chess", "nobody"]))
    world.then_refused("unknown_partner", "/data/partners/1")
    with pytest.raises(ValueError, match="named twice"):
        ready().when(drafted(partners=["chess", "chess"]))


def test_a_settlement_stops_at_its_effective_day():
    world = ready(delivered(1), delivered(1, 2, month="2020-03"))
    part = {"accrued": 8500, "pay": 8500}
    world = world.when(drafted(upto="2020-02-29")).then(to_settle("s1", 1, chess=part))
    world.when(drafted("s2", "2020-03-02")).then(to_settle("s2", 1, chess=part))


def test_a_settlement_stops_at_its_version_and_the_rest_comes_next():
    world = ready(delivered(1))
    known = world.world.book.version
    world = world.given(delivered(1, 2))
    part = {"accrued": 8500, "pay": 8500}
    world = world.when(drafted(known_at=known)).then(to_settle("s1", 1, chess=part))
    world.when(drafted("s2")).then(to_settle("s2", 1, chess=part))


def test_a_version_that_is_not_there_yet_cannot_be_settled_at():
    ready(delivered(1)).when(drafted(known_at=900)).then_refused("version_ahead", "/data/known_at")


def test_a_settlements_reference_is_taken_for_ever():
    world = ready(delivered(2), drafted(upto="2020-02-01"), withdrawn())
    world.when(drafted()).then_refused("already_exists", "/data/settlement")


def test_a_late_back_dated_register_is_in_the_next_run():
    world = ready(delivered(2), run()).when(register("s-0", "2020-01-15", expected=()))
    world = world.then(accrued("s-0", 8500, "2020-01-15"))
    part = {"accrued": 8500, "pay": 8500}
    world.when(drafted("s2")).then(to_settle("s2", 1, chess=part))


def test_a_fee_reversed_before_it_was_settled_is_never_settled():
    world = ready(delivered(1), delivered(1, status="cancelled_by_partner"))
    world.when(drafted()).then_refused("nothing_to_settle")


def test_a_fee_reversed_after_it_was_paid_comes_off_the_next_payment():
    world = ready(delivered(2), run(), delivered(1, status="cancelled_by_partner"))
    world = world.given(delivered(3, 3))
    part = {"accrued": 17000, "pay": 17000}
    world = world.when(drafted("s2")).then(to_settle("s2", 4, chess=part))
    world.given(approved("s2")).when(paid("s2")).then(settled("chess", 17000, settlement="s2"))


def test_a_register_submitted_anew_at_the_same_fee_settles_to_nothing():
    """It nets, so there is something to settle; nobody is paid, and no account is needed."""
    world = given(contract(), delivered(1), fee("paid", 8500), drafted(), approved())
    world = world.when(paid()).then_nothing()
    world = world.when(register("s-1", "2020-02-02", expected=()))
    world = world.then(unaccrued("s-1", -8500), accrued("s-1", 8500))
    world = world.when(drafted("s2")).then(to_settle("s2", 2, chess={}))
    world.given(approved("s2")).when(paid("s2")).then_nothing()


def test_a_fee_above_an_orders_limit_is_settled_within_it():
    limited = order(limit_minor=10000, on="2019-09-02")
    part = {"accrued": 10000, "pay": 10000}
    world = ready(limited, delivered(3)).when(drafted())
    world.then(to_settle("s1", 3, chess=part))


def test_the_worked_example_of_the_partner_goes_on():
    """10.5: 892.50 accrued, 1,020.00 paid; six more sessions accrue 510.00: pay 382.50."""
    half = order(cancelled_by_school_percent=50, on="2019-09-02")
    cancelled = [
        register("s-11", "2020-02-11", expected=(), status="cancelled_by_school"),
        register("s-12", "2020-02-12", expected=(), status="cancelled_by_partner"),
    ]
    world = ready(half, delivered(10), cancelled, fee("paid", 102000))
    world = world.given(fee("invoiced", 102000, invoice="i-1"))
    world = world.given(fee("credited", 12750, invoice="i-1", credit_note="cn-1"))
    world = world.given(delivered(6, 13))
    part = {"accrued": 140250, "brought": -102000, "pay": 38250}
    world = world.when(drafted()).then(to_settle("s1", 17, chess=part))
    world.given(approved()).when(paid()).then(settled("chess", 38250))


def test_an_overpayment_is_carried_until_it_is_worked_off():
    world = ready(delivered(1), fee("paid", 20000))
    part = {"accrued": 8500, "brought": -20000, "carried": -11500}
    world = world.when(drafted()).then(to_settle("s1", 1, chess=part))
    world = world.given(approved(), paid(), delivered(1, 2))
    part = {"accrued": 8500, "brought": -11500, "carried": -3000}
    world = world.when(drafted("s2")).then(to_settle("s2", 1, chess=part))
    world = world.given(approved("s2"), paid("s2"), delivered(1, 3))
    part = {"accrued": 8500, "brought": -3000, "pay": 5500}
    world.when(drafted("s3")).then(to_settle("s3", 1, chess=part))


def test_an_overpayment_alone_is_nothing_to_settle():
    ready(fee("paid", 100)).when(drafted()).then_refused("nothing_to_settle")


def test_money_paid_without_a_settlement_is_not_paid_again():
    world = ready(delivered(2), fee("paid", 8500)).when(drafted())
    world.then(to_settle("s1", 2, chess={"accrued": 17000, "brought": -8500, "pay": 8500}))


def test_a_draft_reserves_its_fees_and_the_debt_that_it_sets_off():
    world = ready(delivered(2), fee("paid", 5000), drafted(upto="2020-02-01"))
    world = world.when(drafted("s2"))
    world.then(to_settle("s2", 1, chess={"accrued": 8500, "pay": 8500}))


def test_a_withdrawn_draft_gives_back_its_fees_and_the_debt():
    world = ready(delivered(2), fee("paid", 5000), drafted(upto="2020-02-01"), withdrawn())
    world = world.when(drafted("s2", on="2021-01-16"))
    world.then(to_settle("s2", 2, chess={"accrued": 17000, "brought": -5000, "pay": 12000}))


def test_a_fee_and_its_reversal_let_go_by_two_drafts_net_out():
    cancelled = delivered(1, status="cancelled_by_partner")
    world = ready(delivered(2), drafted(), cancelled).when(drafted("s2"))
    world = world.then(to_settle("s2", 1, chess={"accrued": -8500, "carried": -8500}))
    world = world.given(withdrawn()).when(withdrawn("s2")).then_nothing()
    part = {"accrued": 8500, "pay": 8500}
    world.when(drafted("s3", on="2021-01-16")).then(to_settle("s3", 1, chess=part))


def test_a_reversal_that_is_known_is_not_paid_for_even_before_a_run_holds_it():
    world = ready(delivered(3), run("s1", "2020-02-01"))
    known = world.world.book.version
    world = world.given(delivered(1, status="cancelled_by_partner"))
    part = {"accrued": 17000, "pay": 8500, "carried": 8500}
    world = world.when(drafted("s2", known_at=known)).then(to_settle("s2", 2, chess=part))
    world = world.given(approved("s2"), paid("s2"))
    part = {"accrued": -8500, "brought": 8500}
    world.when(drafted("s3")).then(to_settle("s3", 1, chess=part))


@pytest.mark.parametrize(
    "overtaken_by",
    [
        fee("paid", 100),
        register("s-1", "2020-02-01", expected=(), status="cancelled_by_partner"),
        fee("disputed", 100, invoice="i-1", reason="not_delivered"),
    ],
    ids=["a payment", "a reversal", "a dispute"],
)
def test_a_draft_that_was_overtaken_is_neither_approved_nor_paid(overtaken_by):
    invoiced = fee("invoiced", 17000, invoice="i-1")
    told = (delivered(2), invoiced, drafted())
    world = ready(told, overtaken_by)
    world = world.when(approved()).then_refused("exceeds_owed", "/data/settlement")
    anew = (withdrawn(on="2021-01-15"), drafted("s2", on="2021-01-15"))
    world.given(anew).when(approved("s2")).then_nothing()
    world = ready(told, approved(), overtaken_by)
    world.when(paid()).then_refused("exceeds_owed", "/data/settlement")


def test_a_register_submitted_anew_at_the_same_fee_overtakes_no_draft():
    world = ready(delivered(2), drafted(), register("s-1", "2020-02-01", expected=()))
    world = world.given(approved()).when(paid()).then(settled("chess", 17000))
    world.when(drafted("s2")).then(to_settle("s2", 2, chess={}))


def test_of_two_drafts_overtaken_by_a_payment_neither_pays_too_much():
    world = ready(delivered(2), drafted(upto="2020-02-01"), drafted("s2"), fee("paid", 8500))
    world = world.when(approved()).then_refused("exceeds_owed")
    world = world.when(approved("s2")).then_refused("exceeds_owed")
    world = world.given(withdrawn(), withdrawn("s2")).when(drafted("s3", on="2021-01-16"))
    world.then(to_settle("s3", 2, chess={"accrued": 17000, "brought": -8500, "pay": 8500}))


def test_no_payment_is_above_what_an_amount_may_be_and_the_rest_is_carried():
    dear = order(rate_minor=10**15, on="2019-09-02")
    part = {"accrued": 2 * 10**15, "pay": 10**15, "carried": 10**15}
    world = ready(dear, delivered(2)).when(drafted()).then(to_settle("s1", 2, chess=part))
    world = world.given(approved(), paid())
    world.when(drafted("s2")).then(
        to_settle("s2", 0, chess={"brought": 10**15, "pay": 10**15}),
    )


def test_a_settlement_is_approved_paid_and_withdrawn_only_in_its_order():
    world = ready(delivered(1), drafted())
    world = world.when(paid()).then_refused("settlement_not_open", "/data/settlement")
    world = world.given(approved()).when(approved()).then_refused("settlement_not_open")
    world = world.given(paid()).when(paid()).then_refused("settlement_not_open")
    world = world.when(withdrawn()).then_refused("settlement_not_open")
    world = ready(delivered(1), drafted(), approved(), withdrawn())
    for step in (approved(), paid(), withdrawn()):
        world = world.when(step).then_refused("settlement_not_open")


@pytest.mark.parametrize("step", [approved("s9"), paid("s9"), withdrawn("s9")])
def test_a_settlement_that_was_never_drafted_is_unknown(step):
    ready().when(step).then_refused("unknown_settlement", "/data/settlement")


def test_no_step_is_dated_before_the_one_that_it_follows():
    world = ready(delivered(1), drafted(on="2021-01-04"))
    world = world.when(approved(on="2021-01-03")).then_refused("out_of_order", "/effective_on")
    world = world.when(withdrawn(on="2021-01-03")).then_refused("out_of_order")
    world = world.given(approved(on="2021-01-04"))
    world = world.when(paid(on="2021-01-03")).then_refused("out_of_order")
    world.when(paid(on="2021-01-04")).then(settled("chess", 8500))


def test_who_drafted_a_settlement_cannot_approve_it():
    world = ready(delivered(1), drafted(by="both")).when(approved(by="both"))
    world = world.then_refused("preparer_cannot_approve")
    world.when(approved(by=APPROVER)).then_nothing()


def test_who_withdrew_and_drafted_anew_cannot_approve_the_new_draft():
    anew = drafted("s2", by="both", on="2021-01-16")
    world = ready(delivered(1), drafted(by="both"), withdrawn(by=FINANCE), anew)
    world.when(approved("s2", by="both", on="2021-01-16")).then_refused("preparer_cannot_approve")


def test_a_payment_says_from_which_account_of_ours_and_by_which_reference():
    world = ready(delivered(1), drafted(), approved())
    answer = world.when(paid(bank_account="reserve", reference="BACS 7"))
    [settlement] = [event.data for event in answer.events[1:]]
    assert (settlement.bank_account, settlement.reference) == ("reserve", "BACS 7")


def test_a_payment_names_what_it_rests_on():
    world = ready(delivered(1), drafted(), approved())
    answer = world.when(paid())
    kinds = {world.world.book.kind_of(cause).__name__ for cause in answer.events[1].causes}
    assert kinds == {"SettlementCollected", "PartnerBankSet", "SettlementPaid"}
