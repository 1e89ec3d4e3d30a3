"""Invoices and what settles them: receipts, credit notes, write-offs; and their references."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from stdnum import iso11649

from ledger.creditor_reference import creditor_reference
from ledger.invariants import InvariantBroken
from tests.ledger.claims import (
    allocated,
    claimed,
    credit_applied,
    drafted,
    submitted,
    write_off,
    written_off,
)
from tests.ledger.facts import enrolled, received, refunded, voided
from tests.ledger.saying import Decision, given
from tests.ledger.spoken import APPROVER, FINANCE, SECOND_ADMIN, fact
from tests.ledger.terms import LA, SCH, contract, signed

SCHOOL_PENCE = 18614


def invoices(world, funder=SCH):
    kept = world.world.book.invoices.values()
    return [invoice.terms.invoice for invoice in kept if invoice.terms.funder == funder]


def invoiced():
    world = given(contract(), enrolled(), claimed())
    return world, invoices(world)[0]


def test_a_receipt_pays_an_invoice_and_the_rest_stays_the_funders():
    world, invoice = invoiced()
    world = world.given(received(20000)).when(allocated(SCHOOL_PENCE, invoice)).then_nothing()
    world = world.when(refunded(1387)).then_refused("exceeds_unallocated")
    world.when(refunded(1386)).then_nothing()


def test_no_more_is_allocated_than_the_invoice_asks_for():
    world, invoice = invoiced()
    world = world.given(received(20000), allocated(18000, invoice))
    world = world.when(allocated(615, invoice)).then_refused("exceeds_invoice")
    world.when(allocated(614, invoice)).then_nothing()


def test_no_more_is_allocated_than_was_received():
    world, invoice = invoiced()
    world = world.given(received(500))
    world.when(allocated(501, invoice)).then_refused("exceeds_receipt", "/data/amount_minor")


def test_what_was_refunded_cannot_be_allocated():
    world, invoice = invoiced()
    world = world.given(received(500), refunded(400))
    world.when(allocated(101, invoice)).then_refused("exceeds_unallocated")


def test_one_receipt_pays_two_invoices_and_a_bit():
    world = given(contract(), enrolled(), claimed(), enrolled("child-8"), claimed("q2"))
    first, second = invoices(world)
    world = world.given(received(2 * SCHOOL_PENCE + 100))
    world = world.given(allocated(SCHOOL_PENCE, first), allocated(SCHOOL_PENCE, second))
    world.when(refunded(101)).then_refused("exceeds_unallocated")


def test_a_receipt_pays_invoices_of_its_own_funder_only():
    world, _ = invoiced()
    [foreign] = invoices(world, LA)
    world = world.given(received(500))
    world = world.when(allocated(1, foreign)).then_refused("unknown_invoice", "/data/invoice")
    world.when(allocated(1, "I1")).then_refused("unknown_invoice")


def test_a_receipt_that_was_voided_pays_nothing():
    wrong = received(500)
    world, invoice = invoiced()
    world = world.given(wrong, voided(wrong, on="2021-01-01"))
    world = world.when(allocated(1, invoice)).then_refused("unknown_receipt", "/data/receipt")
    world.when(allocated(1, invoice, "r-9")).then_refused("unknown_receipt")


def test_a_receipt_that_pays_an_invoice_is_not_voided():
    paid = received(500)
    world, invoice = invoiced()
    world = world.given(paid, allocated(500, invoice))
    world.when(voided(paid, on="2021-03-01")).then_refused("still_relied_on")


def test_a_receipt_that_pays_an_invoice_is_not_voided_because_there_is_other_credit():
    paid = received(500)
    world, invoice = invoiced()
    world = world.given(paid, received(500, "r-2"), allocated(1, invoice))
    world.when(voided(paid, on="2021-03-01")).then_refused("still_relied_on")


def credit_and_invoice():
    wrong = enrolled()
    world = given(contract(), wrong, claimed(), voided(wrong), claimed("q2"))
    world = world.given(enrolled("child-8"), claimed("q3"))
    [note] = [c.terms.credit_note for c in world.world.book.credits.values()
              if c.terms.funder == SCH]  # fmt: skip
    return world, note, invoices(world)


def test_a_credit_note_is_set_against_invoices_of_the_same_funder():
    world, note, (first, second) = credit_and_invoice()
    world = world.when(credit_applied(600, note, second)).then_nothing()
    too_much = credit_applied(SCHOOL_PENCE - 599, note, first)
    world = world.when(too_much).then_refused("exceeds_credit", "/data/amount_minor")
    world = world.when(credit_applied(SCHOOL_PENCE - 600, note, first)).then_nothing()
    world.given(received(700)).when(allocated(601, first)).then_refused("exceeds_invoice")


def test_a_credit_note_pays_no_more_than_an_invoice_asks_for():
    world, note, (first, _) = credit_and_invoice()
    world = world.given(received(1000), allocated(1000, first))
    world.when(credit_applied(SCHOOL_PENCE, note, first)).then_refused("exceeds_invoice")


def test_a_credit_note_is_of_one_funder():
    world, note, _ = credit_and_invoice()
    foreign = invoices(world, LA)[0]
    world = world.when(credit_applied(1, note, foreign)).then_refused("unknown_invoice")
    world.when(credit_applied(1, "N1", foreign)).then_refused("unknown_credit", "/data/credit_note")


def test_a_write_off_needs_two_people():
    world, invoice = invoiced()
    world = world.given(write_off(600, invoice, by=APPROVER))
    world = world.when(written_off()).then_refused("preparer_cannot_approve")
    world = world.when(written_off(by=SECOND_ADMIN)).then(
        Decision("invoice.written_off", SCH, "w-1", None, 600)
    )
    world = world.when(written_off(by=SECOND_ADMIN)).then_refused("already_approved")
    world.given(received(SCHOOL_PENCE)).when(allocated(SCHOOL_PENCE - 599, invoice)).then_refused(
        "exceeds_invoice"
    )


def test_no_more_is_written_off_than_is_open():
    world, invoice = invoiced()
    world = world.given(write_off(SCHOOL_PENCE, invoice), received(1), allocated(1, invoice))
    world = world.when(written_off()).then_refused("exceeds_invoice", "/data/amount_minor")
    world.when(write_off(SCHOOL_PENCE, invoice, "w-2")).then_refused("exceeds_invoice")


def test_a_write_off_has_a_reference_of_its_own_and_belongs_to_its_contract():
    world, invoice = invoiced()
    world = world.given(write_off(1, invoice))
    world = world.when(write_off(1, invoice)).then_refused("already_exists", "/data/write_off")
    world = world.when(written_off("w-9")).then_refused("unknown_write_off", "/data/write_off")
    other = fact("contract.signed", "2019-08-01", FINANCE,
        **(signed().content["data"] | {"contract": "other"}))  # fmt: skip
    terms = {"contract": "other", "invoice": invoice, "write_off": "w-3", "amount_minor": 1}
    foreign = fact("write_off.requested", "2021-06-01", FINANCE, reason_code="x", **terms)
    world = world.given(other).when(foreign).then_refused("unknown_invoice")
    agreed = fact("write_off.approved", "2021-06-02", APPROVER, contract="other", write_off="w-1")
    world.when(agreed).then_refused("unknown_write_off")


def test_nothing_is_invoiced_before_a_claim_is_approved():
    world = given(contract(), enrolled(), drafted(), submitted())
    assert invoices(world) == []


def test_a_reference_has_the_check_digits_of_the_example_in_iso_11649():
    assert creditor_reference("539007547034") == "RF18539007547034"


@examples(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14), st.data())
def test_another_program_knows_a_reference_and_notices_one_wrong_character(body, chance):
    """`python-stdnum` has checks of its own; a body of 14 at most fits a Bacs reference of 18."""
    reference = creditor_reference(body)
    assert len(reference) <= 18
    assert iso11649.is_valid(reference)
    place = chance.draw(st.integers(4, len(reference) - 1))
    other = chance.draw(st.sampled_from("0123456789").filter(lambda c: c != reference[place]))
    if reference[place].isdigit():
        assert not iso11649.is_valid(reference[:place] + other + reference[place + 1 :])


def test_every_document_of_a_ledger_has_a_reference_of_its_own():
    world, _ = invoiced()
    references = [kept.terms.reference for kept in world.world.book.invoices.values()]
    assert len(set(references)) == len(references) > 1
    assert all(iso11649.is_valid(reference) for reference in references)


@pytest.mark.parametrize("body", ["", "I23456789012345"])
def test_a_body_that_no_bank_takes_makes_no_reference(body):
    with pytest.raises(InvariantBroken):
        creditor_reference(body)
