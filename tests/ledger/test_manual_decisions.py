"""People overrule rules in the open: what is withheld is released or refused by hand."""

from tests.ledger.facts import (
    achieved,
    baseline,
    corrected,
    end_point,
    enrolled,
    granted,
    met_often,
    moved,
    register,
    ruled,
    verified,
    voided,
)
from tests.ledger.saying import given, lapsed, released, reversed_, withheld
from tests.ledger.terms import (
    ENGAGED_Y1,
    GRANT,
    OUTCOME_1,
    OUTCOMES,
    PARTS,
    SIGN_UP,
    cap,
    card,
    contract,
    priced,
    role,
    shares,
)

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")
STOP = "2021-12-31"


def unheld(*facts, lines=(ENGAGED_Y1,)):
    """A child whose verified year had no session at all."""
    return given(contract(*lines), enrolled(), met_often(), YEAR_1, facts)


def barred(*facts, lines=OUTCOMES):
    """A child whose only outcome was received too late, as everything is that has no date."""
    return given(contract(*lines, long_stop_on=STOP), enrolled(), achieved("peers"), facts)


def test_a_release_by_hand_has_the_triggers_own_date_price_and_card():
    unheld().when(ruled("ENGAGED_Y1", on="2024-11-30")).then(
        released("ENGAGED_Y1", 167500, "2020-07-31", card="card-2019", split=None)
    )


def test_a_refusal_by_hand_leaves_it_withheld():
    unheld().when(ruled("ENGAGED_Y1", "refuse")).then_nothing()


def test_who_refused_may_release_later():
    world = unheld(ruled("ENGAGED_Y1", "refuse"))
    world.when(ruled("ENGAGED_Y1", "release")).then(released("ENGAGED_Y1"))


def test_what_was_released_by_hand_is_not_withheld_any_more():
    unheld(ruled("ENGAGED_Y1")).when(ruled("ENGAGED_Y1")).then_refused(
        "nothing_to_decide", "/data/trigger"
    )


def test_what_was_never_withheld_is_nothing_to_decide():
    given(contract(), enrolled()).when(ruled("SIGN_UP")).then_refused("nothing_to_decide")


def test_a_trigger_that_no_card_lists_is_unknown():
    given(contract(), enrolled()).when(ruled("ENGAGED_Y9")).then_refused("unknown_trigger")


def test_a_manual_release_stands_when_sessions_turn_up():
    world = unheld(ruled("ENGAGED_Y1")).when(register("s-1"))
    assert world.then_stands(ENGAGED_Y1=167500)


def test_a_manual_release_is_reversed_when_the_year_fails_after_all():
    unheld(ruled("ENGAGED_Y1")).when(register("s-1", attended=())).then_pays(
        reversed_("ENGAGED_Y1", -167500, "2020-07-31")
    )


def test_an_outcome_released_by_hand_is_priced_by_the_card_of_its_own_date():
    dear = card(priced(OUTCOME_1, 999900), name="card-2022", on="2022-01-01")
    barred(dear).when(ruled("OUTCOME_1", on="2022-02-01")).then(
        released("OUTCOME_1", 167500, "2021-07-18", card="card-2019")
    )


def test_one_rank_released_by_hand_does_not_release_the_next():
    second = [baseline("emotions"), end_point("emotions", on="2021-07-19")]
    barred(ruled("OUTCOME_1"), second).when(verified("emotions")).then(
        withheld("OUTCOME_2", "time_barred", 167500, "2021-07-19")
    )


def test_a_late_payment_that_waits_for_shares_waits_after_its_release_by_hand():
    terms = contract(*OUTCOMES, long_stop_on=STOP)
    world = given(terms[:4], enrolled(), achieved("peers"))
    world = world.when(ruled("OUTCOME_1")).then_nothing()
    world.when(shares(**PARTS)).then(released("OUTCOME_1", 167500, "2021-07-18"))


def test_a_withheld_row_tells_the_date_and_price_at_which_it_would_be_paid():
    """The end point is dated anew, before a dear card came into force."""
    dear = card(priced(OUTCOME_1, 999900), *OUTCOMES[1:], name="dear", on="2021-07-10")
    world = barred(dear).when(corrected("peers", 1, on="2021-07-05"))
    world = world.then(withheld("OUTCOME_1", "time_barred", 167500, "2021-07-05"))
    world.when(ruled("OUTCOME_1")).then(released("OUTCOME_1", 167500, "2021-07-05"))


def test_a_row_that_a_cap_kept_back_is_told_anew_when_its_date_moves():
    line = cap(100000, on_reached="refuse_line")
    world = given(contract(*OUTCOMES), line, enrolled(), achieved("peers"))
    world = world.when(corrected("peers", 1, on="2021-07-05"))
    world = world.then(withheld("OUTCOME_1", "cap_reached", 167500, "2021-07-05"))
    world.when(corrected("peers", 2, on="2021-07-05")).then_nothing()


def refused_by_cap(*facts):
    """A sign-up that a cap of 1,000.00 keeps back whole."""
    line = cap(100000, on_reached="refuse_line")
    return given(contract(SIGN_UP, GRANT), line, enrolled(), facts)


def test_a_cap_that_leaves_no_room_is_not_overruled():
    refused_by_cap().when(ruled("SIGN_UP")).then_refused("cap_reached", "/data/trigger")


def test_what_a_cap_kept_back_may_be_refused_by_hand():
    refused_by_cap().when(ruled("SIGN_UP", "refuse")).then_nothing()


def test_what_a_cap_kept_back_is_released_by_hand_when_there_is_room():
    wider = cap(168000, on_reached="refuse_line")
    world = refused_by_cap().when(wider).then_nothing()
    world.when(ruled("SIGN_UP")).then(released("SIGN_UP", 168000, "2019-10-01"))


def test_what_a_cap_kept_back_is_not_asked_about_again_by_other_facts():
    wider = cap(168000, on_reached="refuse_line")
    world = refused_by_cap(wider)
    world.when(achieved("peers")[0]).then_nothing()
    world.when(shares(**PARTS)).then_nothing()


def test_a_release_by_hand_that_waits_for_a_role_asks_the_cap_again_when_it_is_named():
    """Released by hand while nobody stands for the role; by then another child used the room."""
    by_role = shares(role("school", 1), on="2019-10-01", where={"school": "ark"})
    wider = cap(168000, on_reached="refuse_line")
    world = refused_by_cap(by_role, wider).when(ruled("SIGN_UP")).then_nothing()
    world = world.given(enrolled("child-8", school="oak"))
    named = moved(on="2019-10-01", school="ark", funders={"school": "sch"})
    world.when(named).then_nothing()


def test_what_a_cap_kept_back_lapses_with_its_enrolment():
    wrong = enrolled()
    line = cap(100000, on_reached="refuse_line")
    given(contract(SIGN_UP), line, wrong).when(voided(wrong)).then(
        lapsed("SIGN_UP", 168000, "2019-10-01")
    )


def test_a_late_payment_that_a_cap_refuses_waits_for_a_second_release_by_hand():
    """The first release overrules the deadline, the second asks the caps again."""
    world = barred(cap(100000, on_reached="refuse_line"))
    world = world.when(ruled("OUTCOME_1")).then(withheld("OUTCOME_1", "cap_reached", 167500))
    world = world.when(ruled("OUTCOME_1")).then_refused("cap_reached")
    world = world.given(cap(167500, on_reached="refuse_line"))
    world.when(ruled("OUTCOME_1")).then(released("OUTCOME_1", 167500, "2021-07-18"))


def test_a_late_payment_that_a_cap_refuses_may_be_refused_by_hand_and_stays_where_it_is():
    world = barred(cap(100000, on_reached="refuse_line"), ruled("OUTCOME_1"))
    world = world.when(ruled("OUTCOME_1", "refuse")).then_nothing()
    world = world.given(cap(167500, on_reached="refuse_line"))
    world.when(ruled("OUTCOME_1")).then(released("OUTCOME_1", 167500, "2021-07-18"))


def test_a_grant_that_a_cap_keeps_back_hangs_on_no_child_to_decide_about():
    agreed = granted(200000)
    world = refused_by_cap().when(agreed)
    world = world.then(withheld("COVID", "cap_reached", 200000, child="covid-1"))
    world = world.when(ruled("COVID")).then_refused("nothing_to_decide")
    world.when(voided(agreed)).then(lapsed("COVID", 200000, "2020-07-31", child="covid-1"))


def test_a_correction_of_what_was_released_by_hand_takes_it_back():
    barred(ruled("OUTCOME_1")).when(corrected("peers", 4)).then(reversed_("OUTCOME_1"))


def test_a_release_by_hand_ends_with_the_enrolment_that_it_was_about():
    wrong = enrolled()
    facts = [contract(ENGAGED_Y1), wrong, met_often(), YEAR_1, ruled("ENGAGED_Y1"), voided(wrong)]
    given(*facts).when(enrolled(on="2019-11-01")).then(withheld("ENGAGED_Y1", "manual_decision"))
