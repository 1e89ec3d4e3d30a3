"""Forwards: what an event caused, directly, and where each of that led to, as far as cash."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from psycopg import Connection

from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    FeeAccrued,
    FeeReversed,
    PaymentEvidenceChanged,
    PaymentReleased,
    PaymentReversed,
)
from ledger.events.delivery import RegisterSubmitted
from ledger.events.people import FactVoided
from ledger.events.sealed import FindKeys, no_keys
from projections.reading.asking import shown
from projections.reading.events import KNOWN_ONLY
from projections.reading.pair import Page, Pair, bounded, cursor_of, keys_of
from projections.tracing.logged import Trail

LED_TO_MAX: Final = 100
LINES_MAX: Final = 20_000
Document = dict[str, Any]


def caused(
    connection: Connection[Any],
    ledger: str,
    version: int,
    at: Pair,
    *,
    find_keys: FindKeys = no_keys,
    limit: int | None = None,
    after: str | None = None,
) -> Page | None:
    """What names an event as its cause, rests on it, or holds it, in order; None: no such event.

    A page may be short, and yet have a next one, when little of it is effective by the day. The
    shape is that of `GET /events/{version}/caused` (`INTERFACE.md`), amounts in pence; 100 items
    where no `limit` is given, 1,000 at most. Raises `CursorUnreadable`.
    """
    if not 1 <= version <= at.known_at:
        return None
    trail = Trail(connection, ledger, at, find_keys)
    event = trail.event(version)
    if not _is_there(event, at):
        return None
    most = bounded(limit)
    behind = (keys_of(after, (int,)) or (version,))[0]
    how: defaultdict[int, list[str]] = defaultdict(list)
    for word, versions in _found(trail, event, behind, most + 1):
        for found in versions:
            how[found].append(word)
    listed = sorted(how)
    page = listed[:most]
    events = [found for found in trail.events(page) if _is_there(found, at)]
    led_to = _led_to(trail, events)
    items = [
        trail.node(found.version, how=how[found.version], **led_to[found.version])
        for found in events
    ]
    own = _led_to(trail, [event])[version]
    about = {"about": "caused", "name": str(version), "cause": trail.node(version, "cause"), **own}
    following = cursor_of(page[-1]) if len(listed) > most else None
    return Page(items, following, trail.told(about))


def _is_there(event: AnyEvent, at: Pair) -> bool:
    """Whether an event is effective by the day, or is one of those that no day filters."""
    return event.type in KNOWN_ONLY or event.effective_on <= at.day


def _found(trail: Trail, event: AnyEvent, behind: int, most: int) -> list[tuple[str, list[int]]]:
    """The versions behind one that an event led to, by how; so many of each at most."""
    version, page = event.version, {"after": behind, "limit": most}
    about = [f"about:{version}", *([f"about:{event.id}"] if event.id else [])]
    found = [
        ("names_it", trail.ask("tracing.caused", subjects=[f"cause:{version}"], **page)),
        ("voids_it", trail.ask("tracing.voids", voided=version, **page)),
        ("is_about_it", trail.ask("tracing.caused", subjects=about, **page)),
    ]
    children = _children(trail, event)
    if children:
        asked = {"children": children, "version": version}
        found.append(("rests_on_it", trail.ask("tracing.resting", **asked, **page)))
    if isinstance(event.data, PaymentReleased | PaymentReversed):
        found.append(("holds_it", trail.ask("to_cash.claim_of_lines", versions=[version], **page)))
    if isinstance(event.data, FeeAccrued | FeeReversed):
        held = [row for row in _settlements(trail, event) if row["version"] > behind]
        found.append(("holds_it", held))
    return [(word, [row["version"] for row in listed]) for word, listed in found]


def _children(trail: Trail, event: AnyEvent) -> list[str]:
    """The children whose payments may rest on an event."""
    content = event.data
    if isinstance(content, RegisterSubmitted):
        return list(content.expected)
    if isinstance(content, FactVoided) and content.version < event.version:
        return _children(trail, trail.event(content.version))
    child = getattr(content, "child", None)
    return [] if child is None else [child]


def _settlements(trail: Trail, event: AnyEvent) -> list[Document]:
    content: FeeAccrued | FeeReversed = event.data
    asked = {"contract": content.contract, "partner": content.partner, "fee": event.version}
    return trail.ask_few("settlements", "to_cash.settlements_of_fee", LED_TO_MAX, **asked)


def _led_to(trail: Trail, events: Sequence[AnyEvent]) -> dict[int, Document]:
    """Where events led to: their postings, the claims and documents, the settlements."""
    versions = [event.version for event in events]
    lines: defaultdict[int, list[Document]] = defaultdict(list)
    for row in trail.ask_few("posts", "tracing.entry", LINES_MAX, versions=versions):
        lines[row["version"]].append(shown(row))
    payments = [
        event.version
        for event in events
        if isinstance(event.data, PaymentReleased | PaymentReversed)
    ]
    claims = _claims(trail, payments)
    return {
        event.version: {
            "posts": lines[event.version],
            "payment": _payment(trail, event),
            "claims": claims[event.version],
            "settlements": _settled(trail, event),
        }
        for event in events
    }


def _payment(trail: Trail, event: AnyEvent) -> str | None:
    """Where to ask why a payment is what it is."""
    payments = PaymentReleased | PaymentReversed | PaymentEvidenceChanged
    if not isinstance(event.data, payments):
        return None
    return f"/v1/ledgers/{trail.ledger}/payments/{event.data.payment}/why"


def _claims(trail: Trail, payments: Collection[int]) -> defaultdict[int, list[Document]]:
    """The claims that hold releases and reversals, with the documents that followed."""
    found: defaultdict[int, list[Document]] = defaultdict(list)
    asked = {"payment": None, "versions": list(payments)}
    rows = trail.ask_few("claims", "to_cash.claims_of_line", LINES_MAX, **asked) if payments else ()
    for row in rows:
        invoices = trail.events(row["invoices"])
        found[row["line"]].append(
            {
                "claim": row["claim"],
                "version": row["version"],
                "documents": [
                    getattr(invoice.data, "invoice", None) or invoice.data.credit_note
                    for invoice in invoices
                ],
            }
        )
    return found


def _settled(trail: Trail, event: AnyEvent) -> list[Document]:
    if not isinstance(event.data, FeeAccrued | FeeReversed):
        return []
    return [
        {"settlement": row["settlement"], "version": row["version"]}
        for row in _settlements(trail, event)
    ]
