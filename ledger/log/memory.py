"""The log in memory, on the `eventsourcing` library's plain recorder: for tests of the rules."""

import datetime
import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import Final

from eventsourcing.persistence import StoredEvent as LibraryEvent
from eventsourcing.popo import POPOAggregateRecorder

from ledger.invariants import ensure
from ledger.log.ports import (
    CHUNK_EVENTS,
    AlreadyKept,
    Commit,
    CommitRow,
    HashRange,
    Head,
    KeptId,
    KeptKey,
    LedgerExists,
    LedgerTerms,
    LedgerUnknown,
    MomentNotReached,
    StoredEvent,
    VersionConflict,
)
from ledger.log.tree import Node, nodes_between

SECRET_BYTES: Final = 32


class Stream:
    """What is kept of one ledger beside its events."""

    def __init__(self, terms: LedgerTerms, secret: bytes | None) -> None:
        """Begin empty."""
        self.terms = terms
        self.secret = secret or secrets.token_bytes(SECRET_BYTES)
        self.head = Head()
        self.leaves: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.commits: list[CommitRow] = []
        self.ids: dict[str, KeptId] = {}
        self.keys: dict[tuple[str, str], KeptKey] = {}
        self.lock = RLock()


class HeldStream:
    """The head of a stream whose lock is held."""

    def __init__(self, log: "MemoryLog", stream: Stream) -> None:
        """Keep the stream; its lock is the caller's."""
        self._log = log
        self._stream = stream
        self.head = stream.head

    def holds(self, commit: Commit) -> bool:
        """Whether this very commit is stored."""
        found = [row for row in self._stream.commits if row.last_version == commit.last_version]
        return bool(found) and found[0].root == commit.after().root

    def append(self, commit: Commit) -> None:
        """Store the commit."""
        self._log.append(self._stream.terms.ledger, commit)


class MemoryLog:
    """A log that lasts as long as the object."""

    def __init__(self) -> None:
        """Begin without ledgers."""
        self._recorder = POPOAggregateRecorder()
        self._streams: dict[str, Stream] = {}

    def ledgers(self) -> Sequence[LedgerTerms]:
        """All ledgers by reference."""
        return tuple(self._streams[ledger].terms for ledger in sorted(self._streams))

    def terms(self, ledger: str) -> LedgerTerms:
        """What the ledger was made with."""
        return self._stream(ledger).terms

    def create(self, terms: LedgerTerms, secret: bytes | None = None) -> None:
        """Make an empty ledger; a copy takes its original's secret."""
        if terms.ledger in self._streams:
            raise LedgerExists(terms.ledger)
        self._streams[terms.ledger] = Stream(terms, secret)

    def secret(self, ledger: str) -> bytes:
        """The key of the ledger's hashes of contents."""
        return self._stream(ledger).secret

    def head(self, ledger: str) -> Head:
        """Where the ledger stands."""
        return self._stream(ledger).head

    def append(self, ledger: str, commit: Commit) -> None:
        """Store the commit, all or nothing."""
        stream = self._stream(ledger)
        with stream.lock:
            head, moment = stream.head, commit.recorded_at
            if head.version != commit.before.version:
                raise VersionConflict(ledger)
            if commit.states and head.next_moment(moment) != moment:
                raise VersionConflict(ledger)
            if stream.ids.keys() & commit.ids.keys() or stream.keys.keys() & commit.keys.keys():
                raise AlreadyKept(ledger)
            self._recorder.insert_events(
                [
                    LibraryEvent(ledger, version, name, state)
                    for version, (name, state) in enumerate(
                        zip(commit.names, commit.states, strict=True), commit.first_version
                    )
                ]
            )
            due = nodes_between(commit.before.version, commit.last_version)
            ensure(len(commit.nodes) == due, "a commit brings the nodes that its events complete")
            stream.leaves += commit.leaves
            self.keep_nodes(ledger, commit.nodes)
            stream.ids |= commit.ids
            stream.keys |= commit.keys
            self._move_head(stream, commit)

    def _move_head(self, stream: Stream, commit: Commit) -> None:
        if not commit.states:
            return
        stream.head = replace(commit.after(), asked_at=stream.head.asked_at)
        stream.commits.append(
            CommitRow(
                commit.last_version, commit.first_version, commit.recorded_at, stream.head.root
            )
        )

    @contextmanager
    def hold(self, ledger: str) -> Iterator[HeldStream]:
        """Take the head so that nobody else moves it meanwhile."""
        stream = self._stream(ledger)
        with stream.lock:
            yield HeldStream(self, stream)

    def read(
        self, ledger: str, *, after: int = 0, upto: int | None = None, chunk: int = CHUNK_EVENTS
    ) -> Iterator[Sequence[StoredEvent]]:
        """Events after `after` and not after `upto`, in order, chunk by chunk."""
        stream = self._stream(ledger)
        while True:
            found = self._recorder.select_events(ledger, gt=after, lte=upto, limit=chunk)
            if not found:
                return
            yield [
                StoredEvent(
                    kept.originator_version,
                    kept.topic,
                    kept.state,
                    stream.leaves[kept.originator_version - 1],
                )
                for kept in found
            ]
            after = found[-1].originator_version

    def read_one(self, ledger: str, version: int) -> StoredEvent | None:
        """One event, or nothing."""
        for events in self.read(ledger, after=version - 1, upto=version):
            return events[0]
        return None

    def hashes(self, ledger: str, ranges: Sequence[HashRange]) -> Mapping[tuple[int, int], bytes]:
        """The hashes of these ranges by level and place; those that are not kept are left out."""
        stream = self._stream(ledger)
        found = {}
        for level, first, number in ranges:
            for place in range(first, first + number):
                if level == 0 and place < len(stream.leaves):
                    found[level, place] = stream.leaves[place]
                elif (level, place) in stream.nodes:
                    found[level, place] = stream.nodes[level, place]
        return found

    def missing_nodes(self, ledger: str, level: int, limit: int) -> Sequence[int]:
        """The first places of a level whose subtree is complete and whose node is not kept."""
        stream = self._stream(ledger)
        due = range(stream.head.version >> level)
        return [place for place in due if (level, place) not in stream.nodes][:limit]

    def keep_nodes(self, ledger: str, nodes: Sequence[Node]) -> None:
        """Keep nodes that are missing; one that is kept already stays as it is."""
        kept = self._stream(ledger).nodes
        for level, place, node in nodes:
            kept.setdefault((level, place), node)

    def find_ids(self, ledger: str, ids: Sequence[str]) -> Mapping[str, KeptId]:
        """Which of these event ids are taken."""
        kept = self._stream(ledger).ids
        return {event_id: kept[event_id] for event_id in ids if event_id in kept}

    def find_key(self, ledger: str, actor: str, key: str) -> KeptKey | None:
        """What is kept under an actor's idempotency key."""
        return self._stream(ledger).keys.get((actor, key))

    def keys(self, ledger: str) -> Iterator[tuple[str, str, KeptKey]]:
        """Actor, idempotency key and what is kept under it, in the order of their versions."""
        kept = sorted(self._stream(ledger).keys.items(), key=lambda found: found[1].version)
        yield from ((actor, key, found) for (actor, key), found in kept)

    def commits(self, ledger: str, *, after: int = 0) -> Iterator[Sequence[CommitRow]]:
        """Commits whose last version is after `after`."""
        found = [row for row in self._stream(ledger).commits if row.last_version > after]
        if found:
            yield found

    def commit_holding(self, ledger: str, version: int) -> CommitRow | None:
        """The commit that stored the event of a version, or nothing."""
        kept = self._stream(ledger).commits
        place = bisect_left(kept, version, key=lambda row: row.last_version)
        return kept[place] if version > 0 and place < len(kept) else None

    def version_at(self, ledger: str, moment: datetime.datetime) -> int:
        """The last version recorded at or before a moment, settled for ever."""
        stream = self._stream(ledger)
        with stream.lock:
            head = stream.head
            if moment > self.clock() and (not head.recorded_at or moment > head.recorded_at):
                raise MomentNotReached(moment.isoformat())
            if head.asked_at is None or head.asked_at < moment:
                stream.head = replace(head, asked_at=moment)
            place = bisect_right(stream.commits, moment, key=lambda row: row.recorded_at)
            return stream.commits[place - 1].last_version if place else 0

    def clock(self) -> datetime.datetime:
        """The clock of this process."""
        return datetime.datetime.now(datetime.UTC)

    def close(self) -> None:
        """Nothing to let go of."""

    def _stream(self, ledger: str) -> Stream:
        stream = self._streams.get(ledger)
        if stream is None:
            raise LedgerUnknown(ledger)
        return stream
