"""An allocation is taken back, exactly; what a credit note is worth is paid out, once."""

import pytest

from tests.ledger.claims import (
    allocated,
    claimed,
    credit_applied,
    credit_refunded,
    unallocated,
    write_off,
    written_off,
)
from tests.ledger.facts import enrolled, received, refunded, voided
from tests.ledger.saying import Decision, given
from tests.ledger.terms import LA, SCH, contract

SCHOOL_PENCE = 18614
PAID = received(20000, on="2020-11-01")


def invoices(world, funder=SCH):
    kept = world.world.book.invoices.values()
    return [invoice.terms.invoice for invoice in kept if invoice.terms.funder == funder]


def two_invoices(*more):
    """Two invoices of 15 January and 15 February, and a receipt for both."""
    told = (contract(), enrolled(), claimed(), enrolled("child-8"), claimed("q2", month="2021-02"))
    world = given(told, PAID, *more)
    return world, *invoices(world)


def open_of(world, invoice):
    return world.world.book.invoices[invoice].open_minor


def test_a_wrong_allocation_is_taken_back_and_the_receipt_pays_the_right_invoice():
    world, wrong, right = two_invoices()
    world = world.given(allocated(SCHOOL_PENCE, wrong, on="2021-02-20"))
    world = world.when(unallocated(SCHOOL_PENCE, wrong)).then_nothing()
    assert open_of(world, wrong) == SCHOOL_PENCE
    world = world.when(allocated(SCHOOL_PENCE, right)).then_nothing()
    world.when(refunded(1387, on="2021-02-20")).then_refused("exceeds_unallocated")


def test_no_more_is_taken_back_than_that_receipt_pays_of_that_invoice():
    world, first, second = two_invoices(received(5000, "r-2", on="2020-11-01"))
    world = world.given(allocated(700, first), allocated(300, first, "r-2"), allocated(50, second))
    too_much = unallocated(701, first)
    world = world.when(too_much).then_refused("exceeds_allocation", "/data/amount_minor")
    world = world.when(unallocated(1, second, "r-2")).then_refused("exceeds_allocation")
    world = world.given(unallocated(400, first))
    world = world.when(unallocated(301, first)).then_refused("exceeds_allocation")
    world.when(unallocated(300, first)).then_nothing()


def test_what_is_taken_back_names_a_receipt_and_an_invoice_of_one_funder():
    world, first, _ = two_invoices()
    [foreign, _] = invoices(world, LA)
    world = world.given(allocated(700, first))
    unknown = unallocated(1, first, "r-9")
    world = world.when(unknown).then_refused("unknown_receipt", "/data/receipt")
    world = world.when(unallocated(1, "I1")).then_refused("unknown_invoice", "/data/invoice")
    world.when(unallocated(1, foreign)).then_refused("unknown_invoice")


def test_nothing_is_taken_back_before_it_was_allocated():
    world, first, _ = two_invoices()
    world = world.given(
        allocated(400, first, on="2021-02-20"), allocated(300, first, on="2021-03-01")
    )
    for amount, early in ((1, "2021-02-19"), (401, "2021-02-28")):
        back = unallocated(amount, first, on=early)
        world = world.when(back).then_refused("out_of_order", "/effective_on")
    world = world.when(unallocated(400, first, on="2021-02-20")).then_nothing()
    world.when(unallocated(300, first, on="2021-03-01")).then_nothing()


def test_a_receipt_whose_allocation_is_taken_back_on_its_day_can_be_voided():
    world, first, _ = two_invoices()
    world = world.given(allocated(700, first, on="2021-02-20"))
    gone = voided(PAID, on="2021-03-01")
    world = world.when(gone).then_refused("still_relied_on", "/data/version")
    world = world.given(unallocated(700, first, on="2021-02-20"))
    world = world.when(gone).then_nothing()
    world.when(unallocated(1, first)).then_refused("unknown_receipt")


def test_a_receipt_that_paid_for_some_days_is_not_voided_until_those_are_taken_back_too():
    """Other credit would cover it; the invoice was paid all the same by money that never was."""
    world, first, _ = two_invoices(received(20000, "r-2", on="2020-11-01"))
    world = world.given(allocated(700, first, on="2021-02-20"))
    world = world.given(unallocated(700, first, on="2021-02-25"))
    gone = voided(PAID, on="2021-03-01")
    world = world.when(gone).then_refused("still_relied_on", "/data/version")
    again = (allocated(700, first, on="2021-02-25"), unallocated(700, first, on="2021-02-20"))
    world.given(*again).when(gone).then_nothing()


def paid_for_a_while():
    """The first invoice is paid whole from 20 February on, and not any more from 1 March on."""
    world, first, second = two_invoices(received(SCHOOL_PENCE, "r-2", on="2020-11-01"))
    world = world.given(allocated(SCHOOL_PENCE, first, on="2021-02-20"))
    return world.given(unallocated(SCHOOL_PENCE, first, on="2021-03-01")), first, second


def test_an_invoice_is_not_paid_twice_on_the_days_before_an_allocation_was_taken_back():
    world, first, _ = paid_for_a_while()
    twice = allocated(SCHOOL_PENCE, first, "r-2", on="2021-02-28")
    world = world.when(twice).then_refused("out_of_order", "/effective_on")
    early = allocated(1, first, "r-2", on="2021-02-16")
    world = world.when(early).then_refused("out_of_order")
    world.when(allocated(SCHOOL_PENCE, first, "r-2", on="2021-03-01")).then_nothing()


def test_a_receipt_does_not_pay_twice_on_the_days_before_its_allocation_was_taken_back():
    world, _, second = paid_for_a_while()
    twice = allocated(SCHOOL_PENCE, second, on="2021-02-28")
    world = world.when(twice).then_refused("out_of_order", "/effective_on")
    world = world.when(allocated(1386, second, on="2021-02-28")).then_nothing()
    world.when(allocated(17228, second, on="2021-03-01")).then_nothing()


def test_an_invoice_is_not_written_off_while_it_was_paid():
    world, first, _ = paid_for_a_while()
    world = world.given(write_off(600, first, on="2021-02-16"))
    early = written_off(on="2021-02-28")
    world = world.when(early).then_refused("out_of_order", "/effective_on")
    world.when(written_off(on="2021-03-01")).then(
        Decision("invoice.written_off", SCH, "w-1", "2021-03-01", 600)
    )


def note_and_invoice():
    """A credit note of 15 January and an invoice of 15 February."""
    wrong = enrolled()
    world = given(contract(), wrong, claimed("q0", month="2020-12"), voided(wrong), claimed())
    world = world.given(enrolled("child-8"), claimed("q3", month="2021-02"))
    kept = world.world.book.credits.values()
    [note] = [credit.terms.credit_note for credit in kept if credit.terms.funder == SCH]
    return world, note, invoices(world)[-1]


def test_a_credit_note_is_paid_out_once():
    world, note, invoice = note_and_invoice()
    world = world.when(credit_refunded(SCHOOL_PENCE + 1, note)).then_refused(
        "exceeds_credit", "/data/amount_minor"
    )
    world = world.when(credit_refunded(600, note)).then_nothing()
    world = world.when(credit_applied(SCHOOL_PENCE - 599, note, invoice)).then_refused(
        "exceeds_credit"
    )
    world = world.given(credit_applied(14, note, invoice))
    world = world.when(credit_refunded(SCHOOL_PENCE - 613, note)).then_refused("exceeds_credit")
    world.when(credit_refunded(SCHOOL_PENCE - 614, note)).then_nothing()


@pytest.mark.parametrize("amount", [1, SCHOOL_PENCE])
def test_a_credit_note_is_not_paid_out_before_it_was_issued(amount):
    world, note, _ = note_and_invoice()
    early = credit_refunded(amount, note, on="2021-01-14")
    world = world.when(early).then_refused("out_of_order", "/effective_on")
    world.when(credit_refunded(amount, note, on="2021-01-15")).then_nothing()


def test_only_a_credit_note_of_ours_is_paid_out():
    world, _, invoice = note_and_invoice()
    world = world.when(credit_refunded(1, "N1")).then_refused("unknown_credit", "/data/credit_note")
    world.when(credit_refunded(1, invoice)).then_refused("unknown_credit")


def test_a_credit_note_is_not_set_against_an_invoice_that_was_paid_then():
    world, note, invoice = note_and_invoice()
    world = world.given(PAID, allocated(SCHOOL_PENCE, invoice, on="2021-02-20"))
    world = world.given(unallocated(SCHOOL_PENCE, invoice, on="2021-03-01"))
    early = credit_applied(1, note, invoice, on="2021-02-28")
    world = world.when(early).then_refused("out_of_order", "/effective_on")
    world.when(credit_applied(1, note, invoice, on="2021-03-01")).then_nothing()
