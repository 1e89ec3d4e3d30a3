"""A partner's accountant, who knows the events alone: what accrued, what was held, what was paid.

It shares no code with the rules. What it holds is `domain.md` 7 and decision 0030.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.events.cash import FeeCredited, FeeDisputed, FeeDisputeWithdrawn, FeePaid
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    PartnerSettled,
    PartnerUnsettled,
    SettlementApproved,
    SettlementCollected,
    SettlementPaid,
    SettlementWithdrawn,
)


@dataclass
class Accountant:
    """The partners' accounts of one contract, kept from the events in their order."""

    fees: dict[int, AnyEvent] = field(default_factory=dict)
    reversals: dict[int, int] = field(default_factory=dict)
    runs: dict[str, AnyEvent] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)
    accrued: Counter[str] = field(default_factory=Counter)
    paid: Counter[str] = field(default_factory=Counter)
    disputes: Counter[tuple[str, str]] = field(default_factory=Counter)
    banks: dict[str, tuple[str, bool]] = field(default_factory=dict)
    setters: set[tuple[str, str, str]] = field(default_factory=set)
    payments: dict[int, AnyEvent] = field(default_factory=dict)
    came_back: set[int] = field(default_factory=set)

    def read_all(self, events: Iterable[AnyEvent]) -> None:
        """Take several events in their order."""
        for event in events:
            self.read(event)

    def read(self, event: AnyEvent) -> None:
        """Take the next event, and object to whatever about it cannot be."""
        match event.data:
            case FeeAccrued() | FeeReversed() as fee:
                self.fees[event.version] = event
                self.accrued[fee.partner] += fee.amount_minor
                if isinstance(fee, FeeReversed):
                    self.reversals[fee.reversed_version] = event.version
            case FeePaid() as fact:
                self.paid[fact.partner] += fact.amount_minor
            case FeeDisputed() as fact:
                self.disputes[fact.partner, fact.invoice] += fact.amount_minor
            case FeeDisputeWithdrawn() | FeeCredited() as fact:
                key = fact.partner, fact.invoice
                self.disputes[key] = max(0, self.disputes[key] - fact.amount_minor)
            case PartnerBankSet() as bank:
                self.banks[bank.partner] = (bank.fingerprint, False)
                self.setters.add((bank.partner, bank.fingerprint, event.actor))
            case PartnerBankConfirmed() as bank:
                assert (bank.partner, bank.fingerprint, event.actor) not in self.setters
                assert self.banks[bank.partner] == (bank.fingerprint, False)
                self.banks[bank.partner] = (bank.fingerprint, True)
            case SettlementCollected():
                self._collected(event)
            case SettlementApproved() | SettlementWithdrawn() | SettlementPaid():
                self._moved(event)
            case PartnerSettled():
                self._settled(event)
            case PartnerUnsettled():
                self._unsettled(event)

    def _collected(self, event: AnyEvent) -> None:
        run = event.data
        assert run.settlement not in self.runs, "a reference is taken for ever"
        for part in run.partners:
            for version in part.accruals:
                assert version not in self.held, "a fee is in at most one live settlement"
                assert version <= run.known_at
                fee = self.fees[version]
                assert fee.effective_on <= run.upto
                assert fee.data.partner == part.partner
                self.held[version] = run.settlement
            amounts = [self.fees[version].data.amount_minor for version in part.accruals]
            assert part.accrued_minor == sum(amounts)
            assert part.pay_minor >= 0
            due = part.accrued_minor + part.brought_minor
            assert part.carried_minor == due - part.pay_minor
            assert part.pay_minor <= max(0, due - part.disputed_minor)
            assert part.disputed_minor == self.disputed(part.partner)
            assert sum(borne.amount_minor for borne in part.funds) == part.pay_minor
        self.runs[run.settlement] = event
        self.states[run.settlement] = "drafted"

    def _moved(self, event: AnyEvent) -> None:
        name = event.data.settlement
        collected = self.runs[name]
        before, state = self.states[name], event.type.removeprefix("settlement.")
        assert (before, state) in {
            *(("drafted", "approved"), ("approved", "paid")),
            *(("drafted", "withdrawn"), ("approved", "withdrawn")),
        }
        self.states[name] = state
        if state == "withdrawn":
            self.held = {v: holder for v, holder in self.held.items() if holder != name}
            return
        assert state != "approved" or event.actor != collected.actor, "who drafted cannot approve"
        for part in collected.data.partners:
            assert part.pay_minor == 0 or self.banks[part.partner][1], "the account is confirmed"

    def _settled(self, event: AnyEvent) -> None:
        paid = event.data
        assert self.states[paid.settlement] == "paid"
        parts = self.runs[paid.settlement].data.partners
        [part] = [part for part in parts if part.partner == paid.partner]
        assert (paid.amount_minor, paid.funds) == (part.pay_minor, part.funds)
        assert paid.fingerprint == self.banks[paid.partner][0]
        owed = self.accrued[paid.partner] - self.paid[paid.partner]
        most = owed - self.disputed(paid.partner)
        assert paid.amount_minor <= most, "nobody is paid more than is owed and not disputed"
        self.paid[paid.partner] += paid.amount_minor
        self.payments[event.version] = event

    def _unsettled(self, event: AnyEvent) -> None:
        back = event.data
        assert back.settled_version not in self.came_back, "a payment comes back once"
        self.came_back.add(back.settled_version)
        payment = self.payments[back.settled_version]
        assert event.effective_on >= payment.effective_on, "nothing comes back before it went out"
        paid = payment.data
        assert (back.settlement, back.partner) == (paid.settlement, paid.partner)
        assert (back.bank_account, back.fingerprint) == (paid.bank_account, paid.fingerprint)
        negated = [(borne.fund, -borne.amount_minor) for borne in paid.funds]
        assert [(borne.fund, borne.amount_minor) for borne in back.funds] == negated
        assert back.amount_minor == -paid.amount_minor
        self.paid[back.partner] += back.amount_minor
        self.banks[back.partner] = (self.banks[back.partner][0], False)

    def disputed(self, partner: str) -> int:
        """What is in dispute of a partner's invoices."""
        return sum(amount for (whose, _), amount in self.disputes.items() if whose == partner)

    def waiting(self) -> set[int]:
        """The fees and reversals that no live settlement holds and that do not net out."""
        free = self.fees.keys() - self.held.keys()
        netted = {
            version
            for accrued, reversal in self.reversals.items()
            if {accrued, reversal} <= free
            for version in (accrued, reversal)
        }
        return free - netted

    def sum_of(self, versions: Iterable[int], partner: str) -> int:
        """What some fees and reversals of a partner add up to."""
        fees: list[Any] = [self.fees[version].data for version in versions]
        return sum(fee.amount_minor for fee in fees if fee.partner == partner)
