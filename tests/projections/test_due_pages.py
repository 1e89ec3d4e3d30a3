"""What is due and already asked for, declined, erased or held; and its pages."""

import pytest

from projections.reading import retention as reading
from projections.reading.retention import due
from tests.projections import given
from tests.projections.history import CONTRACT, day
from tests.projections.keeping import (
    TODAY,
    WHEN_LEFT,
    ask,
    decline,
    erase,
    rule,
    second_contract,
)


def test_a_request_shows_who_asked_and_an_erasure_ends_it(history, asked, read):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    version = ask(history, "c1", "2022-08-01")
    assert asked() == [("c1", "scores", "2022-07-31", "requested")]
    [row] = read(due, today=TODAY).items
    assert row["request"] == {
        "basis": "no_longer_necessary",
        "scope": "all",
        "requested_by": "first",
        "requested_on": "2022-08-01",
        "requested_version": version,
        "answered_by": None,
    }
    erase(history, "c1", "2022-08-02")
    assert asked() == []


def test_a_declined_one_stays_declined_until_somebody_asks_again(history, asked):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    ask(history, "c1", "2022-08-01")
    decline(history, "c1", "2022-08-02")
    assert asked() == [("c1", "scores", "2022-07-31", "declined")]
    ask(history, "c1", "2022-09-01", actor="second")
    assert asked() == [("c1", "scores", "2022-07-31", "requested")]


def test_what_was_declined_before_it_was_due_answered_another_question(history, asked):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    ask(history, "c1", "2021-03-01", basis="objection")
    decline(history, "c1", "2022-07-30")
    assert asked() == [("c1", "scores", "2022-07-31", "due")]
    ask(history, "c1", "2022-08-01")
    decline(history, "c1", "2022-08-02")
    assert asked() == [("c1", "scores", "2022-07-31", "declined")]
    rule(history, months=15)
    assert asked() == [("c1", "scores", "2022-10-31", "due")]


def test_an_erased_identity_leaves_the_scores_due(history, asked):
    rule(history, *WHEN_LEFT)
    rule(history, "identity", 6)
    given.enrol(history, "c1")
    assert asked("2022-01-31") == [("c1", "identity", "2022-01-31", "due")]
    ask(history, "c1", "2022-02-01", "identity")
    assert asked("2022-07-31") == [
        ("c1", "identity", "2022-01-31", "requested"),
        ("c1", "scores", "2022-07-31", "due"),
    ]
    erase(history, "c1", "2022-08-01", "identity")
    assert asked("2022-08-01") == [("c1", "scores", "2022-07-31", "due")]


def test_scores_are_held_while_a_rule_keeps_the_identity_for_longer(history, asked, read):
    rule(history, *WHEN_LEFT)
    rule(history, "identity", 24)
    given.enrol(history, "c1")
    assert asked("2023-07-30") == [("c1", "scores", "2022-07-31", "held")]
    assert read(due, today=TODAY).items[0]["held_until"] == "2023-07-31"
    assert asked("2023-07-31") == [
        ("c1", "identity", "2023-07-31", "due"),
        ("c1", "scores", "2022-07-31", "due"),
    ]
    erase(history, "c1", "2022-08-01", "identity")
    assert asked("2022-08-01") == [("c1", "scores", "2022-07-31", "due")]


def test_an_identity_that_one_contract_keeps_for_ever_holds_the_scores(history, asked, read):
    rule(history, *WHEN_LEFT)
    rule(history, of="two")
    rule(history, "identity", 1)
    given.enrol(history, "c1")
    second_contract(history, "c1")
    assert asked("2031-01-01") == [("c1", "scores", "2023-07-31", "held")]
    assert read(due, today=TODAY, on=day("2031-01-01")).items[0]["held_until"] is None


def everything(read, limit, **filters):
    after, found = None, []
    while True:
        page = read(due, today=TODAY, on=day("2031-12-31"), limit=limit, after=after, **filters)
        assert len(page.items) <= limit
        found += [(row["child"], row["kind"]) for row in page.items]
        after = page.after
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_any_length_show_everything_once(history, read, limit):
    given.terms(history)
    second_contract(history)
    for kind in ("scores", "identity"):
        rule(history, kind)
    for of in (CONTRACT, "two"):
        rule(history, "financial_records", 12, "contract_ended", of=of)
    for child in ("c1", "c2", "c3", "c4", "c5"):
        given.enrol(history, child)
    erase(history, "c2", "2022-08-01", "identity")
    erase(history, "c3", "2022-08-01")
    children = [
        (child, kind)
        for child in ("c1", "c2", "c4", "c5")
        for kind in ("identity", "scores")
        if (child, kind) != ("c2", "identity")
    ]
    records = [(None, "financial_records")] * 2
    assert everything(read, limit) == [*records, *children]
    scores = [("c1", "scores"), ("c2", "scores"), ("c4", "scores"), ("c5", "scores")]
    assert everything(read, limit, kind="scores") == scores
    assert everything(read, limit, state="due") == children
    assert everything(read, limit, contract="two") == records[:1]
    assert everything(read, limit, kind="financial_records") == records


def test_a_page_that_looked_at_many_children_in_vain_says_where_to_go_on(
    history, read, monkeypatch
):
    monkeypatch.setattr(reading, "LIMIT_MAX", 2)
    monkeypatch.setattr(reading, "LOOKS_MAX", 2)
    given.terms(history)
    rule(history, *WHEN_LEFT)
    for number in range(9):
        given.enrol(history, f"c{number}")
    given.withdraw(history, "c8", "2020-01-15")
    first = read(due, today=TODAY, on=day("2021-02-01"), limit=1)
    assert first.items == []
    assert first.after is not None
    after, found = first.after, []
    while after is not None:
        page = read(due, today=TODAY, on=day("2021-02-01"), limit=1, after=after)
        found += [row["child"] for row in page.items]
        after = page.after
    assert found == ["c8"]
