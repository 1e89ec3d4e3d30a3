"""Settlements with partners (`domain.md` 7; 0030): what a run holds, pays and carries.

A draft holds fees and reserves what it will pay. It pays the lesser of what is held and what has
accrued by now, less what was paid, what other drafts reserve, and what is disputed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from projections.bundle.checker.expected import Expected
from projections.bundle.checker.history import Event
from projections.bundle.checker.partner_banks import Banks
from projections.bundle.checker.partner_funds import ByFund, Charge, Partners, by_fund
from projections.bundle.checker.sharing import Part, round_by_line

COLLECTED: Final = "settlement.collected"
SETTLED: Final = "partner.settled"
UNSETTLED: Final = "partner.unsettled"
AMOUNT_MAX: Final = 10**15


@dataclass
class Run:
    """A settlement as it was stored; `unpaid` are the parts that it will pay yet, by partner.

    It is in a state since its latest step; `returned` are the partners whose payment came back.
    """

    event: Event
    unpaid: dict[str, dict[str, Any]]
    since: str
    state: str = "drafted"
    payments: dict[str, Event] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)


@dataclass
class PartnerDesk:
    """The settlements of one contract."""

    partners: Partners = field(default_factory=Partners)
    runs: dict[str, Run] = field(default_factory=dict)

    def hold(self, event: Event) -> None:
        """Let a settlement have its fees, and reserve what it pays."""
        said = event["data"]
        for part in said["partners"]:
            for version in part["accruals"]:
                self.partners.hold(part["partner"], version, said["settlement"])
        unpaid = {part["partner"]: part for part in said["partners"] if part["pay_minor"]}
        self.runs[said["settlement"]] = Run(event, unpaid, event["effective_on"])

    def step(self, event: Event) -> None:
        """A settlement is approved, paid or withdrawn; then what it held may be settled again."""
        name, state = event["data"]["settlement"], event["type"].partition(".")[2]
        run = self.runs.get(name)
        if run is None:
            return
        run.state, run.since = state, event["effective_on"]
        if state == "withdrawn":
            run.unpaid.clear()
            self.partners.let_go(name, event["effective_on"])

    def pay(self, event: Event) -> None:
        """What was reserved has gone out; or what had gone out is back."""
        said = event["data"]
        amounts = {part["fund"]: part["amount_minor"] for part in said["funds"]}
        self.partners.pay(said["partner"], amounts)
        run = self.runs.get(said["settlement"])
        if run is None:
            return
        if event["type"] == UNSETTLED:
            run.returned.add(said["partner"])
            return
        run.unpaid.pop(said["partner"], None)
        run.payments[said["partner"]] = event

    def collected(self, event: Event) -> Expected:
        """What a draft holds of each partner; of whom there is nothing to say is left out."""
        said = event["data"]
        known_at = said.get("known_at") or event["version"]
        parts = []
        for partner in sorted(said.get("partners") or self.partners.names):
            found = self.waiting(partner, known_at, said["upto"])
            part = self._part(partner, found)
            if found or part["pay_minor"]:
                parts.append(part)
        says = {
            "settlement": said["settlement"],
            "upto": said["upto"],
            "known_at": known_at,
            "partners": parts,
        }
        return Expected(COLLECTED, [event["version"]], says)

    def _part(self, partner: str, found: list[Charge]) -> dict[str, Any]:
        new, brought = by_fund(found), self.brought(partner)
        disputed = self.partners.disputed[partner]
        pay = max(0, min(self.payable(partner, found), AMOUNT_MAX))
        accrued, before = sum(new.values()), sum(brought.values())
        due = {fund: new[fund] + brought[fund] for fund in sorted({*new, *brought})}
        return {
            "partner": partner,
            "accruals": [charge.version for charge in found],
            "accrued_minor": accrued,
            "brought_minor": before,
            "disputed_minor": disputed,
            "pay_minor": pay,
            "carried_minor": accrued + before - pay,
            "funds": borne(due, pay) if pay else [],
        }

    def waiting(self, partner: str, known_at: int, upto: str) -> list[Charge]:
        """What a draft may take of a partner's charges."""
        return [
            charge
            for charge in self.partners.waiting(partner)
            if charge.version <= known_at and charge.day <= upto
        ]

    def held(self, partner: str) -> ByFund:
        """What live settlements hold of a partner's charges, in minor units by fund."""
        return self.partners.held.get(partner, Counter())

    def reserved(self, partner: str) -> ByFund:
        """What settlements that are not paid yet will pay, in minor units by fund."""
        sums: ByFund = Counter()
        for run in self.runs.values():
            for part in run.unpaid.get(partner, {}).get("funds", ()):
                sums[part["fund"]] += part["amount_minor"]
        return sums

    def brought(self, partner: str) -> ByFund:
        """What was held before and neither paid nor reserved; below nothing: paid too much.

        In minor units by fund.
        """
        sums: ByFund = Counter(self.held(partner))
        sums.subtract(self.reserved(partner))
        sums.subtract(self.partners.paid.get(partner, {}))
        return sums

    def payable(self, partner: str, found: list[Charge]) -> int:
        """What may be paid when these charges are held as well, in minor units."""
        held = sum(self.held(partner).values()) + sum(charge.amount for charge in found)
        gone = sum(self.reserved(partner).values())
        gone += sum(self.partners.paid.get(partner, Counter()).values())
        return min(held, self.partners.accrued[partner]) - gone - self.partners.disputed[partner]

    def settled(self, event: Event, banks: Banks) -> Iterator[Expected]:
        """One payment for each partner that is owed, to the account that stands by now."""
        said = event["data"]
        run = self.runs.get(said["settlement"])
        if run is None:
            return
        for part in run.event["data"]["partners"]:
            if not part["pay_minor"]:
                continue
            bank = banks.of(part["partner"])
            says = {
                "settlement": said["settlement"],
                "partner": part["partner"],
                "amount_minor": part["pay_minor"],
                "bank_account": said["bank_account"],
                "fingerprint": bank.fingerprint,
                "funds": part["funds"],
                "reference": said["reference"],
            }
            versions = {run.event["version"], bank.version, event["version"]}
            yield Expected(SETTLED, sorted(versions), says)

    def unsettled(self, event: Event) -> Iterator[Expected]:
        """A payment that came back: its exact negation, on the day of the bank's line."""
        said = event["data"]
        run = self.runs.get(said["settlement"])
        paid = None if run is None else run.payments.get(said["partner"])
        if paid is None:
            return
        same = ("settlement", "partner", "bank_account", "fingerprint", "reference")
        says = {name: paid["data"][name] for name in same}
        says |= {
            "amount_minor": -paid["data"]["amount_minor"],
            "funds": [
                {**part, "amount_minor": -part["amount_minor"]} for part in paid["data"]["funds"]
            ],
            "settled_version": paid["version"],
            "reason_code": said["reason_code"],
        }
        yield Expected(UNSETTLED, [paid["version"], event["version"]], says)


def borne(due: dict[str, int], pay: int) -> list[dict[str, Any]]:
    """What each fund bears of a payment, in minor units: those that owe, their own.

    Those that paid too much get it back; what is held back comes off the funds that owe, by
    largest remainder.
    """
    owing = [Part(fund, amount) for fund, amount in due.items() if amount > 0]
    back = sum(amount for amount in due.values() if amount < 0)
    round_by_line(owing, pay - back)
    amounts = due | {part.funder: part.paid for part in owing}
    return [{"fund": fund, "amount_minor": amount} for fund, amount in amounts.items() if amount]
