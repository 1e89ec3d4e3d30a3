"""Do closings hold? Each stored root and trial balance taken again from the log alone.

The trial balance is taken when the period was closed, and once more at its reopening, or at the end
of the log: nothing may have been posted in it meanwhile.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from ledger.events.codec import AnyEvent
from ledger.events.periods import AccountBalance, PeriodClosed, PeriodReopened
from ledger.log.tree import Frontier
from projections.audit.findings import Report
from projections.audit.journal import Account
from projections.rows import Posting


@dataclass(slots=True)
class PeriodsCheck:
    """Adds the journal up by the day of posting, and compares what closings stored."""

    report: Report
    sums: dict[Account, dict[datetime.date, int]] = field(default_factory=dict)
    standing: list[tuple[int, PeriodClosed]] = field(default_factory=list)

    def follow(
        self, event: AnyEvent, before: Frontier, lines: list[tuple[Account, Posting]]
    ) -> None:
        """Take an event's lines of the journal; `before` is the tree in front of it."""
        self._add_up(lines)
        match event.data:
            case PeriodClosed() as closing:
                self.report.count("closings")
                if (closing.at_version, closing.root) != (before.size, before.root().hex()):
                    self.report.find(
                        "closing_root_differs", event.version, "another root or version"
                    )
                self.standing.append((event.version, closing))
                self._compare(event.version, closing, at=event.version)
            case PeriodReopened() as opened:
                self._reopen(opened, event.version)
            case _:
                pass

    def _add_up(self, lines: list[tuple[Account, Posting]]) -> None:
        for account, line in lines:
            days = self.sums.setdefault(account, {})
            day = line.posted_on or line.effective_on
            days[day] = days.get(day, 0) + line.amount_minor

    def _reopen(self, opened: PeriodReopened, version: int) -> None:
        """What was closed until now was to hold until now."""
        span = (opened.contract, opened.first_on, opened.last_on)
        kept = []
        for closed_at, closing in self.standing:
            if (closing.contract, closing.first_on, closing.last_on) == span:
                self._compare(closed_at, closing, at=version)
            else:
                kept.append((closed_at, closing))
        self.standing = kept

    def finish(self) -> None:
        """Take every trial balance of what is closed once more."""
        for version, closing in self.standing:
            self._compare(version, closing, at=self.report.version)

    def _compare(self, version: int, closing: PeriodClosed, *, at: int) -> None:
        if self._trial_balance(closing) != closing.trial_balance:
            detail = f"taken again at version {at}, the trial balance is another one"
            self.report.find("trial_balance_differs", version, detail)

    def _trial_balance(self, closing: PeriodClosed) -> tuple[AccountBalance, ...]:
        sums: defaultdict[tuple[str, str], int] = defaultdict(int)
        for key, days in self.sums.items():
            if closing.contract in {None, key.contract}:
                sums[key.account, key.fund] += sum(
                    amount for day, amount in days.items() if day <= closing.last_on
                )
        return tuple(
            AccountBalance(account, fund, amount)
            for (account, fund), amount in sorted(sums.items())
            if amount
        )
