"""Caps: who pays at most what, and what nobody pays (`domain.md` 5 and 10.4)."""

import pytest

from ledger.events.codec import ShapeInvalid
from tests.ledger.facts import engaged_year, enrolled, granted, travelled, verified, voided
from tests.ledger.saying import given, released, reversed_, withheld
from tests.ledger.terms import (
    ENGAGED_Y2,
    GRANT,
    OUTCOMES,
    PARTS,
    SIGN_UP,
    cap,
    card,
    funders,
    opened,
    order,
    priced,
    shares,
    signed,
)

HALVES = shares(phil=1, la=1)
LINES = (priced(SIGN_UP, 1000), GRANT)


def capped(*caps, parts=HALVES, lines=LINES):
    """A contract whose sign-ups cost 10.00, under these caps."""
    return given(signed(), funders(), opened(), card(*lines), parts, caps)


def pays(child="child-7", **split):
    """Expect a sign-up of 10.00 with this split."""
    return released("SIGN_UP", 1000, child=child, split=split)


def test_a_funder_pays_what_is_left_and_the_rest_is_unfunded():
    capped(cap(300, "la")).when(enrolled()).then(pays(phil=500, la=(300, 200)))


def test_a_cap_that_is_just_enough_takes_nothing_off():
    capped(cap(500, "la")).when(enrolled()).then(pays(phil=500, la=500))


def test_use_adds_up_over_payments_in_version_order():
    world = capped(cap(700, "la")).when(enrolled("child-1")).then(pays("child-1", phil=500, la=500))
    world = world.when(enrolled("child-2")).then(pays("child-2", phil=500, la=(200, 300)))
    world.when(enrolled("child-3")).then(pays("child-3", phil=500, la=(0, 500)))


def test_the_cap_in_force_on_the_triggers_date_counts():
    caps = [cap(100, "la"), cap(500, "la", on="2019-10-01"), cap(0 + 1, "la", on="2019-10-02")]
    capped(*caps).when(enrolled(on="2019-10-01")).then(pays(phil=500, la=500))


def test_of_two_caps_of_one_date_the_later_recorded_counts():
    capped(cap(100, "la"), cap(400, "la")).when(enrolled()).then(pays(phil=500, la=(400, 100)))


def test_a_cap_that_was_lowered_below_its_use_leaves_nothing():
    lowered = cap(300, "la", on="2019-11-01")
    world = capped(cap(900, "la"), enrolled("child-1"), lowered)
    world.when(enrolled("child-2", "2019-11-01")).then(pays("child-2", phil=500, la=(0, 500)))


def test_a_cap_changes_nothing_that_stands():
    capped(enrolled()).when(cap(1, "la")).then_nothing()


def test_a_reversal_frees_headroom_for_later_payments_and_tops_nothing_up():
    wrong = enrolled("child-1")
    world = capped(cap(500, "la"), wrong, enrolled("child-2")).when(voided(wrong))
    world = world.then(reversed_("SIGN_UP", child="child-1", split={"phil": -500, "la": -500}))
    world.when(enrolled("child-3")).then(pays("child-3", phil=500, la=500))


def test_the_unfunded_part_is_reversed_with_its_payment():
    wrong = enrolled()
    capped(cap(300, "la"), wrong).when(voided(wrong)).then(
        reversed_("SIGN_UP", -1000, split={"phil": -500, "la": (-300, -200)})
    )


def test_a_cap_of_a_funder_is_used_up_by_its_grants_too():
    """10.4: 611,800.00 of 612,000.00 are used by a grant of the local authority alone."""
    la_only = shares(la=1, where={"trigger": "COVID"})
    terms = [cap(61200000, "la"), la_only, order()]
    world = capped(*terms, parts=shares(**PARTS), lines=(ENGAGED_Y2, GRANT))
    world = world.given(granted(61180000))
    for child, la in (("c-1", (20000, 11457)), ("c-2", (0, 31457)), ("c-3", (0, 31457))):
        world = world.given(enrolled(child), engaged_year(2021, child))
        world = world.when(verified("ENGAGED_Y2", child=child)).then(
            released(
                "ENGAGED_Y2",
                167500,
                "2021-07-31",
                child=child,
                split={"phil": 73683, "dcms": 43801, "la": la, "sch": 18559},
            )
        )


def test_a_line_that_a_cap_refuses_is_withheld_whole():
    capped(cap(499, "la", on_reached="refuse_line")).when(enrolled()).then(
        withheld("SIGN_UP", "cap_reached", 1000, "2019-10-01", split={})
    )


def test_a_refusing_cap_with_room_refuses_nothing():
    capped(cap(500, "la", on_reached="refuse_line")).when(enrolled()).then(pays(phil=500, la=500))


def test_a_withheld_line_uses_no_cap():
    caps = [cap(1000, "la", on_reached="refuse_line"), cap(900, per_child=True)]
    world = capped(*caps, parts=shares(la=1)).when(enrolled("child-1"))
    world = world.then(pays("child-1", la=(900, 100)))
    world = world.when(enrolled("child-2")).then(
        withheld("SIGN_UP", "cap_reached", child="child-2")
    )
    assert world.world.book.contracts["lcf"].funder_used == {"la": 900}


def reallocates(limit, funder, to):
    """A cap of a funder whose excess another takes."""
    return cap(limit, funder, on_reached="reallocate", to=to)


def test_what_a_funder_cannot_pay_another_takes_over():
    capped(reallocates(300, "la", "phil")).when(enrolled()).then(pays(phil=700, la=300))


def test_who_takes_over_may_have_no_share_of_its_own():
    capped(reallocates(300, "la", "dcms")).when(enrolled()).then(pays(phil=500, la=300, dcms=200))


def test_who_takes_over_pays_its_own_share_first_and_keeps_its_own_cap():
    """The rest stays with the funder that could not pay it."""
    caps = [reallocates(300, "la", "phil"), cap(600, "phil")]
    capped(*caps).when(enrolled()).then(pays(phil=600, la=(300, 100)))


def test_who_takes_over_pays_its_own_share_first_though_it_comes_last():
    caps = [reallocates(300, "phil", "la"), cap(600, "la")]
    capped(*caps).when(enrolled()).then(pays(phil=(300, 100), la=600))


def test_there_is_no_second_hop():
    caps = [reallocates(300, "la", "phil"), reallocates(600, "phil", "dcms")]
    capped(*caps).when(enrolled()).then(pays(phil=600, la=(300, 100)))


def test_a_full_cap_of_who_should_take_over_takes_nothing():
    caps = [reallocates(300, "la", "dcms"), cap(1, "dcms")]
    world = capped(*caps).when(enrolled("child-1"))
    world = world.then(pays("child-1", phil=500, la=(300, 199), dcms=1))
    world.when(enrolled("child-2")).then(pays("child-2", phil=500, la=(0, 500)))


def test_two_funders_may_hand_over_to_one_in_share_order():
    caps = [reallocates(100, "phil", "dcms"), reallocates(100, "la", "dcms"), cap(500, "dcms")]
    capped(*caps).when(enrolled()).then(pays(phil=100, la=(100, 300), dcms=500))


def test_a_childs_cap_takes_off_in_proportion_to_what_each_still_pays():
    """Of 5.00 and 3.00 comes off 1.00: 0.62 1/2 and 0.37 1/2, the odd penny to the first."""
    caps = [cap(300, "la"), cap(700, per_child=True)]
    capped(*caps).when(enrolled()).then(pays(phil=(437, 63), la=(263, 237)))


def test_a_childs_cap_adds_up_over_the_triggers_of_one_child_alone():
    lines = (priced(SIGN_UP, 1000), *OUTCOMES)
    world = capped(cap(100000, per_child=True), parts=shares(phil=1), lines=lines)
    world = world.given(enrolled(), enrolled("child-8"), travelled("peers"))
    world = world.when(verified("peers")).then(
        released("OUTCOME_1", 167500, split={"phil": (99000, 68500)})
    )
    world.when(enrolled("child-9")).then(pays("child-9", phil=1000))


def test_a_grant_never_counts_under_a_childs_cap():
    world = capped(cap(300, per_child=True), parts=shares(phil=1))
    world = world.when(granted(5000)).then(released("COVID", 5000, child="covid-1"))
    world.when(enrolled()).then(pays(phil=(300, 700)))


def test_the_contracts_cap_comes_after_the_childs():
    """1.00 off for the child, then 3.00 more for the contract, each in halves."""
    caps = [cap(900, per_child=True), cap(600)]
    capped(*caps).when(enrolled()).then(pays(phil=(300, 200), la=(300, 200)))


def test_the_contracts_cap_counts_grants_and_children_together():
    world = capped(cap(1500), parts=shares(phil=1)).given(granted(1000))
    world = world.when(enrolled()).then(pays(phil=(500, 500)))
    world.when(granted(10, "covid-2")).then(
        released("COVID", 10, child="covid-2", split={"phil": (0, 10)})
    )


@pytest.mark.parametrize("scope", [{}, {"per_child": True}])
def test_a_childs_or_a_contracts_cap_may_refuse_the_line(scope):
    capped(cap(999, on_reached="refuse_line", **scope)).when(enrolled()).then(
        withheld("SIGN_UP", "cap_reached", 1000)
    )


def test_a_shared_cap_that_was_lowered_below_its_use_leaves_nothing():
    world = capped(cap(2000), enrolled("child-1"), cap(500, on="2019-11-01"))
    world.when(enrolled("child-2", "2019-11-01")).then(pays("child-2", phil=(0, 500), la=(0, 500)))


def test_the_contracts_maximum_is_information_and_no_cap():
    terms = [signed(maximum_minor=1), funders(), opened(), card(*LINES), HALVES]
    given(terms).when(enrolled()).then(pays(phil=500, la=500))


def test_a_cap_names_funders_that_have_joined():
    world = capped()
    world = world.when(cap(1, "nobody")).then_refused("unknown_funder", "/data/funder")
    world.when(reallocates(1, "la", "nobody")).then_refused("unknown_funder", "/data/to")


@pytest.mark.parametrize("scope", [{}, {"per_child": True}])
def test_a_childs_or_a_contracts_cap_is_not_reallocated(scope):
    terms = cap(1, on_reached="reallocate", to="phil", **scope)
    with pytest.raises(ShapeInvalid, match="only a funder's cap is reallocated"):
        terms.typed(None)
