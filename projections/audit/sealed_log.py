"""Is what was kept and signed of the tree what the stored bytes give? Nodes, roots, signatures.

Each kept checkpoint is compared with the root that the events give at its size. When all agree they
are consistent with one another: each is the root of a beginning of the same log.
"""

import datetime
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import PLAIN, Signature, VerifierKey, fits
from ledger.log.signing.notary import BY_SERVICE
from ledger.log.signing.time_stamp import StampWrong, moment_in
from ledger.log.tree import EMPTY_ROOT, Node
from projections.audit.findings import Report
from projections.audit.queries import QUERIES, rows_of

CHECKPOINTS_PER_FETCH: Final = 1_000


class SignedCheckpoint(NamedTuple):
    """A kept checkpoint with the lines below it."""

    size: int
    root: bytes
    lines: tuple[Signature, ...]


class KnownKey(NamedTuple):
    """A key, the versions at which it was taken up and given up, and who took it."""

    key: VerifierKey
    from_version: int
    to_version: int | None
    taken_by: str

    @property
    def is_of_log(self) -> bool:
        """Whether it signs for the log itself; else it is a witness's."""
        return self.key.kind == PLAIN

    def signed_at(self, size: int) -> bool:
        """Whether it can have signed then: a witness may take its time, the log does not."""
        begun = not self.is_of_log or size >= self.from_version
        return begun and (self.to_version is None or size <= self.to_version)

    def can_be(self, version: int) -> bool:
        """Whether a log that ends at a version has those that it was in use from and up to."""
        last = version if self.to_version is None else self.to_version
        return 0 <= self.from_version <= last <= version


Signed = Generator[SignedCheckpoint, None, None]


@dataclass(slots=True)
class SealedLog:
    """Compares nodes and checkpoints with a tree that grows, event by event."""

    report: Report
    origin: str | None
    keys: list[KnownKey]
    nodes: dict[tuple[int, int], bytes]
    checkpoints: Signed
    stamps: list[tuple[int, bytes, bytes, datetime.datetime]]
    known_keys: Sequence[VerifierKey] = ()
    following: SignedCheckpoint | None = field(init=False)
    last: SignedCheckpoint | None = field(init=False, default=None)
    missing: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Check what is signed of the empty tree."""
        self.following = next(self.checkpoints, None)
        self._follow_checkpoint(0, EMPTY_ROOT)

    def follow(self, version: int, root: bytes, nodes: Sequence[Node]) -> None:
        """Check what is kept of the tree of the first `version` events."""
        for node in nodes:
            kept = self.nodes.pop((node.level, node.place), None)
            if kept is None:
                self.missing += 1
            elif kept != node.hash:
                self.report.find("node_differs", version, f"level {node.level}, {node.place}")
            self.report.count("nodes")
        self._follow_checkpoint(version, root)

    @property
    def waits_for(self) -> int:
        """The size of the next checkpoint; 0 when there is none any more."""
        return 0 if self.following is None else self.following.size

    def _follow_checkpoint(self, version: int, root: bytes) -> None:
        while self.following is not None and self.following.size == version:
            signed, self.following = self.following, next(self.checkpoints, None)
            self.last = signed
            self.report.count("checkpoints")
            if signed.root != root:
                self.report.find("checkpoint_differs", version, "the events give another root")
            self._check_lines(signed)

    def _check_lines(self, signed: SignedCheckpoint) -> None:
        """Every line is one of a known key, and one of them is the log's own."""
        text = Checkpoint(self.origin or "", signed.size, signed.root).text
        vouched = False
        for line in signed.lines:
            known = [found for found in self.keys if line.is_by(found.key)]
            if not any(_fits(found.key, text, line) for found in known):
                self.report.find("signature_wrong", signed.size, f"of {line.name}")
                continue
            by_log = [found for found in known if found.is_of_log]
            self.report.count("signatures" if by_log else "cosignatures")
            in_time = [found for found in known if found.signed_at(signed.size)]
            if not in_time:
                self.report.find("signed_out_of_time", signed.size, f"of {line.name}")
            vouched = vouched or any(found.is_of_log for found in in_time)
        if not vouched:
            self.report.find("checkpoint_unsigned", signed.size, "by no key of the log of then")

    def _check_keys(self, version: int) -> None:
        """The service takes the keys of the log, and every key at a version that there is."""
        for found in self.keys:
            self.report.count("verifier keys")
            if not found.can_be(version):
                detail = f"{found.key}: from {found.from_version} up to {found.to_version}"
                self.report.find("verifier_key_misdated", version, detail)
            if found.is_of_log and (found.key.name, found.taken_by) != (self.origin, BY_SERVICE):
                detail = f"{found.key}: taken up by {found.taken_by}"
                self.report.find("verifier_key_misattributed", found.from_version, detail)

    def _check_known_keys(self) -> None:
        """The newest checkpoint is signed by a key that the auditor knows (0027)."""
        if self.last is None or not self.known_keys:
            return
        text = Checkpoint(self.origin or "", self.last.size, self.last.root).text
        self.report.count("known keys", len(self.known_keys))
        if not any(
            line.is_by(key) and key.kind == PLAIN and _fits(key, text, line)
            for key in self.known_keys
            for line in self.last.lines
        ):
            detail = "the newest checkpoint is signed by none of the keys that were brought"
            self.report.find("log_key_unknown", self.last.size, detail)

    def _check_stamp(
        self, checkpoint: Checkpoint, response: bytes, moment: datetime.datetime
    ) -> None:
        self.report.count("time stamps")
        try:
            fits_moment = moment_in(response, checkpoint.text) == moment
        except StampWrong:
            fits_moment = False
        if not fits_moment:
            self.report.find("time_stamp_wrong", checkpoint.size, "not of this checkpoint")

    def finish(self, version: int) -> None:
        """Say what is missing, and what is kept of events that are not there."""
        if self.missing:
            detail = f"{self.missing} nodes of the tree are not kept; `serve` fills them in"
            self.report.find("node_missing", 0, detail)
        if self.nodes:
            self.report.find("node_without_events", version, f"{len(self.nodes)} nodes")
        if self.following is not None:
            self.report.find("checkpoint_beyond_log", self.following.size, "events are missing")
        for size, root, response, moment in self.stamps:
            self._check_stamp(Checkpoint(self.origin or "", size, root), response, moment)
        self._check_keys(version)
        self._check_known_keys()
        if self.stamps:
            self.report.beyond.append("the authorities that made time stamps: trust is yours")
        if not self.report.checked.get("checkpoints"):
            self.report.unchecked.append("checkpoints: none was ever kept")

    def close(self) -> None:
        """Let go of the rows that were not taken."""
        self.checkpoints.close()


def _fits(key: VerifierKey, text: str, line: Signature) -> bool:
    """Whether a line is a key's signature of a text; one that was cut off is none."""
    try:
        return fits(key, text, line.content)
    except ValueError:
        return False


def sealed_log(
    connection: Connection[Any],
    ledger: str,
    report: Report,
    known_keys: Sequence[VerifierKey] = (),
) -> SealedLog:
    """What is kept and signed of a ledger's tree."""
    asked = {"ledger": ledger}
    origins = rows_of(connection, "origin", asked)
    return SealedLog(
        report,
        origins[0][0] if origins else None,
        [
            KnownKey(VerifierKey(name, kind, bytes(public_key)), *said)
            for kind, name, public_key, *said in rows_of(connection, "verifier_keys", asked)
        ],
        {(level, place): bytes(node) for level, place, node in rows_of(connection, "nodes", asked)},
        _checkpoints(connection, ledger),
        [
            (size, bytes(root), bytes(response), moment)
            for size, root, response, moment in rows_of(connection, "time_stamps", asked)
        ],
        known_keys,
    )


def _checkpoints(
    connection: Connection[Any], ledger: str
) -> Generator[SignedCheckpoint, None, None]:
    """The kept checkpoints by size, a thousand at a time."""
    with connection.cursor("checkpoints", row_factory=tuple_row) as cursor:
        cursor.itersize = CHECKPOINTS_PER_FETCH
        for size, root, names, key_ids, contents in cursor.execute(
            QUERIES["checkpoints"], {"ledger": ledger}, binary=True
        ):
            lines = tuple(
                Signature(name, bytes(key_id), bytes(content))
                for name, key_id, content in zip(names, key_ids, contents, strict=True)
            )
            yield SignedCheckpoint(size, bytes(root), lines)
