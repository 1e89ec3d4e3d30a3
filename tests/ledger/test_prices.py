"""Prices and waiting: the card in force on the trigger's date (`domain.md` 4)."""

from tests.ledger.facts import achieved, enrolled, met_often, travelled, verified
from tests.ledger.saying import given, released, reversed_
from tests.ledger.terms import (
    ENGAGED_Y1,
    OUTCOME_1,
    OUTCOMES,
    PARTS,
    SIGN_UP,
    card,
    funders,
    opened,
    priced,
    shares,
    signed,
)


def terms(*cards, cohorts=("c2019",)):
    """A contract with these cards and nothing else in doubt."""
    return [signed(), funders(), [opened(c) for c in cohorts], shares(**PARTS), cards]


def sign_up_at(price, name, on="2019-09-01", **more):
    """A card with one line."""
    return card(priced(SIGN_UP, price), name=name, on=on, **more)


def test_the_price_is_that_of_the_triggers_date():
    cards = [sign_up_at(100, "old"), sign_up_at(200, "new", on="2019-10-02")]
    given(terms(*cards)).when(enrolled(on="2019-10-01")).then(released("SIGN_UP", 100, card="old"))
    given(terms(*cards)).when(enrolled(on="2019-10-02")).then(released("SIGN_UP", 200, card="new"))


def test_the_price_is_not_that_of_the_verifications_date():
    dear = card(priced(OUTCOME_1, 999), name="new", on="2021-08-01")
    world = given(terms(card(OUTCOME_1, name="old"), dear), enrolled(), travelled("peers"))
    world.when(verified("peers", on="2021-09-10")).then(
        released("OUTCOME_1", 167500, "2021-07-18", card="old")
    )


def test_a_card_naming_the_cohort_beats_a_later_one_naming_none():
    cards = [
        sign_up_at(100, "own", cohorts=["c2019"]),
        sign_up_at(200, "any", on="2019-09-15"),
    ]
    given(terms(*cards)).when(enrolled()).then(released("SIGN_UP", 100, card="own"))


def test_a_card_of_another_cohort_prices_nothing_here():
    cards = [sign_up_at(100, "other", cohorts=["c2020"])]
    world = given(terms(*cards, cohorts=("c2019", "c2020"))).when(enrolled()).then_nothing()
    world.when(enrolled("child-8", cohort="c2020")).then(released("SIGN_UP", child="child-8"))


def test_the_latest_date_in_force_wins_then_the_latest_version():
    cards = [sign_up_at(100, "a", on="2019-09-20"), sign_up_at(200, "b", on="2019-09-10")]
    given(terms(*cards)).when(enrolled()).then(released("SIGN_UP", 100, card="a"))
    cards = [sign_up_at(100, "a"), sign_up_at(200, "b")]
    given(terms(*cards)).when(enrolled()).then(released("SIGN_UP", 200, card="b"))


def test_a_card_is_complete_by_itself():
    """The new card has no areas: nothing can be achieved under it."""
    later = card(OUTCOME_1, name="bare", on="2020-01-01", areas=())
    world = given(terms(card(*OUTCOMES), later), enrolled(), travelled("peers"))
    world.when(verified("peers")).then_nothing()


def test_a_line_that_the_new_card_leaves_out_is_not_paid_any_more():
    later = card(SIGN_UP, name="card-2020", on="2020-01-01")
    world = given(terms(card(ENGAGED_Y1), later), enrolled(), met_often())
    world.when(verified("ENGAGED_Y1", on="2020-09-10")).then_nothing()


def test_nothing_is_ever_priced_again():
    cheaper = sign_up_at(100, "cheaper", on="2019-09-15")
    given(terms(sign_up_at(200, "first")), enrolled(on="2019-10-01")).when(cheaper).then_nothing()


def test_a_back_dated_card_without_the_line_takes_the_payment_back():
    """What stands is what is earned, and the card in force on that day pays no sign-up."""
    bare = card(OUTCOME_1, name="bare", on="2019-09-15")
    given(terms(sign_up_at(200, "first")), enrolled(on="2019-10-01")).when(bare).then(
        reversed_("SIGN_UP", -200, "2019-10-01")
    )


def test_a_sign_up_waits_for_its_card():
    world = given(terms()).when(enrolled(on="2019-10-01")).then_nothing()
    world = world.when(sign_up_at(300, "later", on="2019-10-02")).then_nothing()
    world.when(sign_up_at(100, "late", on="2019-10-01")).then(
        released("SIGN_UP", 100, "2019-10-01", card="late")
    )


def test_everything_that_waited_is_released_when_the_shares_arrive():
    waiting = [signed(), funders(), opened(), card()]
    world = given(waiting, enrolled(), achieved("peers"), achieved("maths", "2021-07-19"))
    world.when(shares(**PARTS)).then(
        released("SIGN_UP", 168000, "2019-10-01"),
        released("OUTCOME_1", 167500, "2021-07-18"),
        released("OUTCOME_2", 167500, "2021-07-19"),
    )


def test_a_card_for_one_cohort_releases_for_that_cohort_alone():
    world = given(terms(cohorts=("c2019", "c2020")), enrolled())
    world = world.given(enrolled("child-8", cohort="c2020"))
    world.when(sign_up_at(100, "c2020", cohorts=["c2020"])).then(
        released("SIGN_UP", 100, child="child-8")
    )


def test_a_child_is_paid_for_one_trigger_once_though_two_cards_list_it():
    """Both cards are in force for a while; each line is the same trigger."""
    later = card(OUTCOME_1, name="new", on="2021-07-01")
    world = given(terms(card(OUTCOME_1, name="old"), later), enrolled())
    world = world.given(achieved("peers", "2021-06-20"))
    world.given(travelled("emotions", "2021-07-10")).when(verified("emotions")).then_nothing()
