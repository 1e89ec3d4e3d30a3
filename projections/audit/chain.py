"""Is the log whole? Dense versions, hashes, roots, columns and ids against the stored bytes.

What is kept and signed of the tree is compared with it as it grows (`sealed_log.py`).
"""

import datetime
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from ledger.events.codec import AnyEvent, decode_event, encode_event
from ledger.log.tree import Frontier, Node, leaf_hash
from projections.audit.findings import Report
from projections.audit.kept_keys import IdRow
from projections.audit.sealed_log import SealedLog

BEYOND: Final = (
    "the hashes kept with event ids and idempotency keys: they are of requests as sent",
    "idempotency keys that were deleted or renamed: no event says so",
    "checkpoints, cosignatures, time stamps that were deleted: no event says so",
    "when a checkpoint, cosignature or key was kept, or an erasure done: nothing signed says so",
    "who gave up a key, took a witness's or put one in; at which version of what it signed",
    "what a role may do with the tables, and whether a trigger was off before and is on again",
    "the ledger's name, currency, timezone and secret: they are settings beside the log",
    "who held which key of the service, identities, and who read or dropped them: no event says so",
    "snapshots: a start proves one before it goes on from it",
    "which migrations the database says that it has had",
)
"""What no audit of a ledger can tell by itself."""


class StoredRow(NamedTuple):
    """One row of the log."""

    version: int
    stored_name: str
    stored: bytes
    leaf_hash: bytes


class StoredHead(NamedTuple):
    """Where the head row says that the log ends."""

    version: int
    root: bytes
    frontier: bytes
    recorded_at: datetime.datetime | None


class StoredCommit(NamedTuple):
    """One commit row: its versions, its moment and the root after it."""

    first_version: int
    last_version: int
    recorded_at: datetime.datetime | None
    root: bytes


@dataclass(slots=True)
class Chain:
    """Checks the rows of a log one after the other, and its commits as they end.

    `commits` are by their first version; `commit_begins` is where the commit of the last row does.
    """

    report: Report
    commits: dict[int, StoredCommit]
    ids: dict[str, IdRow]
    sealed: SealedLog
    frontier: Frontier = field(default_factory=Frontier)
    version: int = 0
    recorded_at: str = ""
    commit: StoredCommit | None = None
    commit_begins: int = 0
    lost: bool = False
    seen_ids: set[str] = field(default_factory=set)

    def follow(self, row: StoredRow) -> AnyEvent | None:
        """Check one row; the event when its bytes can be read and are those of this version."""
        if row.version != self.version + 1:
            self.report.find("version_missing", self.version + 1, f"next is {row.version}")
        self.version = row.version
        self._grow(row)
        event = self._read(row)
        starts = self.commit is None and not self._goes_on(event)
        if starts:
            self._begin_commit(row.version)
        if event is not None:
            self._check_moment(event, starts=starts)
            self._check_id(event)
        self._close_commit(row.version)
        self.report.count("events")
        return event

    def _grow(self, row: StoredRow) -> None:
        """Add the bytes to the tree, whatever hash is stored beside them."""
        leaf = leaf_hash(row.stored)
        if leaf != row.leaf_hash:
            self.report.find("leaf_hash_differs", row.version, "the bytes hash to another leaf")
        nodes: list[Node] = []
        self.frontier = self.frontier.extend((leaf,), nodes)
        if nodes or self.frontier.size == self.sealed.waits_for:
            self.sealed.follow(self.frontier.size, self.frontier.root(), nodes)

    def _read(self, row: StoredRow) -> AnyEvent | None:
        try:
            event = decode_event(row.stored_name, row.stored)
        except (KeyError, ValueError, msgspec.MsgspecError) as unreadable:
            self.report.find("bytes_unreadable", row.version, type(unreadable).__name__)
            return None
        if encode_event(event) != row.stored:
            self.report.find("bytes_not_canonical", row.version, "written again they differ")
        if event.version != row.version:
            self.report.find("column_differs", row.version, f"the bytes say {event.version}")
            return None
        return event

    def _goes_on(self, event: AnyEvent | None) -> bool:
        """Whether an event is of the commit before it, whose row is not there."""
        return self.lost and event is not None and event.recorded_at == self.recorded_at

    def _begin_commit(self, version: int) -> None:
        self.commit_begins = version
        self.commit = self.commits.pop(version, None)
        self.lost = self.commit is None
        if self.lost:
            self.report.find("commit_missing", version, "no commit begins here")

    def _check_moment(self, event: AnyEvent, *, starts: bool) -> None:
        if starts and event.recorded_at <= self.recorded_at:
            self.report.find("moment_not_later", event.version, "a commit is not after the last")
        if not starts and event.recorded_at != self.recorded_at:
            self.report.find("moment_differs", event.version, "one commit has two moments")
        self.recorded_at = event.recorded_at
        moment = _moment(event.recorded_at)
        if moment is None:
            self.report.find("moment_differs", event.version, "what is stored is no moment")
        if starts and self.commit is not None and self.commit.recorded_at != moment:
            self.report.find("moment_differs", event.version, "the commit has another moment")

    def _check_id(self, event: AnyEvent) -> None:
        if event.id is None:
            return
        kept = self.ids.get(event.id)
        if event.id in self.seen_ids:
            self.report.find("id_used_twice", event.version, "two facts have one id")
        elif kept is None or kept.first_version != event.version:
            self.report.find("id_not_kept", event.version, "the id is not kept with this version")
            self.ids.pop(event.id, None)
        self.seen_ids.add(event.id)

    def _close_commit(self, version: int) -> None:
        if self.commit is not None and version >= self.commit.last_version:
            if self.frontier.root() != self.commit.root:
                self.report.find("root_differs", version, "the commit stored another root")
            self.report.count("commits")
            self.commit = None

    def finish(self, head: StoredHead | None) -> None:
        """Check the end: the head row, commits that are left over, and ids that no event has."""
        if head is not None:
            self._check_head(head)
        if self.commit is not None:
            detail = f"the last commit ends at {self.commit.last_version}"
            self.report.find("commit_without_events", self.commit.first_version, detail)
        for first in sorted(self.commits):
            self.report.find("commit_without_events", first, "no commit begins at this version")
        for name in sorted(set(self.ids) - self.seen_ids):
            first = self.ids.pop(name).first_version
            self.report.find("id_without_event", first, "no event has the kept id")
        self.sealed.finish(self.version)
        self.report.count("ids", len(self.seen_ids))
        self.report.version = self.version
        self.report.root = self.frontier.root().hex()
        self.report.beyond += BEYOND

    def _check_head(self, head: StoredHead) -> None:
        if self.version != head.version:
            self.report.find("head_differs", head.version, f"the log ends at {self.version}")
        if self.frontier.root() != head.root:
            self.report.find("root_differs", head.version, "the head stored another root")
        elif self.frontier.to_bytes() != head.frontier:
            self.report.find("head_differs", head.version, "the edge of the tree is another")
        if head.recorded_at != _moment(self.recorded_at):
            self.report.find("head_differs", head.version, "the last moment is another")


def _moment(text: str) -> datetime.datetime | None:
    """A moment as it is stored; nothing where it is none."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
