"""An accountant who keeps the journal by the day of posting, and closes and reopens periods.

It takes the entries that the posting rules make, and decides by itself on which day each is posted.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from ledger.events.codec import AnyEvent, encode_event
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.log.tree import Frontier, leaf_hash
from projections.folds.bearings import Bearings
from projections.folds.journal import entries_of
from projections.folds.ledger_reader import read_event
from projections.rows import Page
from tests.properties.facts import CONTRACT, Sent, fact
from tests.properties.world import World

A_DAY: Final = datetime.timedelta(days=1)
BEFORE: Final = datetime.date(2020, 8, 31)
LENGTHS: Final = (30, 92, 365, 400)


@dataclass
class Accountant:
    """The journal so far, and the last closed days of each contract and of the ledger."""

    bearings: Bearings = field(default_factory=Bearings)
    closed: dict[str | None, list[datetime.date]] = field(default_factory=dict)
    lines: list[tuple[datetime.date, str, str, str, int]] = field(default_factory=list)
    standing: list[AnyEvent] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    posted: dict[int, datetime.date] = field(default_factory=dict)

    def read_all(self, events: Iterable[AnyEvent]) -> "Accountant":
        """Take several events in their order."""
        for event in events:
            self.read(event)
        return self

    def read(self, event: AnyEvent) -> None:
        """Take the next event: post it, or note which days are closed from now on."""
        read_event(event, None, self.bearings, Page(0))
        for entry in entries_of(event, self.bearings):
            ends = [days[-1] for key in (None, entry.contract) if (days := self.closed.get(key))]
            undone = getattr(event.data, "reversed_version", getattr(event.data, "version", 0))
            starts = max(entry.effective_on, self.posted.get(undone, datetime.date.min))
            on = max([starts, *(end + A_DAY for end in ends if starts <= end)])
            self.posted[event.version] = on
            self.lines += [
                (on, entry.contract, line.account, line.fund, line.amount_minor)
                for line in entry.lines
            ]
        self.frontier = self.frontier.append(leaf_hash(encode_event(event)))
        self._note(event)

    def _note(self, event: AnyEvent) -> None:
        step = event.data
        if isinstance(step, PeriodClosed):
            days = self.closed.setdefault(step.contract, [])
            if step.last_on not in days:
                days.append(step.last_on)
            self.standing.append(event)
        elif isinstance(step, PeriodReopened):
            self.closed[step.contract].remove(step.last_on)
            self.standing = [kept for kept in self.standing if not _same(kept.data, step)]

    def trial_balance(self, contract: str | None, upto: datetime.date) -> list[dict[str, Any]]:
        """What was posted up to a day, by account and fund."""
        sums: Counter[tuple[str, str]] = Counter()
        for on, within, account, fund, amount in self.lines:
            if on <= upto and contract in {None, within}:
                sums[account, fund] += amount
        return [
            {"account": account, "fund": fund, "balance_minor": sums[account, fund]}
            for account, fund in sorted(sums)
            if sums[account, fund]
        ]

    def must_hold(self) -> None:
        """What stands closed says what it said, and every fund of it balances."""
        for event in self.standing:
            stored = event.data.trial_balance
            told = [(row.account, row.fund, row.balance_minor) for row in stored]
            again = self.trial_balance(event.data.contract, event.data.last_on)
            assert told == [tuple(row.values()) for row in again], "a closed report has changed"
            for fund in {row.fund for row in stored}:
                assert sum(row.balance_minor for row in stored if row.fund == fund) == 0


def _same(closed: PeriodClosed, opened: PeriodReopened) -> bool:
    return (closed.contract, closed.first_on, closed.last_on) == (
        opened.contract,
        opened.first_on,
        opened.last_on,
    )


def period_step(chance: Random, world: World) -> Sent:
    """Close the next period of a contract or of the ledger, make one hard, or reopen the last."""
    accountant = Accountant().read_all(world.events)
    contract = chance.choice((None, CONTRACT, CONTRACT))
    spans = [e.data for e in accountant.standing if e.data.contract == contract]
    how = chance.choice(("close", "close", "harden", "reopen")) if spans else "close"
    actor = chance.choice(("finance", "finance", "approver"))
    if how == "reopen":
        last = max(spans, key=lambda span: span.last_on)
        return _of(contract, last.first_on, last.last_on, actor, reason_code="late")
    if how == "harden":
        soft = chance.choice(spans)
        first, last_on = soft.first_on, soft.last_on
    else:
        days = accountant.closed.get(contract)
        first = (days[-1] if days else BEFORE + A_DAY * chance.choice((0, 120, 480))) + A_DAY
        last_on = first + A_DAY * chance.choice(LENGTHS)
    stored = {
        "hardness": "hard" if how == "harden" else chance.choice(("soft", "soft", "hard")),
        "trial_balance": accountant.trial_balance(contract, last_on),
        "at_version": len(world.events),
        "root": accountant.frontier.root().hex(),
    }
    return _of(contract, first, last_on, actor, **stored)


def _of(
    contract: str | None, first: datetime.date, last: datetime.date, actor: str, **content: Any
) -> Sent:
    kind = "period.reopened" if "reason_code" in content else "period.closed"
    span = {"from": first.isoformat(), "to": last.isoformat()}
    actor, sent = fact(kind, "2024-05-31", actor, **span, **content)
    if contract is None:
        del sent["data"]["contract"]
    return actor, sent


def live_through(world: World, facts: Iterable[Sent], chance: Random, *, often: int = 8) -> None:
    """Tell a ledger some facts, and close or reopen a period now and then in between."""
    for sent in facts:
        world.take(sent)
        if world.events and chance.randrange(often) == 0:
            world.take(period_step(chance, world))
