"""A voided fact leaves decisions as they would be in a book that never had it."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.events.decisions import PaymentReleased
from tests.properties import facts
from tests.properties.facts import CHILDREN, CONTRACT, fact
from tests.properties.histories import DAYS, card, interleaved, share_set, story
from tests.properties.noise import chances, histories
from tests.properties.world import played


def voiding(version):
    return fact("fact.voided", "2023-12-31", "approver", version=version, reason_code="wrong")


def calm(chance):
    """Children's paths under one card and one share set, with nothing upset yet."""
    terms = [card(chance, whole=True), share_set(chance, anywhere=True)]
    paths = [story(chance, child, trouble=0) for child in CHILDREN]
    return facts.prologue() + interleaved(chance, terms, *paths)


def wrong(chance):
    """A fact about a child that an approver may void."""
    child = chance.choice(CHILDREN)
    return chance.choice(
        (
            fact("child.withdrawn", chance.choice(DAYS), child=child, reason="moved"),
            facts.met(child, "2021-10-05"),
            facts.met(child, "2020-10-05", "verifier-a"),
            facts.verified(child, "2023-11-01", "verifier-b", "rejected", area="maths"),
            facts.verified(child, "2023-11-01", "verifier-b", area="peer"),
            facts.verified(child, "2023-11-01", "verifier-b", trigger="ENGAGED_Y1"),
        )
    )


@given(chances.map(lambda chance: (calm(chance), wrong(chance))), st.integers(0, 60))
def test_voiding_a_wrong_fact_gives_the_payments_of_a_book_without_it(told, place):
    history, mistake = told
    place = max(place, len(facts.prologue()))
    without = played(history)
    having = played([*history[:place], mistake])
    version = (
        None if not having.accepted or having.accepted[-1] != mistake else mistake_version(having)
    )
    for sent in history[place:]:
        having.take(sent)
    if version is not None and len(having.accepted) == len(without.accepted) + 1:
        assert having.take(voiding(version)), having.refused[-1]
        assert having.auditor.net_payments() == without.auditor.net_payments()


def mistake_version(world):
    """The version of the latest fact that is no decision."""
    return next(
        e.version
        for e in reversed(world.events)
        if e.actor == world.accepted[-1][0] and not e.causes
    )


@given(histories, st.sampled_from(CHILDREN))
def test_a_voided_enrolment_takes_back_every_penny_of_that_child(history, child):
    world = played(history)
    found = world.book.contracts[CONTRACT].children.get(child)
    if found is None or found.enrolment is None:
        return
    world.take(voiding(found.enrolment.version))
    left = [key for key in world.auditor.standing if key[1] == child]
    assert left == []
    assert not [key for key in world.auditor.withheld if key[1] == child]
    assert found.paid_minor == 0


@given(chances.map(calm), st.sampled_from(CHILDREN))
def test_a_child_that_is_enrolled_anew_is_paid_as_at_first(history, child):
    world = played(history)
    before = world.auditor.net_payments()
    enrolment = world.book.contracts[CONTRACT].children[child].enrolment
    again = next(
        sent
        for sent in history
        if sent[1]["type"] == "child.enrolled" and sent[1]["data"]["child"] == child
    )
    assert world.take(voiding(enrolment.version))
    assert world.take(again)
    assert world.auditor.net_payments() == before


@given(chances.map(calm), st.sampled_from(CHILDREN), st.sampled_from(DAYS))
def test_nothing_effective_after_a_withdrawal_stands(history, child, gone):
    world = played(history)
    world.take(fact("child.withdrawn", gone, child=child, reason="moved"))
    left = world.book.contracts[CONTRACT].children[child].withdrawal
    for key, event in world.auditor.standing.items():
        if left is not None and key[1] == child:
            assert event.effective_on <= left.effective_on


@given(histories)
def test_no_payment_is_effective_outside_its_contract(history):
    for event in played(history).events:
        if isinstance(event.data, PaymentReleased):
            assert "2020-09-01" <= event.effective_on.isoformat() <= "2023-12-31"
