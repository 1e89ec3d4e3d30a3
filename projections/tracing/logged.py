"""Events of the log as a why-document shows them: a node each, with its leaf and its proof."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from psycopg import Connection

from ledger.events.catalogue import SCHEMA
from ledger.events.claims import ClaimCollected
from ledger.events.codec import AnyEvent, decode_event
from ledger.events.delivery import RegisterSubmitted
from ledger.events.periods import PeriodClosed
from ledger.events.samples import SampleSelected
from ledger.events.sealed import FindKeys, opened, shown
from ledger.events.settlements import SettlementCollected
from ledger.events.terms import RateCardIssued
from projections.reading.asking import ask
from projections.reading.pair import Pair

NODES_MAX: Final = 1_000
COUNTED: Final[dict[type[Any], tuple[str, ...]]] = {
    ClaimCollected: ("lines", "adjustments"),
    PeriodClosed: ("trial_balance",),
    RateCardIssued: ("triggers", "areas"),
    RegisterSubmitted: ("expected", "attended", "engaged"),
    SampleSelected: ("payments",),
    SettlementCollected: ("partners",),
}
"""Long lists that a node counts; what matters of them is shown where it matters."""

Node = dict[str, Any]
Item = TypeVar("Item")


class Logged(NamedTuple):
    """An event with its values as far as they open, and the hash of its leaf in the log's tree."""

    event: AnyEvent
    leaf_hash: str


@dataclass(slots=True)
class Trail:
    """The log of one ledger, read by version; what was read once is remembered."""

    connection: Connection[Any]
    ledger: str
    at: Pair
    find_keys: FindKeys
    found: dict[int, Logged] = field(default_factory=dict)
    cut: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, query: str, **asked: object) -> list[dict[str, Any]]:
        """The rows of a query about this ledger at the pair."""
        return ask(self.connection, query, {**self.at.asked(self.ledger), **asked})

    def ask_few(self, what: str, query: str, most: int, **asked: object) -> list[dict[str, Any]]:
        """The first rows of a query with a `limit`, so many at most; a cut is remembered."""
        rows = self.ask(query, **asked, limit=most + 1)
        if len(rows) > most:
            self.cut.append({"what": what, "shown": most, "more": None})
        return rows[:most]

    def few(self, what: str, found: Iterable[Item], most: int) -> list[Item]:
        """The first of what was found, so many at most; a cut is remembered, with its size."""
        whole = list(found)
        if len(whole) > most:
            self.cut.append({"what": what, "shown": most, "more": len(whole) - most})
        return whole[:most]

    def told(self, document: dict[str, Any]) -> dict[str, Any]:
        """A whole document, with what its lists leave out: `cut: [{what, shown, more}]`.

        `more` is null where they were not counted. A page says by itself that it has a `next`.
        """
        return {**document, "cut": self.cut}

    def read(self, versions: Iterable[int]) -> None:
        """Read events that are wanted soon, all at once."""
        wanted = sorted(set(versions) - self.found.keys())
        if not wanted:
            return
        rows = self.ask("tracing.events", versions=wanted)
        events = {row["version"]: decode_event(row["topic"], bytes(row["state"])) for row in rows}
        sealed = {event.data.child for event in events.values() if event.schema != SCHEMA}
        keys = self.find_keys(self.ledger, sealed) if sealed else None
        for row in rows:
            event = events[row["version"]]
            event = event if keys is None else opened(event, keys)
            self.found[row["version"]] = Logged(event, bytes(row["leaf_hash"]).hex())

    def event(self, version: int) -> AnyEvent:
        """The event at a version; raises `KeyError` where the log has none."""
        self.read((version,))
        return self.found[version].event

    def events(self, versions: Iterable[int]) -> list[AnyEvent]:
        """The events at some versions, in order."""
        wanted = sorted(set(versions))
        self.read(wanted)
        return [self.found[version].event for version in wanted if version in self.found]

    def node(self, version: int, kind: str | None = None, **more: object) -> Node:
        """An event as a node: who, when, what, its leaf, where its proof is, and what else.

        `leaf_hash` is its leaf's hash in hexadecimal (RFC 6962 2.1); `proof` and `event` are paths.
        """
        self.read((version,))
        event, leaf_hash = self.found[version]
        path = f"/v1/ledgers/{self.ledger}"
        return {
            "kind": kind or event.type.partition(".")[0],
            "version": event.version,
            "type": event.type,
            "actor": event.actor,
            "effective_on": event.effective_on.isoformat(),
            "received_on": event.received_on.isoformat(),
            "recorded_at": event.recorded_at,
            "id": event.id,
            "causes": list(event.causes),
            "says": said(event),
            "leaf_hash": leaf_hash,
            "proof": f"{path}/log/proof/{version}",
            "event": f"{path}/events/{version}",
            **more,
        }

    def nodes(self, versions: Iterable[int], kind: str | None = None) -> list[Node]:
        """Some events as nodes, in order, 1,000 at most; a cut is remembered."""
        wanted = self.few(f"{kind or 'event'} events", sorted(set(versions)), NODES_MAX)
        self.read(wanted)
        return [self.node(version, kind) for version in wanted if version in self.found]

    def about(self, subjects: Collection[str], known_at: int) -> dict[str, list[int]]:
        """The versions that the index has for some subjects, up to a version."""
        listed: dict[str, list[int]] = {subject: [] for subject in subjects}
        asked = {"subjects": list(subjects), "known_at": known_at}
        for row in self.ask("children.versions_of", **asked) if subjects else ():
            listed[row["subject"]].append(row["version"])
        return listed


def more_behind(
    trail: Trail,
    query: str,
    page: Sequence[Mapping[str, Any]],
    following: str | None,
    **asked: object,
) -> int:
    """How many items come behind a page in order of version; none behind the last one."""
    if following is None:
        return 0
    [row] = trail.ask(query, **asked, after=page[-1]["version"])
    return int(row["more"])


def said(event: AnyEvent) -> Mapping[str, Any]:
    """What an event says, without the long lists; `erased` and `sealed` stand where they are."""
    content = shown(event).data
    counted = COUNTED.get(type(content), ())
    said: dict[str, Any] = msgspec.to_builtins(content)
    return {
        name: len(value) if name in counted and value is not None else value
        for name, value in said.items()
    }


def all_nodes(document: Any) -> Iterator[Node]:  # noqa: ANN401 (a document, or a part of one)
    """Every node in a document, in the order in which it is written."""
    if isinstance(document, Mapping):
        if "leaf_hash" in document:
            yield dict(document)
        for part in document.values():
            yield from all_nodes(part)
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for part in document:
            yield from all_nodes(part)
