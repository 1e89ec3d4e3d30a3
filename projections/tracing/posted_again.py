"""The posting rules run again over one event, and every column of its entry that then differs."""

import datetime
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final

from ledger.events.cash import ReceiptUnallocated
from ledger.events.claims import ClaimCollected, ClaimReduced, ClaimWithdrawn
from ledger.events.codec import AnyEvent
from ledger.events.people import FactVoided
from projections.folds.bearings import Bearings
from projections.folds.journal import entries_of
from projections.folds.periods import undone_version
from projections.reading.asking import shown
from projections.rows import Cash
from projections.tracing.logged import NODES_MAX, Trail
from projections.tracing.recompute import Again
from projections.tracing.story import terms_before

Document = dict[str, Any]
TERMS: Final = ("funder.joined", "order.placed")
OF_CASH: Final = ("contract", "funder", "partner", "bank_account", "amount_minor")
"""What a cash fact says itself, and its row in the read tables repeats."""


def posted_again(trail: Trail, event: AnyEvent, lines: list[Document]) -> Again:
    """Post the event again by the posting rules (`domain.md` 8; late: 0021), and compare.

    `lines` are the stored ones, in order, 1,000 at most: whatever the journal shows of a line is
    compared. A difference is of a field `lines.N.COLUMN`; `lines.N` where one side has no such
    line; `cash.COLUMN` where the row of a cash fact is not what the fact says.
    """
    again = Again()
    again.performed.append({"version": event.version, "type": "entry"})
    bearings = _bearings(trail, event, lines[0]["contract"], again)
    taken_back_on = _taken_back_on(trail, event, lines[0]["contract"])
    due = list(_due(event, bearings, taken_back_on))[:NODES_MAX]
    for number, (found, stored) in enumerate(zip_longest(due, lines), 1):
        if found is None or stored is None:
            again.differ(event.version, f"lines.{number}", found, stored)
            continue
        for column in sorted(found.keys() | stored.keys()):
            one, other = found.get(column), stored.get(column)
            if one != other:
                again.differ(event.version, f"lines.{number}.{column}", one, other)
    return again


def _due(event: AnyEvent, bearings: Bearings, taken_back_on: datetime.date) -> Iterator[Document]:
    """The lines that the posting rules make of the event, as the journal shows them."""
    number = 0
    for entry in entries_of(event, bearings):
        late_on = bearings.posted_on(entry.contract, entry.effective_on, not_before=taken_back_on)
        for line in entry.lines:
            number += 1
            yield shown(
                {
                    "version": entry.version,
                    "line": number,
                    "effective_on": entry.effective_on,
                    "account": line.account,
                    "contract": entry.contract,
                    "fund": line.fund,
                    "funder": entry.funder,
                    "partner": entry.partner,
                    "child": entry.child,
                    "detail": line.detail,
                    "amount_minor": line.amount_minor,
                    "posted_on": late_on or entry.effective_on,
                    "prior_period": late_on is not None,
                }
            )


def _bearings(trail: Trail, event: AnyEvent, contract: str, again: Again) -> Bearings:
    """What the posting rules have to know: funds, cash facts, deductions, closed periods."""
    bearings = Bearings()
    for terms in trail.events(terms_before(trail, contract, event.version, TERMS)):
        bearings.learn_terms(terms)
    content = event.data
    versions = [event.version, *([content.version] if isinstance(content, FactVoided) else [])]
    for row in trail.ask("to_cash.cash", versions=versions):
        fact = Cash(**row)
        _compare_with_fact(trail.event(fact.version), fact, again)
        bearings.learn_cash(fact)
    if isinstance(content, ClaimWithdrawn | ClaimReduced):
        _learn_claim(trail, content, bearings, event.version)
    _learn_periods(trail, bearings, event.version)
    return bearings


def _compare_with_fact(event: AnyEvent, row: Cash, again: Again) -> None:
    """Compare the row of a cash fact, which is posted, with the fact as the log has it."""
    said = {name: getattr(event.data, name) for name in OF_CASH if hasattr(event.data, name)}
    if isinstance(event.data, ReceiptUnallocated):
        said["amount_minor"] = -event.data.amount_minor
    said |= {"type": event.type, "effective_on": event.effective_on}
    for name, fact in said.items():
        if fact != getattr(row, name):
            again.differ(event.version, f"cash.{name}", fact, getattr(row, name))


def _learn_periods(trail: Trail, bearings: Bearings, upto: int) -> None:
    known = trail.ask("tracing.periods", known_at=upto)
    for step in trail.events(row["version"] for row in known):
        bearings.learn_period(step.data, step.actor)


def _taken_back_on(trail: Trail, event: AnyEvent, contract: str) -> datetime.date:
    """The day on which what an event takes back was posted late, if it was (0021)."""
    version = undone_version(event)
    if not version:
        return datetime.date.min
    undone, then = trail.event(version), Bearings()
    _learn_periods(trail, then, version)
    return then.posted_on(contract, undone.effective_on) or datetime.date.min


def _learn_claim(
    trail: Trail, content: ClaimWithdrawn | ClaimReduced, bearings: Bearings, before: int
) -> None:
    asked = {"contract": content.contract, "claim": content.claim}
    [papers] = trail.ask("to_cash.papers_of_claim", **asked)
    for paper in trail.events([papers["collected"], *papers["reductions"]]):
        if paper.version < before and isinstance(paper.data, ClaimCollected | ClaimReduced):
            bearings.learn_claim(paper)
