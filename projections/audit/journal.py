"""Does the journal balance? Entry by entry and per fund, from the postings folded again.

The trial balance of each fund is kept as the log goes on: it is zero at every version. And what is
in the journal lies under an account, a contract and a fund, for whoever adds it up.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projections.audit.findings import Report
from projections.rows import Page, Posting, Series


class Account(NamedTuple):
    """What a line of the journal is added to."""

    contract: str
    account: str
    fund: str


@dataclass(slots=True)
class JournalLines:
    """The lines of the journal that a growing page has got since it was last looked at."""

    accounts: dict[int, Account] = field(default_factory=dict)
    page: Page | None = None
    taken: tuple[int, int] = (0, 0)

    def take(self, page: Page) -> list[tuple[Account, Posting]]:
        """The new lines, each with its account."""
        if page is not self.page:
            self.page, self.taken = page, (0, 0)
        series, postings = page.rows[Series], page.rows[Posting]
        for key in series[self.taken[0] :]:
            if isinstance(key, Series) and key.book == "journal":
                self.accounts[key.series] = Account(key.contract, key.account, key.fund)
        lines = list(self._of_journal(postings[self.taken[1] :]))
        self.taken = (len(series), len(postings))
        return lines

    def _of_journal(self, postings: Sequence[object]) -> Iterator[tuple[Account, Posting]]:
        for line in postings:
            if isinstance(line, Posting) and line.series in self.accounts:
                yield self.accounts[line.series], line


@dataclass(slots=True)
class JournalCheck:
    """Adds each event's lines up per fund, and keeps every fund's trial balance."""

    report: Report
    balances: Counter[str] = field(default_factory=Counter)

    def follow(self, version: int, lines: list[tuple[Account, Posting]]) -> None:
        """Take the lines that one event posted."""
        sums: Counter[str] = Counter()
        for account, line in lines:
            sums[account.fund] += line.amount_minor
        for fund, amount_minor in sums.items():
            self.report.count("entries per fund")
            if not amount_minor:
                continue
            self.report.find("journal_unbalanced", version, f"{fund} is off by {amount_minor}")
            if not self.balances[fund]:
                self.report.find("trial_balance_off", version, f"{fund}: no longer zero")
            self.balances[fund] += amount_minor
