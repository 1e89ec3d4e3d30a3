"""Transfers: another school or borough, and whom the roles stand for (`domain.md` 3 and 5)."""

from tests.ledger.facts import achieved, enrolled, moved, travelled, verified, voided
from tests.ledger.saying import given, released
from tests.ledger.terms import (
    OUTCOMES,
    SIGN_UP,
    card,
    funders,
    joined,
    opened,
    role,
    shares,
    signed,
)

ROLES = {"local_authority": "lbhf", "school": "ark"}
BY_ROLE = shares(role("local_authority", 3), role("school", 1))


def resolved(*lines, share_sets=(BY_ROLE,)):
    """A contract whose payers are whoever the child's roles stand for."""
    joining = funders("lbhf", "rbkc", "ark", "holland", "phil")
    return [signed(), joining, opened(), card(*lines), share_sets]


def test_a_role_is_resolved_by_the_childs_enrolment():
    given(resolved(SIGN_UP)).when(enrolled(funders=ROLES)).then(
        released("SIGN_UP", 168000, split={"lbhf": 126000, "ark": 42000})
    )


def test_a_transfers_funders_replace_the_roles_it_names():
    there = moved(on="2020-01-15", funders={"school": "holland"})
    world = given(resolved(*OUTCOMES), enrolled(funders=ROLES), travelled("peers"), there)
    world.when(verified("peers")).then(
        released("OUTCOME_1", 167500, split={"lbhf": 125625, "holland": 41875})
    )


def test_the_split_uses_the_childs_facts_on_the_triggers_date():
    facts = [enrolled(funders=ROLES), travelled("peers", "2021-07-18")]
    on_the_day = moved(on="2021-07-18", funders={"local_authority": "rbkc"})
    day_after = moved(on="2021-07-19", funders={"local_authority": "rbkc"})
    given(resolved(*OUTCOMES), facts, on_the_day).when(verified("peers")).then(
        released("OUTCOME_1", split={"rbkc": 125625, "ark": 41875})
    )
    given(resolved(*OUTCOMES), facts, day_after).when(verified("peers")).then(
        released("OUTCOME_1", split={"lbhf": 125625, "ark": 41875})
    )


def test_two_moves_recorded_out_of_order_take_effect_by_date():
    later = moved(on="2021-03-01", funders={"school": "holland"})
    earlier = moved(on="2020-03-01", funders={"school": "phil"})
    world = given(resolved(*OUTCOMES), enrolled(funders=ROLES), later, earlier)
    world.given(travelled("peers")).when(verified("peers")).then(
        released("OUTCOME_1", split={"lbhf": 125625, "holland": 41875})
    )


def test_a_late_move_splits_nothing_again():
    there = moved(on="2021-01-15", funders={"school": "holland"})
    world = given(resolved(*OUTCOMES), enrolled(funders=ROLES), achieved("peers"))
    world.when(there).then_nothing()


def test_voiding_a_move_splits_nothing_again():
    there = moved(on="2021-01-15", funders={"school": "holland"})
    world = given(resolved(*OUTCOMES), enrolled(funders=ROLES), there, achieved("peers"))
    world = world.when(voided(there)).then_nothing()
    world.given(travelled("emotions")).when(verified("emotions")).then(
        released("OUTCOME_2", split={"lbhf": 125625, "ark": 41875})
    )


def test_a_trigger_whose_role_nobody_stands_for_waits_for_the_move_that_names_one():
    world = given(resolved(SIGN_UP)).when(enrolled(funders={"school": "ark"})).then_nothing()
    world = world.when(moved(on="2019-10-02", funders={"local_authority": "lbhf"})).then_nothing()
    world.when(moved(on="2019-10-01", funders={"local_authority": "rbkc"})).then(
        released("SIGN_UP", 168000, "2019-10-01", split={"rbkc": 126000, "ark": 42000})
    )


def test_a_trigger_whose_roles_funder_has_not_joined_waits_for_it():
    world = given(resolved(SIGN_UP)).when(enrolled(funders=ROLES | {"school": "new"}))
    world = world.then_nothing()
    world = world.when(joined("old")).then_nothing()
    world.when(joined("new")).then(released("SIGN_UP", split={"lbhf": 126000, "new": 42000}))


def test_two_roles_of_one_funder_are_one_part():
    one = {"local_authority": "lbhf", "school": "lbhf"}
    given(resolved(SIGN_UP)).when(enrolled(funders=one)).then(
        released("SIGN_UP", 168000, split={"lbhf": 168000})
    )


def test_a_move_takes_the_child_under_another_schools_share_set():
    underwritten = shares(phil=1, where={"school": "holland-park"})
    sets = (BY_ROLE, underwritten)
    world = given(resolved(*OUTCOMES, share_sets=sets), enrolled(funders=ROLES))
    world = world.given(moved(school="holland-park"), travelled("peers"))
    world.when(verified("peers")).then(released("OUTCOME_1", split={"phil": 167500}))


def test_a_borough_stays_until_a_move_names_another():
    of_lbhf = shares(lbhf=1, where={"borough": "lbhf"})
    of_rbkc = shares(rbkc=1, where={"borough": "rbkc"})
    terms = resolved(*OUTCOMES, share_sets=(of_lbhf, of_rbkc))
    facts = [travelled("peers"), travelled("emotions", "2021-07-19")]
    world = given(terms, enrolled(borough="lbhf"), moved(on="2020-01-15"), facts)
    world = world.when(verified("peers")).then(released("OUTCOME_1", split={"lbhf": 167500}))
    world = world.given(moved(on="2021-07-19", borough="rbkc"))
    world.when(verified("emotions")).then(released("OUTCOME_2", split={"rbkc": 167500}))


def test_a_move_is_within_the_contract_and_not_before_the_sign_up():
    world = given(resolved(SIGN_UP), enrolled(funders=ROLES))
    world = world.when(moved(on="2019-09-30")).then_refused("before_enrolment", "/effective_on")
    world.when(moved(on="2024-10-01")).then_refused("outside_contract", "/effective_on")
