"""Everything that the log says about one child, in order: what a person may ask to see.

A register lists several children; of it only what concerns this one is shown. What is about a child
without naming it belongs here as well: a register that was handed in again and leaves it out, and a
document about an event of the child.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec
from psycopg import Connection

from ledger.events.delivery import RegisterSubmitted
from ledger.events.sealed import FindKeys, no_keys
from projections.reading.asking import ask
from projections.reading.events import events, open_values, shown_event
from projections.reading.evidence import session_subject
from projections.reading.pair import LIMIT_MAX, Page, Pair

REGISTER: Final = "register.submitted"
EVIDENCE: Final = "evidence.attached"
LISTS: Final = ("expected", "attended", "engaged")
SUBJECTS_PER_QUERY: Final = 500


def about_child(  # noqa: PLR0913 (each says which part of the feed)
    connection: Connection[Any],
    ledger: str,
    child: str,
    at: Pair,
    *,
    type: str | None = None,  # noqa: A002 (as the feed names it)
    also: Sequence[int] = (),
    after: int = 0,
    limit: int = LIMIT_MAX,
    find_keys: FindKeys = no_keys,
) -> Page:
    """The events about a child behind the version `after`, and those at the versions `also`.

    The cursor of the next page is a version.
    """
    page = events(
        connection, ledger, at, child=child, type=type, after=after, limit=limit,
        find_keys=find_keys,
    )  # fmt: skip
    last = at.known_at if page.after is None else int(page.after)
    wanted = [version for version in also if after < version <= last]
    more: list[dict[str, Any]] = []
    if wanted:
        rows = ask(connection, "events.events", {"ledger": ledger, "versions": wanted})
        more = [shown_event(bytes(row["state"])) for row in rows]
        open_values(more, ledger, find_keys)
    items = sorted([*page.items, *more], key=lambda event: int(event["version"]))
    return Page([only_about(event, child) for event in items], page.after)


def only_about(event: dict[str, Any], child: str) -> dict[str, Any]:
    """A shown event without the other children that it lists."""
    content = event["data"]
    lists = [name for name in LISTS if content.get(name) is not None]
    if event["type"] != REGISTER or not lists:
        return event
    alone = {name: [child] if child in content[name] else [] for name in lists}
    return {**event, "data": {**content, **alone}}


def registers_without(
    connection: Connection[Any], ledger: str, child: str, at: Pair
) -> Sequence[int]:
    """The versions of later registers of a child's sessions that leave it out."""
    own: set[int] = set()
    sessions: dict[str, int] = {}
    after: str | None = "0"
    while after is not None:
        page = events(
            connection, ledger, at, child=child, type=REGISTER, after=int(after), limit=LIMIT_MAX
        )
        for event in page.items:
            register = msgspec.convert(event["data"], RegisterSubmitted)
            own.add(event["version"])
            sessions.setdefault(session_subject(register), event["version"])
        after = page.after
    found = _versions(connection, ledger, list(sessions), at)
    later = (v for subject, versions in found.items() for v in versions if v > sessions[subject])
    return sorted(set(later) - own)


def _versions(
    connection: Connection[Any], ledger: str, subjects: Sequence[str], at: Pair
) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for first in range(0, len(subjects), SUBJECTS_PER_QUERY):
        asked = {
            "ledger": ledger,
            "subjects": list(subjects[first : first + SUBJECTS_PER_QUERY]),
            "known_at": at.known_at,
        }
        for row in ask(connection, "children.versions_of", asked):
            found[row["subject"]].append(row["version"])
    return found


def documents_about(
    connection: Connection[Any],
    ledger: str,
    about: Collection[int | str],
    at: Pair,
    *,
    after: int = 0,
) -> Page:
    """Documents about some events, named by version or id, that name no child themselves.

    The page is one of all documents of the ledger, so it may hold nothing and have a next one.
    """
    page = events(connection, ledger, at, type=EVIDENCE, after=after, limit=LIMIT_MAX)
    found = [
        event
        for event in page.items
        if event["data"].get("child") is None and event["data"]["about"] in about
    ]
    return Page(found, page.after)
