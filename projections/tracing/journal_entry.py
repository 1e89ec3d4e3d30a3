"""Why an entry of the journal: the event that posted it, and the whole way of what it is about."""

from typing import Any, Literal

from psycopg import Connection

from ledger.events.codec import AnyEvent
from ledger.events.people import FactVoided
from ledger.events.sealed import FindKeys, no_keys
from projections.reading.pair import Pair
from projections.tracing.behind import BEHIND
from projections.tracing.entry import entry_of
from projections.tracing.logged import Trail
from projections.tracing.posted_again import posted_again

Document = dict[str, Any]
Nothing = Literal["voided", "not_there_at_this_pair"]


def entry_why(
    connection: Connection[Any],
    ledger: str,
    version: int,
    at: Pair,
    *,
    find_keys: FindKeys = no_keys,
    recompute: bool = False,
) -> Document | None:
    """The whole way of the entry that an event made, or None when it made none by the pair.

    The shape is that of `GET /journal/{version}/why` (`INTERFACE.md`), amounts in pence, debits
    positive. With `recompute` the posting rules (`domain.md` 8) run again.
    """
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
        "recompute": posted_again(trail, event, entry["lines"]).shown() if recompute else None,
    }


def _nothing(trail: Trail, event: AnyEvent) -> Nothing:
    """Why a why-document has nothing behind its entry: said, not passed over."""
    voided = trail.ask("tracing.voids", voided=event.version, after=event.version, limit=1)
    return "voided" if voided else "not_there_at_this_pair"
