"""The journal for Beancount: entries with metadata, and every account's balance at month ends."""

import datetime
from collections.abc import Iterable, Iterator, Mapping

from projections.exports.account_names import to_beancount
from projections.exports.amounts import written
from projections.exports.entries import Entry
from projections.exports.figures import Figures, heading
from projections.exports.month_ends import MonthEnds
from projections.exports.wanted import Wanted
from projections.reading.span import ONE_DAY


def beancount_journal(wanted: Wanted, figures: Figures, entries: Iterable[Entry]) -> Iterator[str]:
    """The journal, a few lines at a time."""
    yield "; the journal of an outcomes ledger, for Beancount\n"
    yield from (f"; {name}: {value}\n" for name, value in heading(wanted, figures).items())
    yield f'\noption "title" "{wanted.ledger}"\n'
    yield f'option "operating_currency" "{wanted.currency}"\n\n'
    if figures.first_on is not None:
        yield from _openings(figures, figures.first_on, wanted.currency)
    ends = MonthEnds(wanted.span.ends_on)
    for entry in entries:
        for day, balances in ends.before(entry):
            yield _assertions(day, balances, wanted.currency)
        ends.count(entry)
        yield _transaction(entry, wanted.currency)
    for day, balances in ends.after_all():
        yield _assertions(day, balances, wanted.currency)


def _openings(figures: Figures, day: datetime.date, currency: str) -> Iterator[str]:
    for account in sorted({row.account for row in figures.rows}):
        yield f'{day} open {to_beancount(account)} {currency}\n  account: "{account}"\n'


def _transaction(entry: Entry, currency: str) -> str:
    lines = [
        f'\n{entry.posted_on} * "{entry.title}"',
        f"  version: {entry.version}",
        f"  effective: {entry.effective_on}",
        *(f'  {name}: "{value}"' for name, value in entry.references.items()),
    ]
    if entry.causes:
        lines.append(f'  causes: "{" ".join(map(str, entry.causes))}"')
    for line in entry.lines:
        amount = f"{written(line.amount_minor)} {currency}"
        lines.append(f"  {to_beancount(line.account)}  {amount}")
        of_line = {"contract": line.contract, **line.tags}
        lines += [f'    {name}: "{value}"' for name, value in of_line.items()]
    return "\n".join(lines) + "\n"


def _assertions(day: datetime.date, balances: Mapping[str, int], currency: str) -> str:
    """What every account stands at: Beancount looks when the next day begins, where there is one.

    Without `~ 0.00` it would let a penny pass.
    """
    if day == datetime.date.max:
        return ""
    lines = [
        f"{day + ONE_DAY} balance {to_beancount(account)}  "
        f"{written(balances[account])} ~ 0.00 {currency}"
        for account in sorted(balances)
    ]
    return "\n" + "\n".join(lines) + "\n"
