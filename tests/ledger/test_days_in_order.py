"""Claims go forward in time, and nothing is settled before it was issued or had come."""

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
from tests.ledger.facts import enrolled, received, voided
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
