"""Claims go forward in time, and nothing is settled or paid back before it was there."""

import pytest

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
from tests.ledger.facts import enrolled, received, refunded, voided
from tests.ledger.saying import given
from tests.ledger.terms import SCH, contract

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
