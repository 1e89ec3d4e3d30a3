"""Why an entry of the journal: the event that posted it, and the whole way of what it is about."""

import datetime
from collections import Counter
from typing import Any, Final, Literal

from psycopg import Connection

from ledger.events.claims import ClaimCollected, ClaimReduced, ClaimWithdrawn
from ledger.events.codec import AnyEvent
from ledger.events.people import FactVoided
from ledger.events.sealed import FindKeys, no_keys
from projections.folds.bearings import Bearings
from projections.folds.journal import entries_of
from projections.folds.periods import undone_version
from projections.reading.pair import Pair
from projections.rows import Cash
from projections.tracing.behind import BEHIND
from projections.tracing.entry import entry_of
from projections.tracing.logged import Trail
from projections.tracing.recompute import Again
from projections.tracing.story import terms_before

Document = dict[str, Any]
Line = tuple[str, str, int, str]
Nothing = Literal["voided", "not_there_at_this_pair"]
TERMS: Final = ("funder.joined", "order.placed")


def entry_why(
    connection: Connection[Any],
    ledger: str,
    version: int,
    at: Pair,
    *,
    find_keys: FindKeys = no_keys,
    recompute: bool = False,
) -> Document | None:
    """The whole way of the entry that an event made, or None when it made none."""
    trail = Trail(connection, ledger, at, find_keys)
    document = _document(trail, version, recompute=recompute)
    return None if document is None else trail.told(document)


def _document(trail: Trail, version: int, *, recompute: bool) -> Document | None:
    """The why-document of an entry, with what is behind it, or why nothing is (`Nothing`)."""
    entry = entry_of(trail, [version])
    if not entry["lines"]:
        return None
    event = trail.event(version)
    if isinstance(event.data, FactVoided):
        behind = _document(trail, event.data.version, recompute=recompute)
    else:
        behind = BEHIND[event.type](trail, event, recompute=recompute)
    return {
        "about": "entry",
        "name": str(version),
        "decision": trail.node(version, "entry"),
        "entry": entry,
        "causes": trail.nodes(event.causes, "cause"),
        "behind": behind,
        "nothing_behind": _nothing(trail, event) if behind is None else None,
        "recompute": _again(trail, event, entry["lines"]).shown() if recompute else None,
    }


def _nothing(trail: Trail, event: AnyEvent) -> Nothing:
    """Why a why-document has nothing behind its entry: said, not passed over."""
    voided = trail.ask("tracing.voids", voided=event.version, after=event.version, limit=1)
    return "voided" if voided else "not_there_at_this_pair"


def _again(trail: Trail, event: AnyEvent, lines: list[Document]) -> Again:
    """Post the event again by the posting rules, and compare the lines."""
    again = Again()
    contract = lines[0]["contract"]
    bearings = _bearings(trail, event, contract)
    posted: Counter[Line] = Counter()
    taken_back_on = _taken_back_on(trail, event, contract)
    for entry in entries_of(event, bearings):
        late_on = bearings.posted_on(entry.contract, entry.effective_on, not_before=taken_back_on)
        day = late_on or entry.effective_on
        for line in entry.lines:
            posted[line.account, line.fund, line.amount_minor, day.isoformat()] += 1
    kept = Counter(
        (line["account"], line["fund"], line["amount_minor"], line["posted_on"]) for line in lines
    )
    again.performed.append({"version": event.version, "type": "entry"})
    if posted != kept:
        found, stored = sorted((posted - kept).elements()), sorted((kept - posted).elements())
        again.differ(event.version, "lines", found, stored)
    return again


def _bearings(trail: Trail, event: AnyEvent, contract: str) -> Bearings:
    """What the posting rules have to know: funds, cash facts, deductions, closed periods."""
    bearings = Bearings()
    for terms in trail.events(terms_before(trail, contract, event.version, TERMS)):
        bearings.learn_terms(terms)
    content = event.data
    versions = [event.version, *([content.version] if isinstance(content, FactVoided) else [])]
    for row in trail.ask("to_cash.cash", versions=versions):
        bearings.learn_cash(Cash(**row))
    if isinstance(content, ClaimWithdrawn | ClaimReduced):
        _learn_claim(trail, content, bearings, event.version)
    _learn_periods(trail, bearings, event.version)
    return bearings


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
