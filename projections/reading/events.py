"""The feed of events: the log in order of version, as far as it concerns what is asked for."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from psycopg import Connection

from ledger.events.sealed import EVER_SEALED, FindKeys, no_keys
from ledger.events.words import Sealed
from projections.reading.asking import ask
from projections.reading.pair import Page, Pair, bounded
from projections.rows import OFFSETS_PER_SLOT

EVENTS_PER_QUERY: Final = 500
SCANNED_MAX: Final = 10_000
KNOWN_ONLY: Final = frozenset({"verification.recorded", "payment.decided", "fact.voided"})


def events(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    type: str | None = None,  # noqa: A002 (the filter's name in the interface)
    contract: str | None = None,
    child: str | None = None,
    funder: str | None = None,
    partner: str | None = None,
    actor: str | None = None,
    limit: int | None = None,
    after: int = 0,
    find_keys: FindKeys = no_keys,
) -> Page:
    """Events behind the version `after` that match every filter; `next` is a version.

    A page may be short, and yet have a next one, when little of what it looked through is effective
    by the day.

    Verifications, people's decisions and voidings are filtered by what was known alone.
    """
    filters = {
        "child": child,
        "partner": partner,
        "funder": funder,
        "type": type,
        "actor": actor,
        "contract": contract,
    }
    subjects = [f"{kind}:{name}" for kind, name in filters.items() if name is not None]
    stored = _stored(connection, ledger, subjects, after=after, known_at=at.known_at)
    page = _page(stored, at, bounded(limit))
    open_values(page.items, ledger, find_keys)
    return page


def _page(stored: Iterator[bytes], at: Pair, most: int) -> Page:
    """The first page of what is effective by the day."""
    items: list[dict[str, Any]] = []
    for scanned, state in enumerate(stored, start=1):
        event = shown_event(state)
        if (
            at.as_of is None
            or event["type"] in KNOWN_ONLY
            or event["effective_on"] <= at.as_of.isoformat()
        ):
            items.append(event)
        if len(items) > most:
            return Page(items[:most], str(items[most - 1]["version"]))
        if scanned == SCANNED_MAX:
            return Page(items, str(event["version"]))
    return Page(items, None)


def event(
    connection: Connection[Any],
    ledger: str,
    version: int,
    at: Pair,
    find_keys: FindKeys = no_keys,
) -> dict[str, Any] | None:
    """One event, or None when it was not known yet."""
    if version > at.known_at:
        return None
    rows = ask(connection, "events.events", {"ledger": ledger, "versions": [version]})
    found = [shown_event(bytes(row["state"])) for row in rows]
    open_values(found, ledger, find_keys)
    return found[0] if found else None


def shown_event(stored: bytes) -> dict[str, Any]:
    """A stored event as the interface answers it."""
    event = msgspec.json.decode(stored)
    return {
        "version": event["version"],
        "id": event.get("id"),
        "type": event["type"],
        "effective_on": event["effective_on"],
        "received_on": event["received_on"],
        "recorded_at": event["recorded_at"],
        "actor": event["actor"],
        "causes": event.get("causes", []),
        "data": event["data"],
    }


def open_values(shown: Sequence[dict[str, Any]], ledger: str, find_keys: FindKeys) -> None:
    """Put the values of shown events in the place of their seals, or the word that none is left."""
    places = [
        (event, field, Sealed(value["sealed"]))
        for event in shown
        for field, value in event["data"].items()
        if field in EVER_SEALED and isinstance(value, dict)
    ]
    keys = find_keys(ledger, {event["data"]["child"] for event, _, _ in places})
    for event, field, sealed in places:
        value = keys.open(event["data"]["child"], event["version"], field, sealed)
        event["data"][field] = value.sealed if isinstance(value, Sealed) else value


def _stored(
    connection: Connection[Any], ledger: str, subjects: list[str], *, after: int, known_at: int
) -> Iterator[bytes]:
    """The stored bytes of the events that concern every one of the subjects."""
    if not subjects:
        yield from _all_stored(connection, ledger, after=after, known_at=known_at)
        return
    for versions in _versions(connection, ledger, subjects, after=after, known_at=known_at):
        for first in range(0, len(versions), EVENTS_PER_QUERY):
            asked = {"ledger": ledger, "versions": versions[first : first + EVENTS_PER_QUERY]}
            for row in ask(connection, "events.events", asked):
                yield bytes(row["state"])


def _all_stored(
    connection: Connection[Any], ledger: str, *, after: int, known_at: int
) -> Iterator[bytes]:
    while after < known_at:
        asked = {
            "ledger": ledger,
            "after": after,
            "known_at": known_at,
            "limit": EVENTS_PER_QUERY,
        }
        rows = ask(connection, "events.events_after", asked)
        if not rows:
            return
        for row in rows:
            yield bytes(row["state"])
        after = rows[-1]["version"]


def _versions(
    connection: Connection[Any], ledger: str, subjects: list[str], *, after: int, known_at: int
) -> Iterator[list[int]]:
    """The versions that all subjects share, some slots at a time, in order.

    The first subject leads: the filters are given from the rarest kind to the most frequent one.
    """
    lead, *others = subjects
    slot = after // OFFSETS_PER_SLOT
    while slot * OFFSETS_PER_SLOT < known_at:
        asked = {"ledger": ledger, "subject": lead, "slot": slot}
        found = {row["slot"]: [row["offsets"]] for row in ask(connection, "events.slots", asked)}
        if not found:
            return
        if others:
            asked = {"ledger": ledger, "subjects": others, "slots": list(found)}
            for row in ask(connection, "events.slots_of_others", asked):
                found[row["slot"]].append(row["offsets"])
        shared = (
            number * OFFSETS_PER_SLOT + offset + 1
            for number, (offsets, *more) in found.items()
            if len(more) == len(others)
            for offset in set(offsets).intersection(*more)
        )
        yield sorted(version for version in shared if after < version <= known_at)
        slot = max(found) + 1
