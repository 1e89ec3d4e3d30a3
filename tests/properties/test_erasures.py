"""Erased children in any history: the rest is re-performed, and a restart is exact."""

from collections import Counter
from copy import deepcopy
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.events.catalogue import DECISIONS, FACTS, SEALED_SCHEMA
from ledger.events.codec import fact_type
from ledger.events.privacy import ChildErased
from ledger.events.sealed import no_keys
from tests.properties import facts
from tests.properties.dump import dump
from tests.properties.erasures import Forgetful, Sealed, continued, forgetful, restarted
from tests.properties.facts import fact
from tests.properties.noise import chances, history

worlds = chances.map(forgetful)


@given(worlds)
def test_whatever_was_erased_the_rest_is_performed_again_and_gives_no_finding(world):
    report = Sealed(world.events).audited()
    assert report.findings == []
    assert report.erased == len(world.erased)
    assert report.clean is (not world.erased)


@given(worlds)
def test_what_could_not_be_performed_again_is_counted(world):
    sealed = Sealed(world.events)
    report = sealed.audited()
    facts = report.checked.get("facts", 0)
    decisions = report.checked.get("decisions", 0) + report.impossible.get(
        "decisions performed again", 0
    )
    assert facts == sum(event.type in FACTS for event in world.events)
    assert decisions == sum(event.type in DECISIONS for event in world.events)
    about_the_erased = [
        event
        for event in world.events
        if event.type in DECISIONS and not isinstance(event.data, ChildErased)
        if getattr(event.data, "child", None) in world.erased
    ]
    assert report.impossible.get("decisions performed again", 0) <= len(about_the_erased)


@given(worlds)
def test_whoever_has_no_keys_finds_nothing_and_does_not_call_it_clean(world):
    sealed = Sealed(world.events)
    report = sealed.audited(no_keys)
    assert report.findings == []
    hidden = {event.data.child for event in sealed.events if event.schema == SEALED_SCHEMA}
    assert report.sealed == len(hidden)
    assert report.clean is not bool(hidden or world.erased)


def tampered(event, chance):
    """The decision, otherwise: another card, other evidence, another day or a penny more."""
    content = event.data
    changes = [{"rule_version": 9}]
    if hasattr(content, "evidence"):
        changes.append({"evidence": (*content.evidence, 1)})
    if hasattr(content, "amount_minor"):
        changes.append({"amount_minor": content.amount_minor + 1})
    return replace(event, data=replace(content, **chance.choice(changes)))


@given(worlds, st.randoms(use_true_random=False))
def test_a_decision_of_a_child_that_is_not_erased_is_still_found_when_it_is_tampered_with(
    world, chance
):
    candidates = [
        event
        for event in world.events
        if event.type in DECISIONS and not isinstance(event.data, ChildErased)
        if getattr(event.data, "child", None) not in world.erased
    ]
    if not candidates:
        return
    found = chance.choice(candidates)
    events = list(world.events)
    events[found.version - 1] = tampered(found, chance)
    first, *further = Sealed(events).audited().findings
    assert (first.code, first.version) == ("decision_differs", found.version)
    assert {f.version for f in further} <= {e.version for e in events[found.version :]}


@given(worlds, st.randoms(use_true_random=False))
def test_a_fact_about_a_child_after_its_erasure_is_found(world, chance):
    """Somebody with the rights of the database has written what the ledger would have refused."""
    gone = {e.data.child: e.version for e in world.events if isinstance(e.data, ChildErased)}
    told = [
        event
        for event in world.events
        if event.type in FACTS and event.type not in {"child.enrolled", "erasure.requested"}
        if getattr(event.data, "child", None) in gone and event.version < gone[event.data.child]
    ]
    if not told:
        return
    late = replace(chance.choice(told), version=len(world.events) + 1, id=None)
    report = Sealed([*world.events, late]).audited()
    assert [(f.code, f.version) for f in report.findings] == [("fact_refused", late.version)]


@given(worlds, chances)
def test_a_writer_that_restarts_decides_as_the_one_that_saw_the_erasure(world, chance):
    again = Forgetful(book=restarted(Sealed(world.events).opened()), accepted=list(world.accepted))
    again.events = list(world.events)
    again.auditor = deepcopy(world.auditor)
    assert dump(again.book) == dump(world.book)
    more = history(chance)[12:]
    live = continued(world, more)
    assert [event.data for event in live] == [event.data for event in continued(again, more)]


def test_erasures_meet_payments_caps_and_registers_in_these_histories():
    """The properties above are not true for want of anything to erase."""
    met: Counter[str] = Counter()
    for seed in range(60):
        world = forgetful(Random(seed))
        report = Sealed(world.events).audited()
        met["erased"] += len(world.erased)
        met["not performed"] += report.impossible.get("decisions performed again", 0)
        met["not accepted"] += report.impossible.get("facts accepted again", 0)
        met["refused"] += sum(code == "child_erased" for _, code in world.refused)
    assert met["erased"] >= 30
    assert all(met[what] >= 20 for what in ("not performed", "not accepted", "refused")), met


def told(*sent):
    """A world in which these facts were taken."""
    world = Forgetful()
    for each in (*facts.prologue(), *sent):
        assert world.take(each), world.refused[-1]
    return world


def register(*expected, status="cancelled_by_school"):
    return facts.register("o-session", "shared", "2020-10-05", expected, (), status=status)


def test_a_register_taken_again_beside_an_erased_child_is_accepted_again():
    """The one that was gone may be listed again; the one that goes later was not gone yet."""
    world = told(
        *(facts.enrolled(child) for child in ("c1", "c2")),
        facts.measured("c1", "maths", "baseline", "2020-09-20", 3),
        facts.measured("c2", "maths", "baseline", "2020-09-20", 4),
        register("c1"),
    )
    assert world.erase("c1")
    assert world.take(register("c1", "c2"))
    assert world.erase("c2")
    report = Sealed(world.events).audited()
    assert report.findings == []
    assert report.impossible == {"facts accepted again": 2}


@pytest.mark.parametrize("late", ["voiding", "register"])
def test_what_no_ledger_takes_about_an_erased_child_is_found_in_its_log(late):
    world = told(
        *(facts.enrolled(child) for child in ("c1", "c2")),
        facts.measured("c1", "maths", "baseline", "2020-09-20", 3),
        facts.met("c1", "2020-10-01"),
        register("c2"),
    )
    met = next(event for event in world.events if event.type == "interaction.recorded")
    world.erase("c1")
    if late == "voiding":
        _, sent = fact("fact.voided", "2023-12-31", version=met.version, reason_code="wrong")
    else:
        _, sent = register("c1", "c2")
    written = facts.typed(sent)
    forged = replace(
        met,
        actor="approver",
        data=written.data,
        effective_on=written.effective_on,
        type=fact_type(written),
        version=world.book.version + 1,
    )
    report = Sealed([*world.events, forged]).audited()
    assert [(f.code, f.version) for f in report.findings] == [("fact_refused", forged.version)]
