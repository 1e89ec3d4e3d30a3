"""Bank details of partners: nobody is paid into an account that two people do not stand behind."""

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
    run,
    withdrawn,
)
from tests.ledger.spoken import CONTRACT, FINANCE, fact
from tests.ledger.terms import contract, order
from tests.ledger.told_settlements import settled


def ready(*facts):
    """A contract in which one session is to be paid."""
    return given(contract(), delivered(1), facts)


def test_nobody_is_paid_whose_account_is_not_known():
    world = ready(drafted()).when(approved()).then_refused("bank_unknown", "/data/settlement")
    world = world.given(bank_set()).when(approved())
    world = world.then_refused("bank_unconfirmed", "/data/settlement")
    world.given(bank_confirmed()).when(approved()).then_nothing()


def test_details_that_changed_since_the_last_run_stop_the_next_until_they_are_confirmed():
    changed = bank_set(fingerprint=OTHER_ACCOUNT, on="2021-01-21")
    world = ready(banked(), run(), changed, delivered(1, 2), drafted("s2", on="2021-01-22"))
    late = approved("s2", on="2021-01-22")
    world = world.when(late).then_refused("bank_unconfirmed")
    world = world.given(bank_confirmed(fingerprint=OTHER_ACCOUNT)).when(late).then_nothing()
    world.when(paid("s2", on="2021-01-23")).then(settled("chess", 8500, settlement="s2"))


def test_details_that_change_after_the_approval_stop_the_payment():
    world = ready(banked(), drafted(), approved(), bank_set(fingerprint=OTHER_ACCOUNT))
    world = world.when(paid()).then_refused("bank_unconfirmed", "/data/settlement")
    world = world.given(bank_confirmed(fingerprint=OTHER_ACCOUNT))
    answer = world.when(paid())
    assert answer.events[1].data.fingerprint == OTHER_ACCOUNT


def test_details_that_go_back_to_what_they_were_are_confirmed_anew():
    back = [bank_set(fingerprint=OTHER_ACCOUNT), bank_set()]
    world = ready(banked(), back, drafted()).when(approved()).then_refused("bank_unconfirmed")
    world.given(bank_confirmed()).when(approved()).then_nothing()


def test_who_set_bank_details_cannot_confirm_them():
    world = ready(bank_set(by="both")).when(bank_confirmed(by="both"))
    world = world.then_refused("setter_cannot_confirm")
    world.when(bank_confirmed(by="another")).then_nothing()


def test_whoever_ever_set_these_details_cannot_confirm_them():
    again = [bank_set(by="both"), bank_set(fingerprint=OTHER_ACCOUNT), bank_set(by=FINANCE)]
    world = ready(again).when(bank_confirmed(by="both")).then_refused("setter_cannot_confirm")
    world = world.when(bank_confirmed(by=FINANCE)).then_refused("setter_cannot_confirm")
    world.when(bank_confirmed(by="another")).then_nothing()


def test_who_set_other_details_may_confirm_these():
    world = ready(bank_set(fingerprint=OTHER_ACCOUNT, by="both"), bank_set(by=FINANCE))
    world.when(bank_confirmed(by="both")).then_nothing()


def test_only_the_details_that_stand_are_confirmed():
    world = ready().when(bank_confirmed()).then_refused("bank_unknown", "/data/partner")
    world = world.given(bank_set(), bank_set(fingerprint=OTHER_ACCOUNT))
    world = world.when(bank_confirmed(fingerprint=ACCOUNT))
    world = world.then_refused("bank_differs", "/data/fingerprint")
    world = world.given(bank_confirmed(fingerprint=OTHER_ACCOUNT))
    world = world.when(bank_confirmed(fingerprint=OTHER_ACCOUNT, by="another"))
    world.then_refused("already_confirmed", "/data/fingerprint")


def test_details_are_set_when_they_are_others():
    world = ready(bank_set()).when(bank_set()).then_refused("already_set", "/data/fingerprint")
    world = world.given(bank_confirmed()).when(bank_set(by="another")).then_refused("already_set")
    world.when(bank_set(fingerprint=OTHER_ACCOUNT)).then_nothing()


@pytest.mark.parametrize("say", [bank_set, bank_confirmed])
def test_bank_details_are_of_a_partner_with_orders_in_any_contract(say):
    world = given(contract()).when(say("nobody")).then_refused("unknown_partner", "/data/partner")
    world.given(order("tutoring", partner="tutors")).when(bank_set("tutors")).then_nothing()


def test_a_partner_that_is_paid_nothing_needs_no_account():
    world = ready(fee("paid", 90000), drafted()).when(approved()).then_nothing()
    world.when(paid()).then_nothing()


def test_one_partner_without_an_account_stops_the_run_and_a_run_of_the_others_goes_on():
    tutors = order("tutoring", partner="tutors")
    lesson = register("t-1", order="tutoring", expected=())
    world = ready(tutors, lesson, banked("chess"), drafted())
    world = world.when(approved()).then_refused("bank_unknown")
    world = world.given(
        withdrawn(),
        drafted("s2", partners=["chess"], on="2021-01-16"),
        approved("s2", on="2021-01-16"),
    )
    world.when(paid("s2")).then(settled("chess", 8500, settlement="s2"))


def test_an_account_itself_is_never_taken():
    """Only a fingerprint of 64 hex digits fits."""
    with pytest.raises(ValueError, match="Expected `str` matching regex"):
        ready().when(bank_set(fingerprint="GB33BUKB20201555555555"))


def test_bank_details_belong_to_no_contract():
    unwanted = {"contract": CONTRACT, "partner": "chess", "fingerprint": ACCOUNT}
    spoken = fact("partner.bank_set", "2020-01-01", FINANCE)
    spoken.content["data"].update(unwanted)
    with pytest.raises(ValueError, match="unknown field `contract`"):
        ready().when(spoken)
