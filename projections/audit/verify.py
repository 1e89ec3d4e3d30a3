"""The whole audit of a ledger, in one pass over its log and one moment of the database."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection

from ledger.events.codec import AnyEvent
from ledger.events.sealed import FindKeys, no_keys
from ledger.log.tree import Frontier
from projections.audit.brought import Brought, BroughtCheck
from projections.audit.caps import CapsCheck
from projections.audit.chain import Chain, StoredRow
from projections.audit.erasures import ErasuresCheck
from projections.audit.findings import Report
from projections.audit.guarded import Guarded
from projections.audit.guards import check_guards
from projections.audit.journal import JournalCheck, JournalLines
from projections.audit.kept_keys import KeptKeysCheck, check_ids, kept_keys
from projections.audit.known_events import KnownEvents
from projections.audit.loading import (
    EVENTS_PER_FETCH,
    LedgerUnknown,
    Standing,
    commits_of,
    erasures_of,
    events_of,
    ids_of,
    standing_of,
    tables_of,
)
from projections.audit.naming import NamingCheck
from projections.audit.once import OnceCheck
from projections.audit.periods import PeriodsCheck
from projections.audit.queries import QUERIES
from projections.audit.refold import Refold
from projections.audit.reperformance import Reperformance
from projections.audit.sealed_log import sealed_log
from projections.audit.seals import SealsCheck
from projections.audit.shares import SharesCheck
from projections.audit.tables import TablesCheck

__all__ = ("LedgerUnknown", "verify", "verify_on")

Progress = Callable[[int, int], None]
NOTHING_BROUGHT: Final = Brought()


def verify(
    dsn: str,
    ledger: str,
    *,
    find_keys: FindKeys = no_keys,
    keys_dsn: str | None = None,
    brought: Brought = NOTHING_BROUGHT,
    progress: Progress | None = None,
) -> Report:
    """Check the log, re-perform the rules, take closings again, compare the read tables.

    `find_keys` opens what is sealed; what stays sealed, or was erased, is counted and said.
    `keys_dsn` is where children's keys are when they are in a database of their own.
    `brought` is what the auditor knows of the log from elsewhere. `progress` is told the version
    reached and the last one. Raises `LedgerUnknown`.
    """
    with _one_moment(dsn) as connection:
        return verify_on(
            connection,
            ledger,
            find_keys=find_keys,
            keys_dsn=keys_dsn,
            brought=brought,
            progress=progress,
        )


def verify_on(
    connection: Connection[Any],
    ledger: str,
    *,
    find_keys: FindKeys = no_keys,
    keys_dsn: str | None = None,
    brought: Brought = NOTHING_BROUGHT,
    progress: Progress | None = None,
) -> Report:
    """The same inside a transaction of the caller's, which decides what moment is seen."""
    report = Report(ledger)
    standing = standing_of(connection, ledger, report)
    check_guards(connection, report, keys_dsn)
    whole = _whole(connection, report, standing, find_keys, brought)
    sealed = whole.chain.sealed
    with closing(events_of(connection, ledger)) as rows, closing(sealed), closing(whole.keys):
        for row in rows:
            whole.follow(row)
            if progress is not None and row.version % EVENTS_PER_FETCH == 0:
                progress(row.version, standing.version)
        whole.chain.finish(standing.head)
        whole.finish()
    report.close()
    if progress is not None:
        progress(standing.version, standing.version)
    return report


def _whole(
    connection: Connection[Any],
    report: Report,
    standing: Standing,
    find_keys: FindKeys,
    brought: Brought,
) -> "_Whole":
    """All parts of the audit, before the first event."""
    ledger, known = report.ledger, KnownEvents()
    sealed = sealed_log(connection, ledger, report, brought.keys)
    chain = Chain(
        report, commits_of(connection, ledger, report), ids_of(connection, ledger), sealed
    )
    tables = tables_of(connection, ledger, report, standing.version)
    return _Whole(
        report,
        chain,
        known,
        kept_keys(connection, ledger, report, known),
        BroughtCheck(report, brought, sealed.origin),
        SealsCheck(report, find_keys(ledger, None)),
        ErasuresCheck(report, erasures_of(connection, ledger)),
        _Rules(report, standing.timezone),
        _Money.of(report, known),
        _Figures.of(report, Refold(connection, ledger), tables),
    )


@dataclass(slots=True)
class _Whole:
    """All parts of the audit, event by event."""

    report: Report
    chain: Chain
    known: KnownEvents
    keys: KeptKeysCheck
    brought: BroughtCheck
    seals: SealsCheck
    erasures: ErasuresCheck
    rules: "_Rules"
    money: "_Money"
    figures: "_Figures"

    def follow(self, row: StoredRow) -> None:
        """Take the next row of the log."""
        before = self.chain.frontier
        event = self.chain.follow(row)
        self.known.learn(row.version, event)
        self.keys.follow(row.version, self.chain.commit_begins, self.chain.frontier)
        self.brought.follow(self.chain.frontier)
        if event is None:
            self.rules.give_up(row.version)
            self.money.guard.stop(row.version)
            return
        self.erasures.follow(event)
        self.rules.follow(self.seals.follow(event))
        self.money.follow(event)
        self.figures.follow(event, before)

    def finish(self) -> None:
        """Compare what can only be compared at the end."""
        check_ids(self.report, self.known, self.chain.ids)
        self.keys.finish()
        self.brought.finish()
        self.rules.finish()
        self.seals.finish()
        self.erasures.finish()
        self.money.finish()
        self.figures.finish()


class _Rules:
    """The rules, run again over the facts; without a timezone nobody knows their days."""

    def __init__(self, report: Report, timezone: ZoneInfo | None) -> None:
        self._again = Reperformance(report, timezone or ZoneInfo("UTC"))
        self._guard = Guarded(report, "the rules re-performed")
        if timezone is None:
            self._guard.stop(0)

    def follow(self, event: AnyEvent) -> None:
        self._guard.run(event.version, lambda: self._again.follow(event))

    def give_up(self, version: int) -> None:
        """An event cannot be read, so nothing behind it can be decided again."""
        if not (self._guard.stopped or self._again.stopped):
            self._again.give_up(version)

    def finish(self) -> None:
        if not self._guard.stopped:
            self._again.finish()


@dataclass(slots=True)
class _Money:
    """What stands beside the rules: names, shares, caps, at most once."""

    guard: Guarded
    checks: tuple[NamingCheck, SharesCheck, CapsCheck, OnceCheck]

    @classmethod
    def of(cls, report: Report, known: KnownEvents) -> "_Money":
        """Begin before the first event."""
        checks = (
            NamingCheck(report, known),
            SharesCheck(report, known),
            CapsCheck(report),
            OnceCheck(report),
        )
        return cls(Guarded(report, "names, shares, caps and at-most-once"), checks)

    def follow(self, event: AnyEvent) -> None:
        """Take the next event."""
        self.guard.run(event.version, lambda: self._follow(event))

    def _follow(self, event: AnyEvent) -> None:
        for check in self.checks:
            check.follow(event)

    def finish(self) -> None:
        """Follow the names that may be of later events."""
        if not self.guard.stopped:
            self.checks[0].finish()


@dataclass(slots=True)
class _Figures:
    """What the log folds to, for those who compare with it."""

    guard: Guarded
    refold: Refold
    lines: JournalLines
    journal: JournalCheck
    periods: PeriodsCheck
    tables: TablesCheck | None

    @classmethod
    def of(cls, report: Report, refold: Refold, tables: TablesCheck | None) -> "_Figures":
        """Begin before the first event."""
        guard = Guarded(report, "the journal, closings and read tables")
        return cls(
            guard, refold, JournalLines(), JournalCheck(report), PeriodsCheck(report), tables
        )

    def follow(self, event: AnyEvent, before: Frontier) -> None:
        """Fold an event; `before` is the tree in front of it."""
        self.guard.run(event.version, lambda: self._follow(event, before))

    def _follow(self, event: AnyEvent, before: Frontier) -> None:
        self.refold.follow(event)
        lines = self.lines.take(self.refold.page)
        if lines:
            self.journal.follow(event.version, lines)
        self.periods.follow(event, before, lines)
        if self.tables is not None:
            self.tables.follow(event.version, self.refold.page)

    def finish(self) -> None:
        """Compare what can only be compared at the end."""
        if self.guard.stopped:
            return
        self.periods.finish()
        if self.tables is not None:
            self.tables.finish()


@contextmanager
def _one_moment(dsn: str) -> Iterator[Connection[Any]]:
    """A connection whose queries all see the database as it is now."""
    with psycopg.connect(dsn, autocommit=True) as connection, connection.transaction():
        connection.execute(QUERIES["snapshot"])
        yield connection
