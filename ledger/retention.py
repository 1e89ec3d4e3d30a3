"""Retention: from which day on a kind of data is due to go (`domain.md` 11, decision 0020)."""

import datetime
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from ledger.events.privacy import RetentionSet
from ledger.events.terms import CohortOpened
from ledger.events.words import Basis, ErasureScope, RetainedKind

MONTHS_A_YEAR: Final = 12
DUE_BASIS: Final[Basis] = "no_longer_necessary"
"""The ground in law of an erasure that is asked for because a rule says that it is due."""
SCOPE_OF: Final[Mapping[RetainedKind, ErasureScope]] = {"scores": "all", "identity": "identity"}
"""Kind of data -> the erasure that it takes; scores first, because they take the identity."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A retention rule as recorded: its terms, and when it came into force and into the log."""

    version: int
    effective_on: datetime.date
    terms: RetentionSet


def rule_in_force(
    rules: Iterable[RetentionRule], kind: RetainedKind, day: datetime.date
) -> RetentionRule | None:
    """Find the rule of one contract that a kind of data is kept by on a day.

    The latest date in force wins, then the latest version: a rule can be mended from its own day
    on. Without a rule the data is kept.
    """
    candidates = [rule for rule in rules if rule.effective_on <= day and rule.terms.kind == kind]
    return max(candidates, key=lambda rule: (rule.effective_on, rule.version), default=None)


def left_programme_on(
    left_on: datetime.date | None, cohort: CohortOpened | None
) -> datetime.date | None:
    """The day a child left the programme: withdrawn or completed, else its cohort's last day.

    That is the last day of the second programme year. None while neither is known.
    """
    if left_on is not None:
        return left_on
    return None if cohort is None else cohort.years[-1].last_on


def counted_from(
    rule: RetentionSet,
    *,
    left_on: datetime.date | None,
    contract_ends_on: datetime.date,
    last_payment_on: datetime.date | None,
) -> datetime.date | None:
    """The day from which the months are counted; None while it is not known.

    Where nothing was ever paid the end of the contract stands for the last payment.
    """
    match rule.after:
        case "left_programme":
            return left_on
        case "contract_ended":
            return contract_ends_on
        case "last_payment":
            return contract_ends_on if last_payment_on is None else last_payment_on
        case _:
            assert_never(rule.after)


def due_on(
    rule: RetentionSet,
    *,
    left_on: datetime.date | None,
    contract_ends_on: datetime.date,
    last_payment_on: datetime.date | None,
) -> datetime.date | None:
    """The first day on which one contract needs the data no more; None while it is not known.

    Never before the child has left, and without a child never before the contract has ended:
    until then a payment is not known to be the last one.
    """
    start = counted_from(
        rule,
        left_on=left_on,
        contract_ends_on=contract_ends_on,
        last_payment_on=last_payment_on,
    )
    if start is None:
        return None
    return max(months_after(start, rule.months), left_on or contract_ends_on)


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month, some calendar months later.

    A month that is too short gives its last day: one month after 31 January is the last day of
    February. Counted from the first day at once, so two months after it are 31 March again.
    """
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year = day.year + years
    _, last = monthrange(year, month + 1)
    return datetime.date(year, month + 1, min(day.day, last))


def due_under_all(days: Sequence[datetime.date | None]) -> datetime.date | None:
    """The day from which no contract needs the data any more: the latest.

    None where a contract keeps it: it has no rule, or its day is not known yet.
    """
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def takes(scope: ErasureScope, kind: RetainedKind) -> bool:
    """Whether an erasure of this scope destroys data of this kind."""
    needed = SCOPE_OF.get(kind)
    return needed is not None and scope in {needed, "all"}
