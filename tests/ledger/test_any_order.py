"""The same facts about one child in any order end in the same net payments (`domain.md` 4)."""

from itertools import permutations

import pytest

from ledger.refusals import Refusal
from tests.ledger.facts import (
    baseline,
    completed,
    corrected,
    end_point,
    enrolled,
    met_often,
    moved,
    register,
    rejected,
    travelled,
    verified,
    withdrew,
)
from tests.ledger.saying import World, flat
from tests.ledger.terms import (
    ENGAGED_Y1,
    OUTCOMES,
    PARTS,
    PEERS,
    SIGN_UP,
    card,
    contract,
    funders,
    opened,
    order,
    role,
    shares,
    signed,
)

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")
DISTANCE = {
    "trigger": "ALL_THE_WAY",
    "kind": "distance_travelled",
    "percent": 100,
    "price_minor": 100001,
}
ROLES = {"local_authority": "la", "school": "sch"}


def net(facts):
    """What stands after these facts and who pays it; None when one of them is refused."""
    world = World()
    try:
        for spoken in flat(facts):
            world.hear(spoken)
    except Refusal:
        return None
    world.must_be_settled()
    kept = world.book.contracts["lcf"].children["child-7"].payments()
    return {
        payment.trigger: (payment.effective_on, payment.amount_minor, payment.split)
        for payment in kept
    }


READY = [signed(), funders(), opened(), order()]
TERMS = [card(SIGN_UP, ENGAGED_Y1, *OUTCOMES), shares(**PARTS)]
BY_ROLE = shares(role("local_authority", 7), role("school", 3))

HISTORIES = {
    "terms, a sign-up and a year": [*TERMS, enrolled(), met_often(), register("s-1"), YEAR_1],
    "a year and a withdrawal after it": [
        *TERMS[1:],
        met_often(),
        register("s-1"),
        YEAR_1,
        withdrew(on="2020-08-15"),
    ],
    "a year and a withdrawal within it": [
        *TERMS[1:],
        met_often(),
        register("s-1"),
        YEAR_1,
        withdrew(on="2020-07-30"),
    ],
    "an outcome, verified, and completion": [
        TERMS[1],
        baseline("peers"),
        end_point("peers"),
        verified("peers"),
        completed(),
    ],
    "two outcomes of two days": [
        travelled("peers", "2021-07-18"),
        travelled("emotions", "2021-07-18"),
        verified("peers"),
        verified("emotions"),
        TERMS[1],
    ],
    "an outcome and a later rejection by date": [
        TERMS[1],
        travelled("peers"),
        travelled("emotions"),
        [verified("peers"), rejected("peers")],
        verified("emotions"),
    ],
    "a correction of a score that was recorded": [
        TERMS[1],
        baseline("peers"),
        [end_point("peers", 4), corrected("peers", 2)],
        verified("peers"),
        withdrew(on="2021-07-18"),
    ],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_every_order_that_is_let_in_ends_in_the_same_net_payments(history):
    facts = HISTORIES[history]
    begun = [*READY] if TERMS[0] in facts else [*READY, TERMS[0], enrolled()]
    ends = [net([begun, *told]) for told in permutations(facts)]
    let_in = [end for end in ends if end is not None]
    assert len(let_in) >= len(ends) // 6, "most orders are let in"
    assert all(end == let_in[0] for end in let_in)


def test_a_distance_is_the_same_in_any_order():
    facts = [
        card(SIGN_UP, DISTANCE, areas=[PEERS]),
        shares(**PARTS),
        baseline("peers"),
        end_point("peers"),
        verified("ALL_THE_WAY"),
    ]
    ends = [net([READY, enrolled(), told]) for told in permutations(facts)]
    assert None not in ends
    assert all(end == ends[0] for end in ends)
    assert set(ends[0]) == {"SIGN_UP", "ALL_THE_WAY"}


def test_roles_and_a_move_are_the_same_in_any_order_that_pays_after_the_move():
    """A payment that stands is never split again, so the shares come last."""
    facts = [
        card(SIGN_UP, *OUTCOMES),
        moved(on="2021-01-15", funders={"school": "phil"}),
        travelled("peers"),
        verified("peers"),
    ]
    ends = [net([READY, enrolled(funders=ROLES), told, BY_ROLE]) for told in permutations(facts)]
    assert None not in ends
    assert all(end == ends[0] for end in ends)
    assert {line.funder for line in ends[0]["OUTCOME_1"][2]} == {"la", "phil"}
    assert {line.funder for line in ends[0]["SIGN_UP"][2]} == {"la", "sch"}


def test_a_contract_as_it_comes_and_terms_last_end_the_same():
    facts = [enrolled(), met_often(), register("s-1"), YEAR_1, travelled("peers")]
    last = [verified("peers")]
    as_it_comes = net([contract(SIGN_UP, ENGAGED_Y1, *OUTCOMES), facts, last])
    assert as_it_comes == net([READY, facts, last, TERMS])
    assert set(as_it_comes) == {"SIGN_UP", "ENGAGED_Y1", "OUTCOME_1"}
