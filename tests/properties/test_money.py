"""Whole histories under the eyes of an auditor: once, to the penny, under the caps."""

from collections import Counter
from fractions import Fraction

from hypothesis import given

from ledger.events.decisions import PaymentReleased, PaymentReversed
from tests.properties import facts
from tests.properties.histories import cap, card, interleaved, share_set, story
from tests.properties.noise import chances, histories, judgement, move, register, score, trouble
from tests.properties.world import World, played


@given(histories)
def test_no_history_makes_the_auditor_object(history):
    world = played(history)
    assert world.auditor.version == len(world.events) == world.book.version


def test_histories_reach_every_kind_of_decision_and_most_refusals():
    reached: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @given(histories)
    def look(history):
        world = played(history)
        reached.update(event.type for event in world.events)
        refused.update(code for _, code in world.refused)

    look()
    assert reached.keys() >= {
        *("payment.released", "payment.reversed", "payment.withheld", "payment.lapsed"),
        *("payment.evidence_changed", "fee.accrued", "fee.reversed"),
    }
    assert len(refused) > 12


def capped(chance):
    """Several children who earn everything under one card, with caps on nearly everybody."""
    terms = [card(chance, whole=True), share_set(chance, anywhere=True)]
    limits = [cap(chance, funder) for funder in facts.FUNDERS]
    limits += [cap(chance) for _ in range(chance.randint(0, 2))]
    paths = [story(chance, child, trouble=1) for child in facts.CHILDREN]
    rulings = [judgement(chance) for _ in range(chance.randint(0, 4))]
    rounding = chance.choice(("per_line", "cumulative"))
    return facts.prologue(rounding) + limits + interleaved(chance, terms, *paths, rulings)


@given(chances.map(capped))
def test_no_cap_is_ever_exceeded_by_whoever_takes_the_excess(history):
    world = played(history)
    assert world.auditor.version == world.book.version


def drifting(payers, *, wanders):
    """A history under `cumulative` with one share set, no caps, no line of mere pence."""

    def told(chance):
        issued = card(chance, whole=True)
        for line in issued[1]["data"]["triggers"]:
            if "price_minor" in line:
                line["price_minor"] += 20_000
        sharing = [issued, share_set(chance, payers, anywhere=True)]
        paths = [story(chance, child) for child in facts.CHILDREN]
        kinds = (score, register, judgement, trouble, move) if wanders else (score, trouble)
        noise = [chance.choice(kinds)(chance) for _ in range(chance.randint(0, 10))]
        return facts.prologue("cumulative") + interleaved(chance, sharing, *paths, noise)

    return chances.map(told)


FIXED = tuple(("funder", name) for name in facts.FUNDERS)
ROLES = tuple(("role", name) for name in facts.ROLES)


def furthest(world):
    return max(map(abs, world.auditor.drift().values()), default=Fraction(0))


@given(drifting(FIXED, wanders=False))
def test_fixed_funders_never_drift_a_penny_after_a_release(history):
    world = World()
    reversed_since = False
    for sent in history:
        for event in world.take(sent):
            reversed_since |= isinstance(event.data, PaymentReversed)
        if not reversed_since:
            assert furthest(world) < 1


@given(drifting(FIXED, wanders=False))
def test_a_release_after_reversals_brings_fixed_funders_back_within_a_penny(history):
    world = World()
    for sent in history:
        events = world.take(sent)
        if events and isinstance(events[-1].data, PaymentReleased):
            assert furthest(world) < 1, sent


@given(drifting(ROLES, wanders=True))
def test_where_roles_change_who_shares_the_drift_stays_within_two_pence(history):
    world = World()
    for sent in history:
        world.take(sent)
        assert furthest(world) < 2


@given(drifting(FIXED, wanders=False))
def test_the_carries_are_what_the_drift_says(history):
    world = played(history)
    carries = world.book.contracts[facts.CONTRACT].carries
    for funder, drift in world.auditor.drift().items():
        assert carries.get(funder, 0) == -drift
