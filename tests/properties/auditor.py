"""An auditor who knows the events alone: it keeps its own accounts and objects to what is wrong.

It shares no code with the rules. What it holds is `domain.md` 4 and 5, read as an accountant would.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.events.cash import GrantAgreed
from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    FeeAccrued,
    FeeReversed,
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
)
from ledger.events.delivery import OrderPlaced
from ledger.events.terms import CapSet, RateCardIssued


@dataclass
class Auditor:
    """Accounts of every contract, kept from the events in the order of their versions."""

    caps: list[AnyEvent] = field(default_factory=list)
    prices: dict[tuple[str, int, str], int] = field(default_factory=dict)
    orders: list[AnyEvent] = field(default_factory=list)
    grants: dict[tuple[str, str], int] = field(default_factory=dict)
    standing: dict[tuple[Any, ...], AnyEvent] = field(default_factory=dict)
    withheld: dict[tuple[Any, ...], AnyEvent] = field(default_factory=dict)
    used: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    exact: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    accrued: dict[tuple[str, str, str], AnyEvent] = field(default_factory=dict)
    version: int = 0
    recorded_at: str = ""

    def read_all(self, events: Iterable[AnyEvent]) -> None:
        """Take several events in their order."""
        for event in events:
            self.read(event)

    def read(self, event: AnyEvent) -> None:
        """Take the next event, and object to whatever about it cannot be."""
        assert event.version == self.version + 1, "versions are dense"
        assert event.recorded_at >= self.recorded_at, "recorded time never runs backwards"
        assert all(cause < event.version for cause in event.causes), "a cause comes before"
        self.version, self.recorded_at = event.version, event.recorded_at
        match event.data:
            case CapSet():
                self.caps.append(event)
            case RateCardIssued():
                for line in event.data.triggers:
                    key = (event.data.contract, event.version, line.trigger)
                    self.prices[key] = line.price_minor or 0
            case OrderPlaced():
                self.orders.append(event)
            case GrantAgreed():
                self.grants[event.data.contract, event.data.reference] = event.data.amount_minor
            case PaymentReleased():
                self._released(event)
            case PaymentReversed():
                self._reversed(event)
            case PaymentWithheld():
                self._withheld(event)
            case PaymentLapsed():
                gone = self.withheld.pop(subject(event), None)
                assert gone is not None, "only a withheld row can lapse"
                assert gone.data.payment == event.data.payment
            case PaymentEvidenceChanged():
                moved = self.standing.get(subject(event))
                assert moved is not None, "the evidence of a standing payment changes, no other's"
                assert moved.data.payment == event.data.payment
            case FeeAccrued():
                self._accrued(event)
            case FeeReversed():
                self._fee_reversed(event)

    def _released(self, event: AnyEvent) -> None:
        data = event.data
        assert subject(event) not in self.standing, "a trigger is paid once, by any path"
        assert data.payment == f"P{event.version}"
        self._adds_up(data)
        if data.kind == "grant":
            assert data.amount_minor == self.grants[data.contract, data.reference]
        else:
            price = self.prices[data.contract, data.card_version, data.trigger]
            assert data.amount_minor == price, "the card says the price"
        assert all(line.amount_minor >= 0 and line.unfunded_minor >= 0 for line in data.split)
        funders = [line.funder for line in data.split]
        assert len(funders) == len(set(funders)), "one line a funder"
        self._within_caps(event)
        self._book(data, sign=1)
        self.withheld.pop(subject(event), None)
        self.standing[subject(event)] = event

    def _reversed(self, event: AnyEvent) -> None:
        before = self.standing.pop(subject(event), None)
        assert before is not None, "only what stands is reversed"
        data, was = event.data, before.data
        assert (data.payment, data.reversed_version) == (was.payment, before.version)
        assert event.effective_on == before.effective_on, "a reversal keeps its payment's date"
        assert data.amount_minor == -was.amount_minor
        assert [(line.funder, -line.amount_minor, -line.unfunded_minor) for line in data.split] == [
            (line.funder, line.amount_minor, line.unfunded_minor) for line in was.split
        ], "the exact negation of the stored pennies"
        self._adds_up(data)
        self._book(data, sign=1)

    def _withheld(self, event: AnyEvent) -> None:
        assert subject(event) not in self.standing, "what stands is not withheld"
        assert event.data.payment == f"W{event.version}"
        assert event.data.amount_minor > 0
        self.withheld[subject(event)] = event

    @staticmethod
    def _adds_up(data: Any) -> None:
        assert data.funded_minor == sum(line.amount_minor for line in data.split)
        assert data.unfunded_minor == sum(line.unfunded_minor for line in data.split)
        assert data.amount_minor == data.funded_minor + data.unfunded_minor, "the parts add up"

    def _book(self, data: Any, *, sign: int) -> None:
        child = data.child or ""
        for line in data.split:
            self.used[data.contract, "funder", line.funder] += sign * line.amount_minor
            self.paid[line.funder] += line.amount_minor + line.unfunded_minor
            share = Fraction(data.amount_minor * line.parts, line.parts_total)
            self.exact[line.funder] += share
        self.used[data.contract, "contract", ""] += data.funded_minor
        if child:
            self.used[data.contract, "child", child] += data.funded_minor

    def _within_caps(self, event: AnyEvent) -> None:
        data = event.data
        for line in data.split:
            self._fits(event, "funder", line.funder, line.amount_minor)
        self._fits(event, "contract", "", data.funded_minor)
        if data.child is not None:
            self._fits(event, "child", data.child, data.funded_minor)

    def _fits(self, event: AnyEvent, kind: str, name: str, amount: int) -> None:
        cap = self.cap_for(event, kind, name)
        if cap is None or amount == 0:
            return
        used = self.used[event.data.contract, kind, name]
        assert used + amount <= cap.limit_minor, f"the cap of {kind} {name} is exceeded"

    def cap_for(self, event: AnyEvent, kind: str, name: str) -> CapSet | None:
        """Find the cap in force on the payment's date, by what was recorded before it."""
        fitting = [
            cap
            for cap in self.caps
            if cap.data.contract == event.data.contract
            and cap.effective_on <= event.effective_on
            and cap.data.per_child is (kind == "child")
            and (cap.data.funder or "") == (name if kind == "funder" else "")
        ]
        best = max(fitting, key=lambda cap: (cap.effective_on, cap.version), default=None)
        return None if best is None else best.data

    def _accrued(self, event: AnyEvent) -> None:
        key = session(event)
        assert key not in self.accrued, "a session accrues one fee at a time"
        assert event.data.amount_minor >= 0
        assert event.data.over_limit_minor >= 0
        self.accrued[key] = event

    def _fee_reversed(self, event: AnyEvent) -> None:
        before = self.accrued.pop(session(event), None)
        assert before is not None, "only an accrued fee is reversed"
        assert event.effective_on == before.effective_on
        assert event.data.reversed_version == before.version
        assert event.data.amount_minor == -before.data.amount_minor
        assert event.data.over_limit_minor == -before.data.over_limit_minor

    def net_payments(self) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """What stands now: trigger by trigger, the amount and who pays it."""
        return {
            key: (
                event.data.amount_minor,
                tuple((s.funder, s.amount_minor, s.unfunded_minor) for s in event.data.split),
            )
            for key, event in self.standing.items()
        }

    def drift(self) -> dict[str, Fraction]:
        """How far each funder is from its exact share, in pennies, before caps."""
        return {funder: self.paid[funder] - self.exact[funder] for funder in self.exact}


def subject(event: AnyEvent) -> tuple[Any, ...]:
    """What a payment is for: a child's trigger, or a grant's reference."""
    data = event.data
    if data.kind == "grant":
        return (data.contract, "grant", data.reference)
    return (data.contract, data.child, data.trigger)


def session(event: AnyEvent) -> tuple[str, str, str]:
    """The session that a fee is for."""
    return event.data.contract, event.data.order, event.data.session
