"""A payment that the bank sends back: owed again, in the next run, to an account confirmed anew."""

import pytest

from tests.ledger.facts import fee, register
from tests.ledger.saying import given
from tests.ledger.settlements import (
    ACCOUNT,
    OTHER_ACCOUNT,
    approved,
    bank_confirmed,
    bank_set,
    banked,
    delivered,
    drafted,
    paid,
    returned,
    run,
    withdrawn,
)
from tests.ledger.spoken import APPROVER, FINANCE
from tests.ledger.terms import contract, order
from tests.ledger.told_settlements import settled, to_settle, unsettled

AGAIN = bank_confirmed(on="2021-01-26")


def ready(*facts):
    """A contract with a partner who was paid two sessions in a first run."""
    return given(contract(), banked(), delivered(2), run(), facts)


def test_a_payment_that_comes_back_is_the_opposite_of_what_was_paid_on_its_own_day():
    world = ready().when(returned(17000, on="2021-01-25"))
    world.then(unsettled("chess", -17000, on="2021-01-25"))


def test_what_came_back_is_owed_again_and_the_next_run_pays_it():
    world = ready(returned(17000), AGAIN).when(drafted("s2", on="2021-01-27"))
    world = world.then(to_settle("s2", 0, chess={"brought": 17000, "pay": 17000}))
    world = world.given(approved("s2", on="2021-01-28"))
    world = world.when(paid("s2", on="2021-01-29")).then(settled("chess", 17000, settlement="s2"))
    world.when(drafted("s3")).then_refused("nothing_to_settle")


def test_the_next_run_pays_what_came_back_together_with_what_accrued_since():
    world = ready(delivered(1, 3), returned(17000)).when(drafted("s2", on="2021-01-27"))
    part = {"accrued": 8500, "brought": 17000, "pay": 25500}
    world.then(to_settle("s2", 1, chess=part))


def test_what_came_back_is_paid_whatever_the_cut_off():
    world = ready(returned(17000)).when(drafted("s2", "2019-09-01", on="2021-01-27"))
    world.then(to_settle("s2", 0, chess={"brought": 17000, "pay": 17000}))


def test_what_came_back_sets_off_a_fee_that_was_reversed_since():
    cancelled = delivered(1, status="cancelled_by_partner")
    world = ready(cancelled, returned(17000)).when(drafted("s2", on="2021-01-27"))
    part = {"accrued": -8500, "brought": 17000, "pay": 8500}
    world.then(to_settle("s2", 1, chess=part))


def test_what_was_paid_without_a_run_meanwhile_is_not_paid_again():
    cheque = fee("paid", 17000, on="2021-01-26")
    world = ready(returned(17000), cheque)
    world.when(drafted("s2", on="2021-01-27")).then_refused("nothing_to_settle")


def test_each_fund_has_its_own_part_back():
    drama = order("drama", rate_minor=3000, fund="restricted", on="2019-09-02")
    lesson = register("d-1", order="drama", expected=())
    advance = [
        fee("invoiced", 7500, invoice="i-1", order="drama"),
        fee("paid", 7500, invoice="i-1"),
    ]
    world = given(contract(), banked(), drama, delivered(2), lesson, advance)
    world = world.given(drafted(), approved())
    world = world.when(paid())
    world = world.then(settled("chess", 12500, general=17000, restricted=-4500))
    world = world.when(returned(12500))
    world = world.then(unsettled("chess", -12500, general=-17000, restricted=4500))
    world = world.given(AGAIN, drafted("s2", on="2021-01-27"), approved("s2", on="2021-01-28"))
    again = settled("chess", 12500, settlement="s2", general=17000, restricted=-4500)
    world.when(paid("s2", on="2021-01-29")).then(again)


def test_nobody_is_paid_again_before_somebody_confirmed_the_account_anew():
    world = ready(returned(17000), drafted("s2", on="2021-01-27"))
    late = approved("s2", on="2021-01-28")
    world = world.when(late).then_refused("bank_unconfirmed", "/data/settlement")
    world.given(AGAIN).when(late).then_nothing()


def test_a_return_stops_a_run_that_was_approved_before_it():
    world = ready(delivered(1, 3), drafted("s2"), approved("s2"), returned(17000))
    late = paid("s2", on="2021-01-28")
    world = world.when(late).then_refused("bank_unconfirmed", "/data/settlement")
    world.given(AGAIN).when(late).then(settled("chess", 8500, settlement="s2"))


def test_who_set_the_account_cannot_confirm_it_anew_either():
    world = ready(returned(17000)).when(bank_confirmed(by=FINANCE))
    world = world.then_refused("setter_cannot_confirm")
    world = world.when(bank_set()).then_refused("already_set", "/data/fingerprint")
    world.when(bank_confirmed(by=APPROVER)).then_nothing()


def test_another_account_is_given_and_confirmed_and_the_payment_goes_there():
    other = [bank_set(fingerprint=OTHER_ACCOUNT), bank_confirmed(fingerprint=OTHER_ACCOUNT)]
    world = ready(returned(17000), other, drafted("s2", on="2021-01-27"))
    answer = world.given(approved("s2", on="2021-01-28")).when(paid("s2", on="2021-01-29"))
    assert answer.events[1].data.fingerprint == OTHER_ACCOUNT


def test_an_account_that_was_changed_before_the_return_is_confirmed_anew_as_well():
    """Whichever stands by now: somebody says that it is not the one that failed."""
    other = [bank_set(fingerprint=OTHER_ACCOUNT), bank_confirmed(fingerprint=OTHER_ACCOUNT)]
    world = ready(other).when(returned(17000))
    assert world.events[1].data.fingerprint == ACCOUNT
    world = world.then(unsettled("chess", -17000)).given(drafted("s2", on="2021-01-27"))
    world = world.when(approved("s2", on="2021-01-28")).then_refused("bank_unconfirmed")
    world = world.given(bank_confirmed(fingerprint=OTHER_ACCOUNT, on="2021-01-27"))
    world.when(approved("s2", on="2021-01-28")).then_nothing()


def test_of_two_partners_only_the_one_whose_money_came_back_is_owed_and_in_doubt():
    tutors = order("tutoring", partner="tutors", rate_minor=5000)
    lesson = register("t-1", order="tutoring", expected=())
    world = given(contract(), tutors, banked("chess", "tutors"), delivered(2), lesson, run())
    more = register("t-2", "2020-03-02", order="tutoring", expected=())
    world = world.given(returned(5000, "tutors"), delivered(1, 3), more)
    world = world.when(drafted("s2", on="2021-01-27"))
    parts = {"chess": {"accrued": 8500, "pay": 8500}}
    parts["tutors"] = {"accrued": 5000, "brought": 5000, "pay": 10000}
    world = world.then(to_settle("s2", 2, **parts))
    world = world.when(approved("s2", on="2021-01-28")).then_refused("bank_unconfirmed")
    world = world.given(withdrawn("s2", on="2021-01-28"))
    world = world.given(drafted("s3", partners=["chess"], on="2021-01-28"))
    world.when(approved("s3", on="2021-01-29")).then_nothing()


def test_a_payment_comes_back_once():
    world = ready(returned(17000)).when(returned(17000))
    world = world.then_refused("already_returned", "/data/partner")
    world = world.given(AGAIN, drafted("s2", on="2021-01-27"), approved("s2", on="2021-01-28"))
    world = world.given(paid("s2", on="2021-01-29"))
    world = world.when(returned(17000, on="2021-02-01")).then_refused("already_returned")
    world.when(returned(17000, settlement="s2", on="2021-02-01")).then(
        unsettled("chess", -17000, settlement="s2")
    )


@pytest.mark.parametrize("amount", [1, 16999, 17001])
def test_a_payment_comes_back_whole(amount):
    ready().when(returned(amount)).then_refused("return_differs", "/data/amount_minor")


def test_only_a_settlement_that_was_paid_has_payments_that_come_back():
    world = given(contract(), banked(), delivered(2))
    world = world.when(returned(1)).then_refused("unknown_settlement", "/data/settlement")
    for step in (drafted(), approved()):
        world = world.given(step).when(returned(17000))
        world = world.then_refused("settlement_not_open", "/data/settlement")
    world = world.given(withdrawn())
    world.when(returned(17000)).then_refused("settlement_not_open")


def test_only_a_partner_that_was_paid_sends_money_back():
    tutors = order("tutoring", partner="tutors", rate_minor=5000)
    lesson = register("t-1", order="tutoring", expected=())
    world = given(contract(), tutors, banked(), delivered(1), lesson)
    world = world.given(fee("paid", 5000, "tutors"), run())
    for nobody in ("tutors", "nobody"):
        world = world.when(returned(5000, nobody)).then_refused("unknown_partner", "/data/partner")


def test_no_payment_comes_back_before_it_went_out():
    world = ready().when(returned(17000, on="2021-01-19"))
    world = world.then_refused("out_of_order", "/effective_on")
    world = world.when(returned(17000, on="2199-01-01")).then_refused("future_date")
    world.when(returned(17000, on="2021-01-20")).then(unsettled("chess", -17000, on="2021-01-20"))


def test_a_return_that_is_reported_late_keeps_its_day_behind_a_later_run():
    """The next run was paid before anybody saw the line of the bank."""
    world = ready(delivered(1, 3), drafted("s2"), approved("s2"), paid("s2", on="2021-02-20"))
    world = world.when(returned(17000, on="2021-01-25"))
    world = world.then(unsettled("chess", -17000, on="2021-01-25"))
    world = world.given(AGAIN).when(drafted("s3", on="2021-03-01"))
    world.then(to_settle("s3", 0, chess={"brought": 17000, "pay": 17000}))


def test_returns_of_one_settlement_are_reported_in_any_order_of_their_days():
    tutors = order("tutoring", partner="tutors", rate_minor=5000)
    lesson = register("t-1", order="tutoring", expected=())
    world = given(contract(), tutors, banked("chess", "tutors"), delivered(2), lesson, run())
    world = world.given(returned(17000, on="2021-02-01")).when(
        returned(5000, "tutors", on="2021-01-22")
    )
    world.then(unsettled("tutors", -5000, on="2021-01-22"))


def test_a_returned_payment_names_what_it_takes_back():
    world = ready()
    answer = world.when(returned(17000))
    back, kinds = answer.events[1], []
    kinds = [world.world.book.kind_of(cause).__name__ for cause in back.causes]
    assert kinds == ["PartnerSettled", "SettlementReturned"]
    assert back.data.settled_version == back.causes[0]
    assert (back.data.bank_account, back.data.reason_code) == ("main", "account_closed")
