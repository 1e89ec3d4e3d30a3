"""A page of what moved, each figure with its events."""

import datetime
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from psycopg import Connection

from ledger.events.sealed import FindKeys, no_keys
from projections.reading.asking import ask
from projections.reading.difference.accounts import (
    explain_sums,
    funder_rows,
    partner_rows,
    trial_balance_rows,
)
from projections.reading.difference.contracts import contract_rows, explain_contracts
from projections.reading.difference.counted import (
    Explain,
    RowsOf,
    claim_state_rows,
    explain,
    explain_claim_states,
    explain_stages,
    rows_of,
    stage_rows,
)
from projections.reading.difference.ends import Ends
from projections.reading.difference.outcomes import explain_outcomes, outcome_rows
from projections.reading.difference.rows import NO_KEY, Key, Question, Row, written
from projections.reading.events import shown_event
from projections.reading.pair import CursorUnreadable, Page, bounded, cursor_of, keys_of
from projections.reading.terms import must_be_signed

EVENT_FIELDS: Final = ("version", "type", "effective_on", "recorded_at", "actor")
EVENTS_DEFAULT: Final = 10


class Kind(NamedTuple):
    """Figures of one kind: which moved, and why; `posted` when there are some by day of posting."""

    of: str
    rows: RowsOf
    explain: Explain
    posted: bool = False


KINDS: Final = (
    Kind("funders", funder_rows, explain_sums, posted=True),
    Kind("partners", partner_rows, explain_sums, posted=True),
    Kind("contracts", contract_rows, explain_contracts),
    Kind("trial_balance", trial_balance_rows, explain_sums, posted=True),
    Kind("payments", rows_of("payments"), explain("payments")),
    Kind("children", stage_rows, explain_stages),
    Kind("children", rows_of("children"), explain("children")),
    Kind("claims", claim_state_rows, explain_claim_states),
    Kind("claims", rows_of("claims"), explain("claims")),
    Kind("invoices", rows_of("invoices"), explain("invoices")),
    Kind("credit_notes", rows_of("credit_notes"), explain("credit_notes")),
    Kind("receipts", rows_of("receipts"), explain("receipts")),
    Kind("outcomes", outcome_rows, explain_outcomes),
)
BY_POSTING: Final = tuple(kind.of for kind in KINDS if kind.posted)


def difference(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    ends: Ends,
    *,
    today: datetime.date,
    of: str | None = None,
    contract: str | None = None,
    events: int = EVENTS_DEFAULT,
    limit: int | None = None,
    after: str | None = None,
    find_keys: FindKeys = no_keys,
) -> Page:
    """Every figure that moved from one moment to another, by kind and name, with its events.

    `of` is one kind; without it all are asked. A page has 100 figures where no `limit` is given,
    and 1,000 at most; a figure has the first `events` of its events, and how many `more` there are.
    Raises `CursorUnreadable`, and `UnknownContract` when none is signed by the later moment.
    """
    must_be_signed(connection, ledger, contract, max(ends.before.known_at, ends.after.known_at))
    question = Question(connection, ledger, ends, contract, today, find_keys, events)
    wanted = [
        place
        for place, kind in enumerate(KINDS)
        if of in {None, kind.of} and (kind.posted or not ends.posted)
    ]
    most = bounded(limit)
    found = _found(question, wanted, _start(after), most + 1)
    items = _shown(question, found[:most])
    following = (
        None if len(found) <= most else cursor_of(found[most - 1][0], *found[most - 1][1].key)
    )
    return Page(items, following)


def _start(after: str | None) -> tuple[int, Key]:
    place, *key = keys_of(after, (int, str, str, str)) or (0, *NO_KEY)
    if place >= len(KINDS):
        raise CursorUnreadable(after)
    first, second, figure = key
    return place, (first, second, figure)


def _found(
    question: Question, wanted: Sequence[int], start: tuple[int, Key], most: int
) -> list[tuple[int, Row]]:
    """The rows behind a key, kind by kind, so many at most."""
    found: list[tuple[int, Row]] = []
    first, key = start
    for place in wanted:
        if place >= first and len(found) < most:
            behind = key if place == first else NO_KEY
            rows = KINDS[place].rows(question, behind, most - len(found))
            found += [(place, row) for row in rows]
    return found


def _shown(question: Question, found: Sequence[tuple[int, Row]]) -> list[dict[str, Any]]:
    explained = []
    for place, kind in enumerate(KINDS):
        rows = [row for at, row in found if at == place]
        if rows:
            why = kind.explain(question, rows)
            explained += [(kind, row, why[row.key]) for row in rows]
    told = {cause.version for _, _, why in explained for cause in why.causes[: question.most]}
    known = _events(question, told)
    return [
        {
            "of": kind.of,
            "key": dict(row.about),
            "figure": row.key[2],
            "from": written(row.before),
            "to": written(row.after),
            "moved": written(row.moved),
            **why.shown_of(row, question.most, known),
        }
        for kind, row, why in explained
    ]


def _events(question: Question, versions: set[int]) -> dict[int, dict[str, Any]]:
    """What is said of each event: its type, its two times, and who did it."""
    if not versions:
        return {}
    asked = {"ledger": question.ledger, "versions": sorted(versions)}
    found = map(
        shown_event, (bytes(r["state"]) for r in ask(question.connection, "events.events", asked))
    )
    return {event["version"]: {name: event[name] for name in EVENT_FIELDS} for event in found}
