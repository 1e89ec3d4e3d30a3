"""Re-performance of random histories: agrees with what was decided, and types what was altered."""

from collections import Counter
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.deciding import decide
from ledger.events.catalogue import DECISIONS, FACTS
from ledger.events.decisions import Carry, PaymentReleased, PaymentReversed, SplitLine
from ledger.rule_versions import FIRST, LATEST
from projections.audit.differences import Difference
from projections.audit.findings import Report
from projections.audit.reperformance import Reperformance, Span
from tests.properties import facts
from tests.properties.facts import TODAY, fact, typed
from tests.properties.noise import chances, history
from tests.properties.world import moment, played

worlds = chances.map(lambda chance: played(history(chance)))


def performed(events, span=None):
    """What the rules decide otherwise over these events."""
    found: list[Difference] = []
    again = Reperformance(
        Report("k"), ZoneInfo("Europe/London"), span or Span(), lambda _, each: found.append(each)
    )
    for event in events:
        again.follow(event)
    again.finish()
    return again, found


@given(worlds)
def test_what_the_rules_decided_they_decide_again(world):
    again, found = performed(world.events)
    assert found == []
    assert again.report.findings == []
    assert again.report.checked.get("facts", 0) == sum(e.type in FACTS for e in world.events)
    assert again.report.checked.get("decisions", 0) == sum(
        e.type in DECISIONS for e in world.events
    )


@given(worlds, st.data())
def test_a_span_is_performed_on_what_lies_before_it(world, data):
    assume(world.events)
    first = data.draw(st.integers(1, len(world.events)))
    last = data.draw(st.integers(first, len(world.events)))
    again, found = performed(world.events, Span(first, last))
    assert found == []
    wanted = [e for e in world.events if e.type in FACTS and first <= e.version <= last]
    assert again.report.checked.get("facts", 0) == len(wanted)


@given(worlds)
def test_rules_that_decide_nothing_otherwise_move_nothing_when_they_are_adopted(world):
    assume(world.book.rules is FIRST)
    _, found = performed(world.events, Span(rules=LATEST))
    _, adoption = fact("rules.adopted", "2024-01-01", "approver", rules=LATEST.version)
    _, *moved = decide(
        world.book, typed(adoption), actor="approver", today=TODAY, recorded_at=moment(9_999)
    )
    assert found or not moved


@given(worlds)
def test_under_the_first_rules_what_was_decided_before_an_adoption_agrees(world):
    adopted = [e.version for e in world.events if e.type == "rules.adopted"]
    last = adopted[0] - 1 if adopted else None
    assume(last != 0)
    assert performed(world.events, Span(last=last, rules=FIRST))[1] == []


ALTERED = {
    "amount": lambda paid: replace(paid, amount_minor=paid.amount_minor + 1),
    "split": lambda paid: replace(paid, split=(SplitLine("ann", 1, 0, 1, 1), *paid.split[1:])),
    "cause": lambda paid: replace(paid, evidence=(*paid.evidence, 1)),
}


def is_paying(event):
    return isinstance(event.data, PaymentReleased | PaymentReversed)


@pytest.fixture(scope="module")
def paid():
    """A history in which a child's sign-up and outcomes are paid, with other things behind."""
    for seed in range(1_000):
        world = played(history(Random(seed)))
        released = [e for e in world.events if isinstance(e.data, PaymentReleased)]
        again = Counter((e.data.child, e.data.trigger) for e in world.events if is_paying(e))
        if len(released) > 3 and again[released[0].data.child, released[0].data.trigger] > 1:
            return world
    raise AssertionError


@pytest.mark.parametrize("kind", ALTERED)
def test_an_altered_decision_is_found_in_its_place_and_typed(paid, kind):
    place = next(n for n, e in enumerate(paid.events) if isinstance(e.data, PaymentReleased))
    event = paid.events[place]
    altered = replace(event, data=ALTERED[kind](event.data))
    _, found = performed([*paid.events[:place], altered, *paid.events[place + 1 :]])
    assert (found[0].kind, found[0].version, found[0].type) == (
        kind,
        event.version,
        "payment.released",
    )
    assert dict(found[0].about)["trigger"] == event.data.trigger


def test_another_date_is_found(paid):
    place = next(n for n, e in enumerate(paid.events) if isinstance(e.data, PaymentReleased))
    event = paid.events[place]
    altered = replace(event, effective_on=facts.TODAY)
    _, found = performed([*paid.events[:place], altered, *paid.events[place + 1 :]])
    assert (found[0].kind, found[0].version) == ("date", event.version)
    assert found[0].fields[0].name == "effective_on"


def test_a_decision_too_many_or_too_few_is_found(paid):
    last = next(n for n, e in enumerate(paid.events) if isinstance(e.data, PaymentReleased))
    before = paid.events[: last + 1]
    _, found = performed(before[:-1])
    assert [(each.kind, each.type) for each in found[:1]] == [("missing", "payment.released")]
    twice = replace(before[-1], version=before[-1].version + 1)
    _, found = performed([*before, twice])
    assert ("extra", twice.version) in [(each.kind, each.version) for each in found]


def test_decisions_in_another_order_are_found(paid):
    pairs = [
        n
        for n, (one, two) in enumerate(zip(paid.events, paid.events[1:], strict=False))
        if one.type == two.type == "payment.released"
        or {one.type, two.type} == {"payment.released", "payment.reversed"}
    ]
    place = pairs[0]
    one, two = paid.events[place], paid.events[place + 1]
    swapped = [replace(two, version=one.version), replace(one, version=two.version)]
    _, found = performed([*paid.events[:place], *swapped])
    assert {each.version for each in found} >= {one.version, two.version}


def test_a_fact_that_the_rules_refuse_is_found_and_what_stands_behind_it_is_gone_through(paid):
    signed = paid.events[0]
    again = replace(signed, version=len(paid.events) + 1)
    _, found = performed([*paid.events, again])
    assert [(each.kind, each.fields[0].again) for each in found] == [("refused", "already_exists")]


def test_what_cannot_be_applied_is_a_finding_and_no_crash(paid):
    place = next(n for n, e in enumerate(paid.events) if isinstance(e.data, PaymentReleased))
    event = paid.events[place]
    nobody = replace(
        event, data=replace(event.data, child="nobody", carries=(Carry("ann", "no", "fraction"),))
    )
    again, _ = performed([*paid.events[:place], nobody, *paid.events[place + 1 :]])
    assert [finding.code for finding in again.report.findings] == ["invariant_broken"]
    [unchecked] = again.report.unchecked
    assert unchecked.startswith("the rules re-performed behind version ")


def test_a_contract_alone_is_performed(paid):
    again, found = performed(paid.events, Span(contract="elsewhere"))
    assert (found, again.report.checked) == ([], {})


def test_decisions_that_are_gone_behind_a_fact_of_no_contract_are_missed_in_each_contract():
    for seed in range(1_000):
        world = played(history(Random(seed)))
        if world.book.rules is not FIRST:
            continue
        _, adoption = fact("rules.adopted", "2024-01-01", "approver", rules=LATEST.version)
        adopted, *moved = decide(
            world.book, typed(adoption), actor="approver", today=TODAY, recorded_at=moment(9_999)
        )
        if moved:
            break
    cut = [*world.events, adopted]
    assert {each.kind for each in performed(cut, Span(contract=facts.CONTRACT))[1]} == {"missing"}
    assert performed(cut, Span(contract="elsewhere"))[1] == []


def test_a_second_alteration_about_the_same_is_told_as_well(paid):
    places = [n for n, e in enumerate(paid.events) if isinstance(e.data, PaymentReleased)]
    first = paid.events[places[0]]
    altered = list(paid.events)
    altered[places[0]] = replace(first, data=ALTERED["cause"](first.data))
    later = next(
        n
        for n, e in enumerate(paid.events)
        if n > places[0] and isinstance(e.data, PaymentReleased | PaymentReversed)
        if e.data.trigger == first.data.trigger and e.data.child == first.data.child
    )
    event = altered[later]
    altered[later] = replace(event, data=ALTERED["amount"](event.data))
    _, found = performed(altered)
    assert ("cause", first.version) in {(each.kind, each.version) for each in found}
    assert ("amount", event.version) in {(each.kind, each.version) for each in found}


def test_a_fact_received_after_it_was_recorded_is_refused(paid):
    event = next(e for e in paid.events if e.type == "child.enrolled")
    early = replace(event, received_on=TODAY.replace(year=2031))
    events = [*paid.events[: event.version - 1], early]
    assert [each.fields[0].again for each in performed(events)[1]] == ["future_date"]


def test_a_log_that_begins_with_a_decision_is_found(paid):
    decision = next(e for e in paid.events if isinstance(e.data, PaymentReleased))
    _, found = performed([replace(decision, version=1)])
    assert [each.kind for each in found] == ["extra"]
