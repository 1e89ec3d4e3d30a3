"""The journal for hledger: every entry with its tags, and every account asserted at month ends."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from projections.exports.amounts import written
from projections.exports.entries import Entry
from projections.exports.figures import Figures, heading
from projections.exports.month_ends import MonthEnds
from projections.exports.wanted import Wanted

TYPES: Final = {"assets": "A", "liabilities": "L", "income": "R", "expenses": "X"}


def hledger_journal(wanted: Wanted, figures: Figures, entries: Iterable[Entry]) -> Iterator[str]:
    """The journal, a few lines at a time."""
    yield "; the journal of an outcomes ledger, for hledger\n"
    yield from (f"; {name}: {value}\n" for name, value in heading(wanted, figures).items())
    yield f"\ncommodity 1000.00 {wanted.currency}\n"
    yield from (f"account {kind}  ; type: {letter}\n" for kind, letter in TYPES.items())
    for account in sorted({row.account for row in figures.rows}):
        yield f"account {account}\n"
    ends = MonthEnds(wanted.span.ends_on)
    for entry in entries:
        for day, balances in ends.before(entry):
            yield _assertions(day, balances, wanted.currency)
        ends.count(entry)
        yield _transaction(entry, wanted.currency)
    for day, balances in ends.after_all():
        yield _assertions(day, balances, wanted.currency)


def _transaction(entry: Entry, currency: str) -> str:
    tags: dict[str, object] = {
        "version": entry.version,
        "effective": entry.effective_on,
        **entry.references,
    }
    if entry.causes:
        tags["causes"] = " ".join(map(str, entry.causes))
    lines = [f"\n{entry.posted_on} * {entry.title}  ; {_tags(tags)}"]
    for line in entry.lines:
        amount = f"{written(line.amount_minor)} {currency}"
        of_line = {"contract": line.contract, **line.tags}
        lines.append(f"    {line.account}  {amount}  ; {_tags(of_line)}")
    return "\n".join(lines) + "\n"


def _tags(tags: Mapping[str, object]) -> str:
    return ", ".join(f"{name}:{value}" for name, value in tags.items())


def _assertions(day: datetime.date, balances: Mapping[str, int], currency: str) -> str:
    """A transaction that moves nothing and says what every account stands at."""
    lines = [f"\n{day} * balances at the end of the day  ; assertion:"]
    lines += [
        f"    {account}  0.00 {currency} = {written(balances[account])} {currency}"
        for account in sorted(balances)
    ]
    return "\n".join(lines) + "\n"
