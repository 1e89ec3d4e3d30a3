"""Disputes of partners' invoices: held back from a settlement until they are over."""

from tests.ledger.facts import fee, register
from tests.ledger.saying import given
from tests.ledger.settlements import approved, banked, delivered, drafted, paid
from tests.ledger.terms import contract, order
from tests.ledger.told_settlements import to_settle


def invoiced(amount=17000, invoice="i-1", **terms):
    return fee("invoiced", amount, invoice=invoice, **terms)


def disputed(amount, invoice="i-1"):
    return fee("disputed", amount, invoice=invoice, reason="not_delivered")


def given_up(amount, invoice="i-1", **terms):
    return fee("dispute_withdrawn", amount, invoice=invoice, reason="seen_in_person", **terms)


def credited(amount, note="cn-1", invoice="i-1"):
    return fee("credited", amount, invoice=invoice, credit_note=note)


def ready(*facts):
    """Two sessions at 85.00, invoiced at 170.00."""
    return given(contract(), banked(), delivered(2), invoiced(), facts)


def test_what_is_disputed_is_held_back_once_and_carried():
    world = ready(disputed(8500))
    part = {"accrued": 17000, "disputed": 8500, "pay": 8500, "carried": 8500}
    world = world.when(drafted()).then(to_settle("s1", 2, chess=part))
    world = world.given(delivered(1, 3))
    part = {"accrued": 8500, "brought": 8500, "disputed": 8500, "pay": 8500, "carried": 8500}
    world.when(drafted("s2")).then(to_settle("s2", 1, chess=part))


def test_a_dispute_that_was_given_up_is_paid_by_the_next_run_without_a_new_fee():
    world = ready(disputed(8500), drafted(), approved(), paid())
    world = world.when(drafted("s2")).then_refused("nothing_to_settle")
    world = world.given(given_up(8500)).when(drafted("s2"))
    world.then(to_settle("s2", 0, chess={"brought": 8500, "pay": 8500}))


def test_a_credit_note_settles_a_dispute_first():
    world = ready(disputed(8500), credited(8000))
    part = {"accrued": 17000, "disputed": 500, "pay": 16500, "carried": 500}
    world.when(drafted()).then(to_settle("s1", 2, chess=part))


def test_a_credit_note_from_before_a_dispute_settles_nothing_of_it():
    world = ready(credited(100), disputed(8500))
    part = {"accrued": 17000, "disputed": 8500, "pay": 8500, "carried": 8500}
    world.when(drafted()).then(to_settle("s1", 2, chess=part))


def test_more_in_dispute_than_is_owed_pays_nothing_and_takes_nothing():
    world = ready(invoiced(90000, "i-2"), disputed(90000, "i-2"))
    part = {"accrued": 17000, "disputed": 90000, "carried": 17000}
    world.when(drafted()).then(to_settle("s1", 2, chess=part))


def test_a_dispute_is_given_up_as_far_as_it_goes():
    world = ready(disputed(500)).when(given_up(501))
    world = world.then_refused("exceeds_dispute", "/data/amount_minor")
    world = world.given(credited(200)).when(given_up(301)).then_refused("exceeds_dispute")
    world = world.when(given_up(300)).then_nothing()
    world.when(given_up(1)).then_refused("exceeds_dispute")


def test_what_was_given_up_may_be_disputed_again():
    world = ready(disputed(17000)).when(disputed(1)).then_refused("exceeds_invoice")
    world.given(given_up(1)).when(disputed(1)).then_nothing()


def test_a_dispute_is_of_an_invoice_of_the_partners_own():
    world = ready(order("tutoring", partner="tutors"), disputed(500))
    world = world.when(given_up(1, "i-9")).then_refused("unknown_invoice", "/data/invoice")
    world.when(given_up(1, partner="tutors")).then_refused("unknown_invoice")


def test_a_dispute_in_another_contract_holds_nothing_back():
    elsewhere = contract()
    for spoken in elsewhere_of(elsewhere):
        spoken.content["data"]["contract"] = "other"
    world = ready(elsewhere)
    foreign = [invoiced(9000, "i-2"), disputed(9000, "i-2")]
    for spoken in foreign:
        spoken.content["data"]["contract"] = "other"
    part = {"accrued": 17000, "pay": 17000}
    world.given(foreign).when(drafted()).then(to_settle("s1", 2, chess=part))


def elsewhere_of(facts):
    for spoken in facts:
        yield from elsewhere_of(spoken) if isinstance(spoken, list) else [spoken]


def test_what_was_held_back_is_not_paid_before_the_day_on_which_it_was_held_back():
    world = ready(disputed(8500), drafted(), approved(), paid(), given_up(8500))
    early = drafted("s2", on="2021-01-03")
    world = world.when(early).then_refused("out_of_order", "/effective_on")
    part = {"brought": 8500, "pay": 8500}
    world.when(drafted("s2", on="2021-01-04")).then(to_settle("s2", 0, chess=part))


def test_what_was_held_back_of_one_partner_holds_up_no_other_one():
    lesson = register("t-1", "2020-05-04", order="tutoring", expected=())
    told = (disputed(8500), drafted(), approved(), paid(), given_up(8500))
    world = ready(told, order("tutoring", partner="tutors"), lesson)
    world.given(drafted("s2", partners=["tutors"], on="2020-06-01"))
