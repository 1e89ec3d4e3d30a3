"""The state machine itself: what enters, what is undone, what stops the program."""

import datetime

import pytest

from ledger.book import Book, evolve
from ledger.changes import Changes
from ledger.child import Child
from ledger.deciding import replay
from ledger.engagement import year_record
from ledger.events.codec import (
    Event,
    ShapeInvalid,
    canonical,
    decode_event,
    decode_fact,
    encode_event,
    fact_type,
)
from ledger.events.terms import CohortOpened
from ledger.invariants import InvariantBroken, ensure, present
from tests.ledger.facts import engaged_year, enrolled, voided
from tests.ledger.saying import given
from tests.ledger.terms import contract, opened, signed
from tests.properties.dump import dump


def stored(spoken, version=1):
    """The event that a fact becomes."""
    said = spoken.typed(None)
    day = datetime.date(2024, 12, 1)
    return Event(
        actor=spoken.actor,
        data=said.data,
        effective_on=said.effective_on,
        received_on=day,
        recorded_at="2024-12-01T00:00:00.000000Z",
        schema=1,
        type=fact_type(said),
        version=version,
    )


def test_versions_are_dense_or_the_program_stops():
    with pytest.raises(InvariantBroken, match="versions are dense"):
        evolve(Book(), stored(signed(), version=2))


def test_a_broken_claim_stops_the_program():
    with pytest.raises(InvariantBroken, match="two is less than one"):
        ensure(bool([]), "two is less than one")
    with pytest.raises(InvariantBroken, match="it was here"):
        present(None, "it was here")
    with pytest.raises(InvariantBroken, match="is enrolled"):
        _ = Child("child-9", 0).signed_up


def test_what_is_final_is_not_undone_and_later_marks_stay_valid():
    changes, ledger = Changes(), {}
    changes.put(ledger, "first", 1)
    final = changes.mark()
    changes.put(ledger, "first", 2)
    later = changes.mark()
    changes.put(ledger, "second", 3)
    changes.forget(final)
    changes.forget(final)
    changes.undo_to(later)
    assert ledger == {"first": 2}
    changes.undo_to(final)
    assert ledger == {"first": 1}
    with pytest.raises(InvariantBroken, match="what is final is not undone"):
        changes.undo_to(0)


def test_what_was_added_twice_is_undone_once():
    changes, members = Changes(), set()
    changes.add(members, "a")
    mark = changes.mark()
    changes.add(members, "a")
    changes.undo_to(mark)
    assert members == {"a"}


def test_a_year_of_a_child_that_is_not_enrolled_has_no_edges_but_its_own():
    wrong = enrolled(on="2020-07-01")
    world = given(contract(), wrong, engaged_year(), voided(wrong)).world
    terms = world.book.contracts["lcf"]
    year = opened().typed(None).data
    assert isinstance(year, CohortOpened)
    counted = year_record(terms.children["child-7"], terms, year.years[0], voided=())
    assert (counted.formal_interactions, counted.sessions_expected) == (6, 16)


def test_a_book_rebuilt_from_stored_bytes_is_the_same():
    world = given(contract(), enrolled(), engaged_year()).world
    rebuilt = Book()
    for event in world.events:
        evolve(rebuilt, decode_event(event.stored_name, encode_event(event)))
    assert dump(rebuilt) == dump(world.book)


def test_payments_that_are_split_alike_hold_one_split_after_a_replay_too():
    wrong = enrolled("child-9")
    world = given(contract(), enrolled(), wrong, enrolled("child-8"), voided(wrong)).world
    rebuilt = Book()
    replay(rebuilt, (decode_event(e.stored_name, encode_event(e)) for e in world.events))
    lcf = rebuilt.contracts["lcf"]
    held = [entry.split for entry in lcf.payment_entries.values()]
    held += [paid.split for child in rebuilt.children for paid in child.payments()]
    assert (len(held), len({id(split) for split in held})) == (6, 2)


def test_bytes_under_another_name_are_a_defect():
    written = encode_event(stored(signed()))
    renamed = written.replace(b'"schema":1', b'"schema":2')
    with pytest.raises(ValueError, match=r"the column says contract\.signed\.v1"):
        decode_event("contract.signed.v1", renamed)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"id":' * 100_000, b'{"type": NaN}'])
def test_what_is_not_json_is_malformed(raw):
    with pytest.raises(ShapeInvalid) as refused:
        decode_fact(raw)
    assert refused.value.malformed


def test_what_is_json_and_no_fact_says_where():
    said = b'{"type": "child.completed", "effective_on": "2020-01-01", "data": {"child": 7}}'
    with pytest.raises(ShapeInvalid) as refused:
        decode_fact(said)
    assert not refused.value.malformed
    assert refused.value.pointer.startswith("/data")


def test_content_is_compared_without_its_white_space_and_order():
    assert canonical(b'{"b": 1,\n "a": 2}') == canonical(b'{"a":2,"b":1}')
