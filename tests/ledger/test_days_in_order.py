"""Claims go forward in time, and nothing is settled or paid back before it was there."""

import pytest

from tests.ledger import settlements as settling
from tests.ledger.claims import (
    allocated,
    approved,
    claimed,
    credit_applied,
    drafted,
    marked,
    submitted,
    withdrawn,
    write_off,
    written_off,
)
from tests.ledger.facts import enrolled, received, refunded, register, voided
from tests.ledger.saying import collected, given
from tests.ledger.settlements import delivered
from tests.ledger.terms import SCH, contract, order

ISSUED_ON = "2021-01-15"
BEFORE = "2021-01-14"


def invoiced(*more):
    """An invoice of 15 January, and its name."""
    world = given(contract(), enrolled(), claimed(), *more)
    [invoice] = [
        i.terms.invoice for i in world.world.book.invoices.values() if i.terms.funder == SCH
    ]
    return world, invoice


@pytest.mark.parametrize(
    ("step", "first"),
    [(submitted, "2021-01-04"), (withdrawn, "2021-01-05"), (approved, "2021-01-05")],
)
def test_a_step_of_a_claim_is_on_the_day_of_the_one_before_or_later(step, first):
    told = [drafted(on="2021-01-04")] + [submitted(on="2021-01-05")] * (step is not submitted)
    world = given(contract(), enrolled(), told)
    world = world.when(step(on="2021-01-03")).then_refused("out_of_order", "/effective_on")
    world.given(step(on=first))


def test_a_claim_is_approved_on_the_day_of_its_last_question_or_later():
    world = given(contract(), enrolled(), drafted(), submitted())
    payment = world.world.book.contracts["lcf"].children["child-7"].standing["SIGN_UP"].payment
    asked = [
        marked(how, payment, on=f"2021-01-{day}") for how, day in (("queried", 16), ("cleared", 17))
    ]
    world = world.given(asked)
    world = world.when(approved(on="2021-01-16")).then_refused("out_of_order")
    world.given(approved(on="2021-01-17"))


def test_no_invoice_is_paid_before_it_was_issued():
    world, invoice = invoiced(received(500, on="2020-11-01"))
    world = world.when(allocated(1, invoice, on=BEFORE)).then_refused("out_of_order")
    world.when(allocated(1, invoice, on=ISSUED_ON)).then_nothing()


def test_no_money_is_allocated_before_it_came():
    world, invoice = invoiced(received(500, on="2021-03-01"))
    world = world.when(allocated(1, invoice, on="2021-02-28")).then_refused("out_of_order")
    world.when(allocated(1, invoice, on="2021-03-01")).then_nothing()


def test_no_credit_is_set_against_an_invoice_before_both_were_issued():
    wrong = enrolled()
    told = (contract(), wrong, claimed(), voided(wrong), claimed("q2"))
    later = (enrolled("child-8"), drafted("q3"), submitted("q3"), approved("q3", on="2021-02-01"))
    world = given(told, later)
    book = world.world.book
    first, second = [i.terms.invoice for i in book.invoices.values() if i.terms.funder == SCH]
    [note] = [c.terms.credit_note for c in book.credits.values() if c.terms.funder == SCH]
    for invoice, day in ((first, BEFORE), (second, "2021-01-31")):
        world = world.when(credit_applied(1, note, invoice, on=day)).then_refused("out_of_order")
    world.when(credit_applied(1, note, first, on=ISSUED_ON)).then_nothing()


def test_no_write_off_comes_before_its_invoice_or_its_request():
    world, invoice = invoiced()
    world = world.when(write_off(1, invoice, on=BEFORE)).then_refused("out_of_order")
    world = world.given(write_off(1, invoice, on="2021-06-01"))
    world = world.when(written_off(on="2021-05-31")).then_refused("out_of_order")
    world.given(written_off(on="2021-06-01"))


def test_nothing_is_claimed_before_its_own_day():
    world = given(contract(), enrolled(on="2020-03-02"))
    early = drafted(upto="2020-12-31", on="2020-03-01")
    world = world.when(early).then_refused("out_of_order", "/effective_on")
    world.when(drafted(on="2020-03-02")).then(collected("q1", "1 and 0"))


@pytest.mark.parametrize("let_go", ["withdrawn", "rejected"])
def test_a_payment_is_in_one_live_claim_by_each_day(let_go):
    world = given(contract(), enrolled(), drafted(), submitted())
    payment = world.world.book.contracts["lcf"].children["child-7"].standing["SIGN_UP"].payment
    how = {
        "withdrawn": [withdrawn(on="2021-01-15")],
        "rejected": [marked("rejected", payment), approved(on="2021-01-15")],
    }
    world = world.given(how[let_go])
    world = world.when(drafted("q2", on="2021-01-14")).then_refused("out_of_order")
    world.when(drafted("q2", on="2021-01-15")).then(collected("q2", "1 and 0"))


def test_no_claim_takes_back_what_was_not_claimed_by_then():
    wrong = enrolled()
    world = given(contract(), wrong, claimed(), voided(wrong))
    world = world.when(drafted("q2", on="2021-01-03")).then_refused("out_of_order")
    world.when(drafted("q2", on="2021-01-04")).then(collected("q2", "0 and 1"))


def test_no_fee_is_settled_before_its_session_and_none_twice_by_any_day():
    world = given(contract(), order(), delivered(1, month="2020-03"))
    world = world.when(settling.drafted(on="2020-02-28")).then_refused("out_of_order")
    world = world.given(settling.drafted(), settling.withdrawn(on="2021-01-16"))
    again = settling.drafted("s2", on="2021-01-15")
    world = world.when(again).then_refused("out_of_order", "/effective_on")
    world.given(settling.drafted("s2", on="2021-01-16"))


def test_a_fee_of_another_partner_holds_up_no_settlement():
    tutors = order("tutoring", partner="tutors")
    lesson = register("t-1", "2020-05-04", order="tutoring", expected=())
    world = given(contract(), order(), tutors, delivered(1), lesson)
    world.given(settling.drafted(partners=["chess"], on="2020-04-01"))


def test_no_settlement_takes_back_a_fee_that_was_not_settled_by_then():
    paid = (settling.banked(), settling.run())
    world = given(
        contract(), order(), delivered(2), paid, delivered(1, status="cancelled_by_partner")
    )
    world = world.when(settling.drafted("s2", on="2021-01-03")).then_refused("out_of_order")
    world.given(settling.drafted("s2", on="2021-01-04"))


def test_a_fee_that_went_into_a_later_draft_is_not_taken_back_before_that_one():
    """The fee went from s1 into s3, of the 20th; the reversal is free since the 7th."""
    world = given(
        contract(), order(), delivered(1), settling.drafted("s1", on="2021-01-04"),
        delivered(1, status="cancelled_by_partner"), settling.drafted("s2", on="2021-01-05"),
        settling.withdrawn("s1", on="2021-01-06"), settling.drafted("s3", on="2021-01-20"),
        settling.withdrawn("s2", on="2021-01-07"),
    )  # fmt: skip
    world = world.when(settling.drafted("s4", on="2021-01-19")).then_refused("out_of_order")
    world.given(settling.drafted("s4", on="2021-01-20"))


def test_a_payment_that_went_into_a_later_claim_is_not_taken_back_before_that_one():
    wrong = enrolled()
    world = given(
        contract(), wrong, drafted("q1", on="2021-01-04"), voided(wrong),
        drafted("q2", on="2021-01-05"), withdrawn("q1", on="2021-01-06"),
        drafted("q3", on="2021-01-20"), withdrawn("q2", on="2021-01-07"),
    )  # fmt: skip
    world = world.when(drafted("q4", on="2021-01-19")).then_refused("out_of_order")
    world.when(drafted("q4", on="2021-01-20")).then(collected("q4", "0 and 1"))


def test_no_credit_is_refunded_before_it_came():
    world = given(contract(), received(500, on="2021-03-01"))
    world = world.when(refunded(1, on="2021-02-28")).then_refused("out_of_order", "/effective_on")
    world.when(refunded(500, on="2021-03-01")).then_nothing()


def test_a_refund_leaves_what_a_later_allocation_uses():
    world, invoice = invoiced(received(500, on="2020-11-01"))
    world = world.given(allocated(400, invoice, on="2021-02-20"))
    world = world.when(refunded(101, on="2020-12-01")).then_refused("exceeds_unallocated")
    world.when(refunded(100, on="2020-12-01")).then_nothing()


def test_credit_that_was_spent_and_came_again_is_refunded_once_it_came_again():
    """100 came, went back and came again: between the two there is none."""
    first, second = received(100, on="2020-11-01"), received(100, "r-2", on="2021-02-01")
    world = given(contract(), first, refunded(100, on="2020-12-01"), second)
    for day in ("2020-11-01", "2020-12-15", "2021-01-31"):
        world = world.when(refunded(1, on=day)).then_refused("out_of_order", "/effective_on")
    world.when(refunded(100, on="2021-02-01")).then_nothing()


def test_a_receipt_is_allocated_only_from_the_day_on_which_its_money_is_there_again():
    """The first receipt is open still, but its money was refunded until the second one came."""
    world, invoice = invoiced(received(100, on="2020-11-01"), refunded(100, on="2021-01-20"))
    world = world.given(received(100, "r-2", on="2021-02-01"))
    for day in ("2021-01-15", "2021-01-31"):
        world = world.when(allocated(100, invoice, on=day)).then_refused("out_of_order")
    world.when(allocated(100, invoice, on="2021-02-01")).then_nothing()


def test_credit_that_was_never_there_is_too_much_whatever_its_day():
    world = given(contract(), received(500, on="2021-03-01"))
    world = world.when(refunded(501, on="2021-02-28")).then_refused("exceeds_unallocated")
    world.when(refunded(1, "la", on="2021-02-28")).then_refused("exceeds_unallocated")


def test_a_receipt_is_not_voided_from_under_a_refund_that_later_credit_covers():
    first = received(100, on="2020-11-01")
    spent = (first, refunded(100, on="2020-12-01"), received(100, "r-2", on="2021-02-01"))
    given(contract(), spent).when(voided(first)).then_refused("still_relied_on", "/data/version")
    early = (first, received(100, "r-2", on="2020-11-30"), refunded(100, on="2020-12-01"))
    given(contract(), early).when(voided(first)).then_nothing()
