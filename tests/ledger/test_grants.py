"""Grants: agreed sums that hang on no child (`domain.md` 4)."""

from tests.ledger.claims import claimed, drafted
from tests.ledger.facts import enrolled, granted, verified, voided
from tests.ledger.saying import collected, given, released
from tests.ledger.terms import (
    GRANT,
    PARTS,
    SIGN_UP,
    card,
    contract,
    funders,
    opened,
    role,
    shares,
    signed,
)


def test_a_grant_is_paid_on_its_date_at_the_agreed_sum():
    agreed = granted(60022500, on="2020-07-31")
    given(contract(GRANT)).when(agreed).then(
        released(
            "COVID",
            60022500,
            "2020-07-31",
            child="covid-1",
            split={"phil": 26403898, "dcms": 15695884, "la": 11272225, "sch": 6650493},
            evidence=(agreed,),
            card="card-2019",
        )
    )


def test_a_grant_is_unique_by_contract_and_reference():
    given(contract(), granted(100)).when(granted(200, on="2020-08-31")).then_refused(
        "already_exists", "/data/reference"
    )


def test_more_than_an_amount_may_be_is_claimed_in_parts():
    most, day = 10**15, "2020-07-31"
    world = given(contract(GRANT), granted(most), granted(1, "covid-2", on="2020-08-31"))
    world = world.when(drafted(on="2020-09-01")).then_refused("claim_too_large", "/data/upto")
    world = world.when(drafted("q1", day)).then(collected("q1", "1 and 0", most))
    world.when(drafted("q2")).then(collected("q2", "1 and 0", 1))


def test_an_adjustment_makes_no_room_in_a_claim_for_it_may_be_rejected():
    wrong = granted(10**15 // 2)
    later = granted(10**15, "covid-2", on="2020-08-31")
    world = given(contract(GRANT), wrong, claimed("q1"), voided(wrong, on="2021-01-16"), later)
    world.when(drafted("q2")).then_refused("claim_too_large", "/data/upto")


def test_two_grants_may_share_a_line():
    given(contract(), granted(100)).when(granted(200, "covid-2")).then(
        released("COVID", 200, child="covid-2")
    )


def test_a_grant_needs_a_card_in_force():
    terms = contract()
    world = given(terms[:3], terms[4:]).when(granted(100))
    world = world.then_refused("no_rate_card", "/effective_on")
    world = world.given(card(GRANT, on="2020-08-01"))
    world = world.when(granted(100, on="2020-07-31")).then_refused("no_rate_card")
    world.when(granted(100, on="2020-08-01")).then(released("COVID", 100, child="covid-1"))


def test_a_grant_needs_a_line_on_a_card_in_force():
    given(contract(SIGN_UP)).when(granted(100)).then_refused("unknown_trigger", "/data/trigger")


def test_a_line_of_another_kind_is_no_grant_line():
    given(contract()).when(granted(100, trigger="SIGN_UP")).then_refused("unknown_trigger")


def test_any_card_in_force_may_list_a_grant():
    """One card for a cohort, one for nobody in particular; either may have the line."""
    own, other = card(SIGN_UP, name="own", cohorts=["c2019"]), card(GRANT, name="other")
    terms = [signed(), funders(), opened(), shares(**PARTS)]
    given(terms, own, other).when(granted(100)).then(
        released("COVID", 100, child="covid-1", card="other")
    )
    own, other = card(GRANT, name="own", cohorts=["c2019"]), card(SIGN_UP, name="other")
    given(terms, own, other).when(granted(100)).then(
        released("COVID", 100, child="covid-1", card="own")
    )


def test_a_card_that_was_replaced_lists_no_grant_any_more():
    later = card(SIGN_UP, name="card-2020", on="2020-07-01")
    world = given(contract(GRANT), later)
    world = world.when(granted(100, on="2020-07-31")).then_refused("unknown_trigger")
    world.when(granted(100, on="2020-06-30")).then(released("COVID", child="covid-1"))


def test_a_grant_needs_shares_for_it_does_not_wait():
    given(contract()[:4]).when(granted(100)).then_refused("no_shares", "/data/trigger")


def test_a_role_stands_for_nobody_where_there_is_no_child():
    world = given(contract(), shares(role("school", 1), on="2020-01-01"))
    world.when(granted(100)).then_refused("no_shares")


def test_a_set_of_a_school_is_not_for_grants():
    given(contract()[:4], shares(phil=1, where={"school": "ark"})).when(granted(1)).then_refused(
        "no_shares"
    )


def test_a_grant_is_within_the_contract():
    world = given(contract()).when(granted(1, on="2019-08-31"))
    world = world.then_refused("outside_contract", "/effective_on")
    world.when(granted(1, on="2024-10-01")).then_refused("outside_contract")


def test_terms_that_change_later_leave_a_grant_alone():
    world = given(contract(), granted(100), enrolled())
    world.when(shares(phil=1, on="2020-01-01")).then_nothing()
    world.when(card(GRANT, name="card-2020", on="2020-01-01")).then_nothing()


def test_a_grant_cannot_be_verified():
    given(contract(), granted(100), enrolled()).when(verified("COVID")).then_refused(
        "nothing_to_verify"
    )
