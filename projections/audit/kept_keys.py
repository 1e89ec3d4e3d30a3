"""Idempotency keys and event ids, and what they name of what was recorded.

Each kept row names versions: they are there, begin with a fact and end with what followed from it,
and what a key says it recorded was recorded by its actor, by one request, in one commit. The hash
of a request is of what was sent, which nobody stores: only its shape can be checked.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.log.contents import DIGEST_BYTES
from ledger.log.replies import KeptRecorded, KeptRefused, KeptReplayed, KeptResult
from ledger.log.tree import EMPTY_ROOT, Frontier
from projections.audit.findings import Report
from projections.audit.known_events import UNREADABLE, KnownEvents
from projections.audit.queries import QUERIES

HASH_SHAPES: Final = (DIGEST_BYTES, 2 * DIGEST_BYTES)
"""A hash of what is open, and one of what is sealed behind it."""
KEYS_PER_FETCH: Final = 1_000
Span = KeptRecorded | KeptReplayed
_results: Final = msgspec.json.Decoder(list[KeptResult])


class KeyRow(NamedTuple):
    """What is kept under an idempotency key."""

    actor: str
    content_hash: bytes
    version: int
    root: bytes
    results: bytes


class IdRow(NamedTuple):
    """What is kept of a fact with an id."""

    first_version: int
    last_version: int
    content_hash: bytes


@dataclass(slots=True)
class KeptKeysCheck:
    """Takes the rows of idempotency keys in the order of their versions, as the log goes by."""

    report: Report
    known: KnownEvents
    rows: Generator[KeyRow, None, None]
    row: KeyRow | None = field(init=False)
    ended: int = field(init=False, default=0)
    claimed: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Check what was kept before anything was recorded."""
        self.row = next(self.rows, None)
        self._check_rows(0, 0, EMPTY_ROOT)

    @property
    def waits_for(self) -> int:
        """The version of the next row; -1 when there is none any more."""
        return -1 if self.row is None else self.row.version

    def follow(self, version: int, commit_begins: int, frontier: Frontier) -> None:
        """Take the rows of a version; `commit_begins` is where its commit does."""
        if self.ended:
            self._must_have_ended(version)
        if self.row is not None and self.row.version == version:
            self._check_rows(version, commit_begins, frontier.root())

    def _must_have_ended(self, version: int) -> None:
        """What follows from a key's last fact is not left out of its versions."""
        known = self.known.at(version)
        if known is not None and known.is_decision:
            self.report.find("key_range_differs", self.ended, "decisions behind it are left out")
        self.ended = 0

    def _check_rows(self, version: int, commit_begins: int, root: bytes) -> None:
        while self.row is not None and self.row.version == version:
            row, self.row = self.row, next(self.rows, None)
            self.report.count("idempotency keys")
            if row.root != root:
                self.report.find("key_root_differs", version, f"a key of {row.actor}")
            if len(row.content_hash) not in HASH_SHAPES:
                self.report.find("key_hash_misshapen", version, f"a key of {row.actor}")
            try:
                results = _results.decode(row.results)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                self.report.find("key_results_unreadable", version, f"a key of {row.actor}")
                continue
            self._check_results(row, results, commit_begins)

    def _check_results(self, row: KeyRow, results: list[KeptResult], commit_begins: int) -> None:
        replayed = [result for result in results if isinstance(result, KeptReplayed)]
        recorded = [result for result in results if isinstance(result, KeptRecorded)]
        spans: tuple[Span, ...] = (*replayed, *recorded)
        whole = all(self._is_whole(span, row.version) for span in spans)
        if not whole or not _joined(recorded, row.version, commit_begins):
            self.report.find("key_range_differs", row.version, f"a key of {row.actor}")
            return
        if not results or all(isinstance(result, KeptRefused) for result in results):
            return
        if any(self._is_of_another(span.first_version, row.actor) for span in recorded):
            self.report.find("key_of_another", row.version, f"a key of {row.actor}")
        if recorded:
            if recorded[0].first_version <= self.claimed:
                self.report.find("key_claims_twice", row.version, f"a key of {row.actor}")
            self.claimed = self.ended = row.version

    def _is_whole(self, span: Span, upto: int) -> bool:
        """Whether a span is a fact with all that followed from it; what ends now may go on."""
        return span.last_version <= upto and _is_span(
            self.known, span.first_version, span.last_version
        )

    def _is_of_another(self, version: int, actor: str) -> bool:
        known = self.known.at(version)
        return known is not None and known is not UNREADABLE and known.actor != actor

    def finish(self) -> None:
        """What is kept of versions that are not there."""
        for row in (*(() if self.row is None else (self.row,)), *self.rows):
            self.report.find("key_beyond_log", row.version, f"a key of {row.actor}")
        self.row = None

    def close(self) -> None:
        """Let go of the rows that were not taken."""
        self.rows.close()


def check_ids(report: Report, known: KnownEvents, ids: dict[str, IdRow]) -> None:
    """Each id's versions are a fact and what followed; that the fact has the id, the chain held."""
    for row in ids.values():
        if not _is_span(known, row.first_version, row.last_version):
            detail = f"the id is kept up to version {row.last_version}"
            report.find("id_range_differs", row.first_version, detail)
        if len(row.content_hash) not in HASH_SHAPES:
            report.find("id_hash_misshapen", row.first_version, "the hash of its content")


def _is_span(known: KnownEvents, first: int, last: int) -> bool:
    """Whether versions are those of one fact and of all that followed, as far as it is known."""
    begins = known.at(first)
    if begins is None or begins.is_decision:
        return False
    end = known.decisions_end(first)
    return end == last or UNREADABLE in {begins, known.at(end + 1)}


def _joined(recorded: Iterable[KeptRecorded], version: int, commit_begins: int) -> bool:
    """Whether what one request recorded follows on one another in one commit, to its version."""
    spans = list(recorded)
    begins = [span.first_version for span in spans]
    ends = [span.last_version + 1 for span in spans]
    return not spans or (
        begins[0] >= commit_begins and begins[1:] == ends[:-1] and ends[-1] == version + 1
    )


def kept_keys(
    connection: Connection[Any], ledger: str, report: Report, known: KnownEvents
) -> KeptKeysCheck:
    """The rows of a ledger's idempotency keys, a thousand at a time."""
    return KeptKeysCheck(report, known, _rows(connection, ledger))


def _rows(connection: Connection[Any], ledger: str) -> Generator[KeyRow, None, None]:
    with connection.cursor("kept_keys", row_factory=tuple_row) as cursor:
        cursor.itersize = KEYS_PER_FETCH
        for actor, content_hash, version, root, results in cursor.execute(
            QUERIES["keys"], {"ledger": ledger}, binary=True
        ):
            yield KeyRow(actor, bytes(content_hash), version, bytes(root), bytes(results))
