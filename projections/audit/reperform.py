"""The rules over the facts of a ledger once more, apart from the service that decided.

Under the rules as they were, a difference says that something stored was not decided by them. Under
others it says what those would have decided at that fact, on the log as it stood.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from ledger.events.codec import decode_event
from ledger.events.sealed import FindKeys, no_keys
from ledger.log.ports import Log
from projections.audit.differences import KINDS, Difference
from projections.audit.findings import Report
from projections.audit.reperformance import Reperformance, Span
from projections.audit.seals import SealsCheck

DIFFERENCES_MAX: Final = 10_000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Reperformed:
    """What came of it: how much was decided again, the differences, and what could not be done.

    `counted` has all differences by kind, also those beyond the 10,000 that are kept; `following`
    counts what was missing or extra again about the same child's trigger or the same session.
    """

    report: Report
    span: Span
    differences: list[Difference] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    following: Counter[str] = field(default_factory=Counter)
    contracts: frozenset[str] = frozenset()

    def keep(self, _report: Report, difference: Difference) -> None:
        """Take a difference in."""
        self.counted[difference.kind] += 1
        if len(self.differences) < DIFFERENCES_MAX:
            self.differences.append(difference)

    @property
    def outcome(self) -> str:
        """In one word: it agrees, it differs, or not everything could be done again."""
        if self.counted or self.report.findings:
            return "differs"
        return "not_all_performed" if self.report.unchecked else "agrees"

    def shown(self) -> dict[str, Any]:
        """As JSON has it."""
        span, report = self.span, self.report
        return {
            "ledger": report.ledger,
            "version": report.version,
            "from": span.first,
            "to": report.version if span.last is None else span.last,
            "contract": span.contract,
            "rules": "as_they_were" if span.rules is None else span.rules.version,
            "outcome": self.outcome,
            "facts": report.checked.get("facts", 0),
            "decisions": report.checked.get("decisions", 0),
            "counted": {kind: self.counted[kind] for kind in KINDS if kind in self.counted},
            "following": dict(self.following),
            "differences": [_shown(difference) for difference in self.differences],
            "findings": [finding._asdict() for finding in report.findings],
            "unchecked": report.unchecked,
        }


def _shown(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind,
        "version": difference.version,
        "fact": difference.fact,
        "type": difference.type,
        "about": dict(difference.about),
        "fields": {
            name: {"again": msgspec.to_builtins(again), "stored": msgspec.to_builtins(stored)}
            for name, again, stored in difference.fields
        },
    }


def reperform(
    log: Log,
    ledger: str,
    span: Span,
    *,
    find_keys: FindKeys = no_keys,
    progress: Progress | None = None,
) -> Reperformed:
    """Decide the facts of a span again, on the book as the log left it in front of each.

    What lies before the span is applied and not compared. `progress` is told the version reached
    and the last one. Raises `LedgerUnknown`.
    """
    head = log.head(ledger)
    report = Report(ledger, version=head.version)
    done = Reperformed(report, span)
    again = Reperformance(report, ZoneInfo(log.terms(ledger).timezone), span, done.keep)
    seals = SealsCheck(report, find_keys(ledger, None))
    reached = 0
    for kept in log.read(ledger, upto=head.version):
        reached = kept[-1].version
        for row in kept:
            try:
                event = decode_event(row.stored_name, row.stored)
            except (KeyError, ValueError, msgspec.MsgspecError) as unreadable:
                report.find("bytes_unreadable", row.version, type(unreadable).__name__)
                again.give_up(row.version)
                break
            again.follow(seals.follow(event))
        if again.over:
            break
        if progress is not None:
            progress(reached, head.version)
    again.finish()
    done.contracts = frozenset(again.book.contracts)
    seals.finish(whole=reached == head.version and not again.stopped)
    report.close()
    done.following = again.following
    return done
