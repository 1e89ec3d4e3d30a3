"""Receipts, refunds and partners' invoices: recorded as they are, refused above what there is."""

import pytest

from tests.ledger.facts import fee, received, refunded
from tests.ledger.saying import given
from tests.ledger.spoken import FINANCE, fact
from tests.ledger.terms import contract, order, signed


def invoiced(amount=100000, invoice="inv-1", **terms):
    """A partner's invoice."""
    return fee("invoiced", amount, invoice=invoice, **terms)


def disputed(amount, invoice="inv-1", **terms):
    """A dispute of it."""
    return fee("disputed", amount, invoice=invoice, reason="not_delivered", **terms)


def credited(amount, note="note-1", invoice="inv-1", **terms):
    """A credit note against it."""
    return fee("credited", amount, invoice=invoice, credit_note=note, **terms)


def test_a_receipt_gives_the_funder_credit_that_may_be_paid_back():
    world = given(contract()).when(received(5000)).then_nothing()
    world = world.when(refunded(3000)).then_nothing()
    world = world.when(refunded(2001)).then_refused("exceeds_unallocated", "/data/amount_minor")
    world.when(refunded(2000)).then_nothing()


def test_credit_belongs_to_its_own_funder():
    given(contract(), received(5000, funder="la")).when(refunded(1, "sch")).then_refused(
        "exceeds_unallocated"
    )


def test_a_receipts_reference_is_unique_in_the_ledger():
    other = fact("contract.signed", "2019-08-01", FINANCE, **_signed("other"))
    joined = fact("funder.joined", "2019-08-01", FINANCE, **_funder("other"))
    again = fact("receipt.recorded", "2020-11-01", FINANCE, **_receipt("other"))
    given(contract(), other, joined, received(5000)).when(again).then_refused(
        "already_exists", "/data/receipt"
    )


def _signed(name):
    return signed().content["data"] | {"contract": name}


def _funder(contract_named):
    return {"contract": contract_named, "funder": "sch", "name": "Schools"} | {"kind": "school"}


def _receipt(name):
    return received(5000).content["data"] | {"contract": name}


def test_money_comes_from_and_goes_to_funders_that_have_joined():
    world = given(contract()).when(received(1, funder="nobody"))
    world = world.then_refused("unknown_funder", "/data/funder")
    world.when(refunded(1, "nobody")).then_refused("unknown_funder", "/data/funder")


def test_a_receipt_is_not_allocated_while_there_are_no_invoices():
    terms = {"receipt": "r-1", "invoice": "i-1", "amount_minor": 1}
    allocation = fact("receipt.allocated", "2020-11-01", FINANCE, **terms)
    world = given(contract()).when(allocation).then_refused("unknown_receipt", "/data/receipt")
    world = world.given(received(5000))
    world.when(allocation).then_refused("unknown_invoice", "/data/invoice")


def test_an_invoice_and_a_payment_above_what_accrued_are_recorded_as_they_are():
    world = given(contract()).when(invoiced(10**15)).then_nothing()
    world = world.when(fee("paid", 10**15, invoice="inv-1")).then_nothing()
    world.when(fee("paid", 10**15)).then_nothing()


def test_an_invoices_reference_is_unique_in_the_ledger():
    given(contract(), invoiced()).when(invoiced()).then_refused("already_exists", "/data/invoice")


def test_an_invoice_may_name_an_order_of_its_own_partner():
    terms = contract(), order("tutoring", partner="tutors")
    world = given(terms).when(invoiced(order="chess-club")).then_nothing()
    world = world.when(invoiced(invoice="inv-2", order="tutoring"))
    world = world.then_refused("unknown_order", "/data/order")
    world.when(invoiced(invoice="inv-2", order="nobodys")).then_refused("unknown_order")


def test_a_credit_above_its_invoice_is_refused():
    world = given(contract(), invoiced(100)).when(credited(60)).then_nothing()
    world = world.when(credited(41, "note-2")).then_refused("exceeds_invoice", "/data/amount_minor")
    world.when(credited(40, "note-2")).then_nothing()


def test_a_dispute_above_its_invoice_is_refused():
    world = given(contract(), invoiced(100)).when(disputed(60)).then_nothing()
    world = world.when(disputed(41)).then_refused("exceeds_invoice", "/data/amount_minor")
    world.when(disputed(40)).then_nothing()


def test_a_credit_notes_reference_is_unique():
    given(contract(), invoiced(), credited(1)).when(credited(1)).then_refused(
        "already_exists", "/data/credit_note"
    )


@pytest.mark.parametrize("say", [disputed, credited])
def test_only_an_invoice_of_the_partners_own_is_disputed_or_credited(say):
    world = given(contract(), order("tutoring", partner="tutors"), invoiced())
    world = world.when(say(1, invoice="inv-9")).then_refused("unknown_invoice", "/data/invoice")
    world.when(say(1, partner="tutors")).then_refused("unknown_invoice")


def test_a_payment_may_name_an_invoice_of_the_partners_own():
    world = given(contract(), order("tutoring", partner="tutors"), invoiced())
    world = world.when(fee("paid", 1, invoice="inv-9")).then_refused("unknown_invoice")
    world = world.when(fee("paid", 1, partner="tutors", invoice="inv-1"))
    world.then_refused("unknown_invoice", "/data/invoice")


@pytest.mark.parametrize("say", [invoiced, fee])
def test_a_partner_without_orders_is_unknown(say):
    fact_of_nobody = invoiced(partner="nobody") if say is invoiced else fee("paid", 1, "nobody")
    given(contract()).when(fact_of_nobody).then_refused("unknown_partner", "/data/partner")
