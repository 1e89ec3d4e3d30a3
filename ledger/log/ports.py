"""What a log promises, and the values that pass through it (`design.md` 3 and 4).

Two logs keep the promise: `memory.MemoryLog` for tests of the rules, `postgres.PostgresLog` for the
rest. The same contract tests run against both.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from ledger.log.tree import EMPTY_ROOT, Frontier, Node

CHUNK_EVENTS: Final = 5_000
TICK: Final = datetime.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class LedgerTerms:
    """What a ledger is made with: its name, its currency and the timezone that decides `today`."""

    ledger: str
    name: str
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a ledger stands: its last version, the tree over it, and when it was recorded.

    `asked_at` is the latest moment that somebody asked about: what was known then is settled, and
    the next commit is recorded after it.
    """

    version: int = 0
    root: bytes = EMPTY_ROOT
    frontier: Frontier = field(default_factory=Frontier)
    recorded_at: datetime.datetime | None = None
    asked_at: datetime.datetime | None = None

    def next_moment(self, now: datetime.datetime) -> datetime.datetime:
        """The moment of the next commit: now, but after everything recorded or asked about."""
        settled = [moment + TICK for moment in (self.recorded_at, self.asked_at) if moment]
        return max([now, *settled])


class HashRange(NamedTuple):
    """Neighbouring hashes of one level: of leaves (0), or of nodes that are kept."""

    level: int
    first: int
    number: int


class StoredEvent(NamedTuple):
    """One event as it is stored: its exact bytes, their leaf hash and their stored name."""

    version: int
    stored_name: str
    stored: bytes
    leaf_hash: bytes


class CommitRow(NamedTuple):
    """One commit: its versions, its moment, and the root after it."""

    last_version: int
    first_version: int
    recorded_at: datetime.datetime
    root: bytes


class KeptId(NamedTuple):
    """What is kept of a fact with an id: a keyed hash of its content, and what it became."""

    content_hash: bytes
    first_version: int
    last_version: int


class KeptKey(NamedTuple):
    """What is kept of a request with an idempotency key: enough to give its answer again."""

    content_hash: bytes
    version: int
    root: bytes
    results: bytes


@dataclass(slots=True)
class Commit:
    """What is stored at once: events in parallel lists, ids, keys, and the head afterwards.

    `nodes` are those of the tree that its events complete.
    `ids` maps an event id, and `keys` an (actor, key) pair, to what is kept of them. A commit
    without events stores keys, or only makes sure that the ledger is still where it was.
    """

    before: Head
    recorded_at: datetime.datetime
    names: list[str]
    states: list[bytes]
    leaves: list[bytes]
    ids: dict[str, KeptId]
    keys: dict[tuple[str, str], KeptKey]
    frontier: Frontier
    nodes: list[Node]
    _after: Head | None = None

    @property
    def first_version(self) -> int:
        """The version of its first event."""
        return self.before.version + 1

    @property
    def last_version(self) -> int:
        """The version of its last event; without events, of the last one before."""
        return self.before.version + len(self.states)

    def after(self) -> Head:
        """Where the ledger stands once this is committed."""
        if not self.states:
            return self.before
        if self._after is None:
            root = self.frontier.root()
            self._after = Head(self.last_version, root, self.frontier, self.recorded_at)
        return self._after


class LedgerExists(Exception):
    """A ledger of this reference exists already."""


class LedgerUnknown(LookupError):
    """No ledger of this reference exists."""


class MomentNotReached(ValueError):
    """The moment lies in the future: what will be known then is not settled."""


class VersionConflict(Exception):
    """The ledger is not at the version that the commit was decided on. Nothing is stored."""


class AlreadyKept(Exception):
    """An event id or an idempotency key of the commit is taken. Nothing is stored."""


class OutcomeUnknown(Exception):
    """The connection was lost: the commit may or may not be stored."""


class HeldHead(Protocol):
    """The head of a ledger that nobody else can move until it is let go."""

    head: Head

    def holds(self, commit: Commit) -> bool:
        """Whether this very commit is stored: its versions with its root."""
        ...

    def append(self, commit: Commit) -> None:
        """Store the commit. Raises `VersionConflict`, `AlreadyKept`, `OutcomeUnknown`."""
        ...


class Log(Protocol):
    """The events of many ledgers, each one stream with dense versions.

    Every method but `ledgers` and `clock` raises `LedgerUnknown` for an unknown ledger or answers
    emptily, and `LogUnavailable` when the store cannot be reached.
    """

    def ledgers(self) -> Sequence[LedgerTerms]:
        """All ledgers by reference."""
        ...

    def terms(self, ledger: str) -> LedgerTerms:
        """What the ledger was made with."""
        ...

    def create(self, terms: LedgerTerms, secret: bytes | None = None) -> None:
        """Make an empty ledger; a copy takes its original's secret. Raises `LedgerExists`."""
        ...

    def secret(self, ledger: str) -> bytes:
        """The key of the ledger's hashes of contents: a plain hash of a score is the score."""
        ...

    def head(self, ledger: str) -> Head:
        """Where the ledger stands."""
        ...

    def append(self, ledger: str, commit: Commit) -> None:
        """Store the commit, all or nothing.

        Raises `VersionConflict`, `AlreadyKept`, `OutcomeUnknown`.
        """
        ...

    def hold(self, ledger: str) -> AbstractContextManager[HeldHead]:
        """Take the head so that no other process moves it meanwhile."""
        ...

    def read(
        self, ledger: str, *, after: int = 0, upto: int | None = None, chunk: int = CHUNK_EVENTS
    ) -> Iterator[Sequence[StoredEvent]]:
        """Events with versions after `after` and not after `upto`, in order, chunk by chunk."""
        ...

    def read_one(self, ledger: str, version: int) -> StoredEvent | None:
        """One event, or nothing."""
        ...

    def hashes(self, ledger: str, ranges: Sequence[HashRange]) -> Mapping[tuple[int, int], bytes]:
        """The hashes of these ranges by level and place; those that are not kept are left out."""
        ...

    def missing_nodes(self, ledger: str, level: int, limit: int) -> Sequence[int]:
        """The first places of a level whose subtree is complete and whose node is not kept."""
        ...

    def keep_nodes(self, ledger: str, nodes: Sequence[Node]) -> None:
        """Keep nodes that are missing; one that is kept already stays as it is."""
        ...

    def find_ids(self, ledger: str, ids: Sequence[str]) -> Mapping[str, KeptId]:
        """Which of these event ids are taken, and by what."""
        ...

    def find_key(self, ledger: str, actor: str, key: str) -> KeptKey | None:
        """What is kept under an actor's idempotency key."""
        ...

    def keys(self, ledger: str) -> Iterator[tuple[str, str, KeptKey]]:
        """Actor, idempotency key and what is kept under it, in the order of their versions."""
        ...

    def commits(self, ledger: str, *, after: int = 0) -> Iterator[Sequence[CommitRow]]:
        """Commits whose last version is after `after`, in order, chunk by chunk."""
        ...

    def commit_holding(self, ledger: str, version: int) -> CommitRow | None:
        """The commit that stored the event of a version, or nothing."""
        ...

    def version_at(self, ledger: str, moment: datetime.datetime) -> int:
        """The last version recorded at or before a moment; 0 when there is none.

        The answer never changes: what is committed later is recorded later. Raises
        `MomentNotReached` for a moment in the future.
        """
        ...

    def clock(self) -> datetime.datetime:
        """What time it is where the log is kept."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
