"""Outcomes paid by how many, not by which (`domain.md` 4, Counting; 10.3)."""

from tests.ledger.facts import (
    achieved,
    baseline,
    corrected,
    end_point,
    enrolled,
    rejected,
    travelled,
    verified,
)
from tests.ledger.saying import given, released, rests_anew, reversed_
from tests.ledger.terms import (
    OUTCOME_1,
    OUTCOME_2,
    OUTCOMES,
    card,
    contract,
    priced,
    unverified,
)

PEERS_KEYED_WRONGLY = corrected("peers", 4)


def outcomes(*facts, lines=OUTCOMES):
    """A child of a contract that pays outcomes by count."""
    return given(contract(*lines), enrolled(), facts)


def test_the_first_the_second_and_the_third_outcome_are_each_paid():
    world = outcomes(achieved("peers", "2021-07-05")).given(travelled("emotions", "2021-07-06"))
    world = world.when(verified("emotions")).then(released("OUTCOME_2", 167500, "2021-07-06"))
    world = world.given(travelled("attendance", "2021-07-07")).when(verified("attendance"))
    world.then(
        released(
            "OUTCOME_3",
            83750,
            "2021-07-07",
            split={"phil": 36842, "dcms": 21901, "la": 15728, "sch": 9279},
        )
    )


def test_a_fourth_outcome_pays_nothing_more():
    three = [achieved("peers"), achieved("emotions"), achieved("attendance")]
    outcomes(three, travelled("reading")).when(verified("reading")).then_nothing()


def test_when_the_count_falls_the_highest_rank_is_reversed():
    """10.3 (a): 837.50 off, not 1,675.00 "for the peer area"."""
    three = [
        achieved("peers", "2021-07-05"),
        achieved("emotions", "2021-07-06"),
        achieved("attendance", "2021-07-07"),
    ]
    answer = outcomes(three).when(PEERS_KEYED_WRONGLY)
    answer.then(
        reversed_(
            "OUTCOME_3",
            -83750,
            "2021-07-07",
            split={"phil": -36842, "dcms": -21901, "la": -15728, "sch": -9279},
        ),
        rests_anew("OUTCOME_1", "2021-07-05"),
    )
    answer.then_stands(OUTCOME_1=167500, OUTCOME_2=167500)


def test_a_fourth_area_takes_the_place_of_a_reversed_one_and_no_money_moves():
    """10.3 (b)."""
    three = [achieved("peers"), achieved("emotions"), achieved("attendance")]
    fourth = [baseline("reading"), end_point("reading"), verified("reading")]
    answer = outcomes(three, fourth).when(PEERS_KEYED_WRONGLY)
    answer.then(rests_anew("OUTCOME_1", "2021-07-18", evidence=tuple(fourth)))
    answer.then_stands(OUTCOME_1=167500, OUTCOME_2=167500, OUTCOME_3=83750)


def test_a_new_third_outcome_is_paid_again_after_a_reversal():
    """10.3 (c)."""
    three = [achieved("peers"), achieved("emotions"), achieved("reading")]
    world = outcomes(three, PEERS_KEYED_WRONGLY, travelled("attendance", "2021-07-19"))
    world.when(verified("attendance")).then(released("OUTCOME_3", 83750, "2021-07-19"))


def test_two_outcomes_lost_one_by_one_go_from_the_top():
    three = [achieved("peers"), achieved("emotions"), achieved("attendance")]
    world = outcomes(three).when(rejected("emotions"))
    world = world.then(reversed_("OUTCOME_3"), rests_anew("OUTCOME_2"))
    world.when(rejected("attendance")).then(reversed_("OUTCOME_2"))


def test_ranks_are_dated_by_end_point_date():
    """Both areas are verified when the second rank is released."""
    late, early = travelled("peers", "2021-07-20"), travelled("emotions", "2021-07-10")
    world = outcomes(late, early).when(verified("emotions"))
    world = world.then(released("OUTCOME_1", on="2021-07-10"))
    world.when(verified("peers")).then(released("OUTCOME_2", on="2021-07-20"))


def test_areas_of_one_day_are_ordered_by_version():
    start = [baseline("peers"), baseline("emotions"), verified("peers"), verified("emotions")]
    world = outcomes(start, end_point("emotions"))
    world = world.when(end_point("peers")).then(released("OUTCOME_2", on="2021-07-18"))
    first = world.world.book.contracts["lcf"].children["child-7"].standing["OUTCOME_1"]
    assert first.area == "emotions"


def test_a_payment_keeps_its_date_when_an_earlier_end_point_is_verified_later():
    """The k-th date is taken from the areas that count when the rank is released."""
    late, early = travelled("peers", "2021-07-20"), travelled("emotions", "2021-07-10")
    world = outcomes(late, early).when(verified("peers"))
    world = world.then(released("OUTCOME_1", 167500, "2021-07-20"))
    answer = world.when(verified("emotions"))
    answer.then(released("OUTCOME_2", 167500, "2021-07-20"))


def test_a_rank_is_priced_by_the_card_in_force_on_its_date():
    later = card(priced(OUTCOME_1, 100), OUTCOME_2, name="card-2021", on="2021-07-15")
    world = given(contract(*OUTCOMES), later, enrolled(), travelled("peers", "2021-07-14"))
    world = world.when(verified("peers")).then(
        released("OUTCOME_1", 167500, "2021-07-14", card="card-2019")
    )
    world = given(contract(*OUTCOMES), later, enrolled(), travelled("peers", "2021-07-15"))
    world.when(verified("peers")).then(released("OUTCOME_1", 100, "2021-07-15", card="card-2021"))


def test_an_area_counts_once_though_two_informants_see_it_achieved():
    facts = [
        baseline("emotions", informant="teacher"),
        baseline("emotions", informant="parent"),
        end_point("emotions", informant="teacher"),
        end_point("emotions", informant="parent"),
    ]
    outcomes(facts).when(verified("emotions")).then(released("OUTCOME_1"))


def test_ranks_without_verification_count_areas_as_they_are_measured():
    lines = [unverified(OUTCOME_1), unverified(OUTCOME_2)]
    world = outcomes(baseline("peers"), baseline("emotions"), lines=lines)
    world = world.when(end_point("peers")).then(released("OUTCOME_1"))
    world = world.when(end_point("emotions")).then(released("OUTCOME_2"))
    world.when(corrected("peers", 4)).then(reversed_("OUTCOME_2"), rests_anew("OUTCOME_1"))


def test_a_line_with_and_one_without_verification_count_apart():
    lines = [unverified(OUTCOME_1), OUTCOME_2]
    world = outcomes(travelled("peers"), baseline("emotions"), lines=lines)
    world = world.when(end_point("emotions")).then_nothing()
    world = world.when(verified("peers")).then_nothing()
    world.when(verified("emotions")).then(released("OUTCOME_2"))


def test_a_rank_that_no_card_lists_is_not_paid():
    outcomes(achieved("peers"), travelled("maths"), lines=[OUTCOME_1]).when(
        verified("maths")
    ).then_nothing()


def test_an_end_point_from_before_the_sign_up_pays_nothing():
    """Decision 0014: nothing is earned before the child signed up."""
    early = [baseline("peers", on="2019-09-02"), end_point("peers", on="2019-09-20")]
    world = given(contract(*OUTCOMES), enrolled(on="2019-10-01"), early)
    world.when(verified("peers")).then_nothing()
