"""The events of some children, found through the index and read from the log."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection

from ledger.events.codec import AnyEvent, decode_event
from ledger.events.delivery import RegisterSubmitted
from ledger.events.sealed import FindKeys, opened
from projections.reading.asking import ask
from projections.reading.child_record import events_by_child
from projections.reading.pair import Pair

FACTS_OF_CHILDREN: Final = (
    "child.enrolled.",
    "child.transferred.",
    "child.withdrawn.",
    "child.completed.",
    "interaction.",
    "register.",
    "measurement.",
    "verification.",
)


def events_of_children(
    connection: Connection[Any],
    ledger: str,
    children: Sequence[str],
    at: Pair,
    find_keys: FindKeys,
) -> tuple[dict[str, list[AnyEvent]], set[int]]:
    """Each child's facts as known, in order of version; and which versions have been voided."""
    versions: dict[str, set[int]] = {child: set() for child in children}
    indexed = _versions(connection, ledger, [f"child:{child}" for child in children], at)
    for subject, found in indexed.items():
        versions[subject.removeprefix("child:")].update(found)
    events = _events(connection, ledger, sorted(set().union(*versions.values())))
    _add_later_registers(connection, ledger, at, versions, events)
    voided = ask(
        connection, "children.voided", {
            "ledger": ledger, "versions": list(events), "known_at": at.known_at,
        }
    )  # fmt: skip
    keys = find_keys(ledger, children)
    events = {version: opened(event, keys) for version, event in events.items()}
    return events_by_child(events, versions), {row["voided"] for row in voided}


def _add_later_registers(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    versions: dict[str, set[int]],
    events: dict[int, AnyEvent],
) -> None:
    """A resubmitted register may leave a child out, and then concerns it all the same."""
    sessions: defaultdict[str, set[str]] = defaultdict(set)
    for child, listed in versions.items():
        for version in listed:
            event = events.get(version)
            if event is not None and isinstance(event.data, RegisterSubmitted):
                sessions[session_subject(event.data)].add(child)
    registers = _versions(connection, ledger, list(sessions), at)
    later = sorted({v for found in registers.values() for v in found if v not in events})
    events.update(_events(connection, ledger, later))
    for subject, found in registers.items():
        for child in sessions[subject]:
            versions[child].update(found)


def session_subject(register: RegisterSubmitted) -> str:
    """The subject under which all registers of one session are indexed."""
    return f"session:{register.contract}/{register.order}/{register.session}"


def _versions(
    connection: Connection[Any], ledger: str, subjects: list[str], at: Pair
) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    if subjects:
        asked = {"ledger": ledger, "subjects": subjects, "known_at": at.known_at}
        for row in ask(connection, "children.versions_of", asked):
            found[row["subject"]].append(row["version"])
    return found


def _events(connection: Connection[Any], ledger: str, versions: list[int]) -> dict[int, AnyEvent]:
    if not versions:
        return {}
    rows = ask(connection, "children.events", {"ledger": ledger, "versions": versions})
    return {
        row["version"]: decode_event(row["topic"], bytes(row["state"]))
        for row in rows
        if row["topic"].startswith(FACTS_OF_CHILDREN)
    }
