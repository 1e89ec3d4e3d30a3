"""Where partners stand in a contract, fund by fund (`domain.md` 7; 0030).

A fee belongs to the fund of the terms that priced it, and so does its reversal. While no settlement
holds either of the two, neither waits for one: they net out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from projections.bundle.checker.history import Event

GENERAL: Final = "general"
PAPERS: Final = (
    *("fee.invoiced", "fee.disputed", "fee.dispute_withdrawn", "fee.credited"),
    "fee.paid",
)
ByFund = Counter[str]
"""Minor units by fund; also below nothing, so never added up by `+`."""


@dataclass
class Charge:
    """A fee, or a reversal of one (below nothing); `pair` is the other of the two, if there is one.

    `holder` is the live settlement that has it; `free_on` is the day on which one let it go.
    """

    version: int
    day: str
    fund: str
    amount: int
    pair: "Charge | None" = None
    holder: str = ""
    free_on: str = ""

    def waits(self) -> bool:
        """Whether a settlement may take it."""
        return not self.holder and (self.pair is None or self.pair.holder != "")


@dataclass
class PartnerInvoice:
    """What a partner wrote; what is, what was in dispute, what is credited: in minor units."""

    partner: str
    fund: str
    amount: int
    in_dispute: int = 0
    disputed: int = 0
    credited: int = 0

    def room(self, kind: str) -> int:
        """What a dispute, its withdrawal, or a credit note may be at most, in minor units."""
        if kind == "fee.dispute_withdrawn":
            return self.in_dispute
        return self.amount - (self.disputed if kind == "fee.disputed" else self.credited)

    def learn(self, kind: str, amount: int) -> None:
        """A credit note settles what is in dispute first; what is given up was never disputed."""
        if kind == "fee.disputed":
            self.in_dispute += amount
            self.disputed += amount
            return
        self.in_dispute = max(0, self.in_dispute - amount)
        if kind == "fee.credited":
            self.credited += amount
        else:
            self.disputed -= amount


@dataclass
class Partners:
    """The partners of one contract: their orders, charges and invoices, what they were paid.

    What settlements hold, what has accrued and what is in dispute is kept added up, in minor units:
    adding it up for each partner of each run would take the square of a ledger's years.
    """

    orders: dict[str, Event] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    funds: dict[int, str] = field(default_factory=dict)
    charges: dict[str, dict[int, Charge]] = field(default_factory=dict)
    unheld: dict[str, dict[int, Charge]] = field(default_factory=dict)
    held: dict[str, ByFund] = field(default_factory=dict)
    accrued: Counter[str] = field(default_factory=Counter)
    disputed: Counter[str] = field(default_factory=Counter)
    invoices: dict[str, PartnerInvoice] = field(default_factory=dict)
    credit_notes: set[str] = field(default_factory=set)
    paid: dict[str, ByFund] = field(default_factory=dict)

    def learn(self, event: Event) -> None:
        """Take an event about orders, fees and partners' papers; others say nothing here."""
        said = event["data"]
        match event["type"]:
            case "order.placed":
                if said["order"] not in self.orders:
                    self.names.add(said["partner"])
                self.orders[said["order"]] = said
                self.funds[event["version"]] = said["fund"]
            case "fee.accrued" | "fee.reversed":
                self._charge(event)
            case "fee.invoiced":
                invoice = PartnerInvoice(said["partner"], self._fund(said), said["amount_minor"])
                self.invoices[said["invoice"]] = invoice
            case "fee.disputed" | "fee.dispute_withdrawn" | "fee.credited":
                if "credit_note" in said:
                    self.credit_notes.add(said["credit_note"])
                if said["invoice"] in self.invoices:
                    self._about(self.invoices[said["invoice"]], event)
            case "fee.paid":
                self.pay(said["partner"], {self._fund(said): said["amount_minor"]})
            case _:
                pass

    def objection(self, event: Event) -> str:
        """Why a paper cannot be: of nobody, about no invoice, above its invoice; else nothing."""
        said, kind = event["data"], event["type"]
        named = said.get("invoice")
        if said["partner"] not in self.names:
            return "no order was placed with the partner"
        if kind == "fee.invoiced":
            order = said.get("order")
            if order and self.orders.get(order, {}).get("partner") != said["partner"]:
                return "the partner has no such order"
            return "there is an invoice of that name" if named in self.invoices else ""
        if named is None:
            return ""
        invoice = self.invoices.get(named)
        if invoice is None or invoice.partner != said["partner"]:
            return "the partner wrote no such invoice"
        if said.get("credit_note") in self.credit_notes:
            return "there is a credit note of that name"
        if kind != "fee.paid" and said["amount_minor"] > invoice.room(kind):
            return f"it may be {invoice.room(kind)} at most"
        return ""

    def _charge(self, event: Event) -> None:
        said = event["data"]
        charges = self.charges.setdefault(said["partner"], {})
        fund = self.funds[said["terms_version"]]
        charge = Charge(event["version"], event["effective_on"], fund, said["amount_minor"])
        charge.pair = charges.get(said.get("reversed_version", 0))
        if charge.pair is not None:
            charge.pair.pair = charge
        charges[charge.version] = charge
        self.unheld.setdefault(said["partner"], {})[charge.version] = charge
        self.accrued[said["partner"]] += charge.amount

    def _about(self, invoice: PartnerInvoice, event: Event) -> None:
        before = invoice.in_dispute
        invoice.learn(event["type"], event["data"]["amount_minor"])
        self.disputed[invoice.partner] += invoice.in_dispute - before

    def _fund(self, said: Event) -> str:
        """Of the order or the invoice that is named, else of the partner."""
        order, invoice = said.get("order") or "", said.get("invoice") or ""
        if order in self.orders:
            return str(self.orders[order]["fund"])
        if invoice in self.invoices:
            return self.invoices[invoice].fund
        return self.fund_of(said["partner"])

    def fund_of(self, partner: str) -> str:
        """The one fund of all orders of a partner, by their latest terms; else the general one."""
        found = {terms["fund"] for terms in self.orders.values() if terms["partner"] == partner}
        return str(found.pop()) if len(found) == 1 else GENERAL

    def hold(self, partner: str, version: int, settlement: str) -> None:
        """A settlement takes a charge of a partner, if there is one of this version."""
        charge = self.charges.get(partner, {}).get(version)
        if charge is None:
            return
        if not charge.holder:
            del self.unheld[partner][version]
            self.held.setdefault(partner, Counter())[charge.fund] += charge.amount
        charge.holder = settlement

    def let_go(self, settlement: str, day: str) -> None:
        """What a settlement held waits for another one from this day on."""
        for partner, charges in self.charges.items():
            for charge in charges.values():
                if charge.holder == settlement:
                    charge.holder, charge.free_on = "", day
                    self.unheld[partner][charge.version] = charge
                    self.held[partner][charge.fund] -= charge.amount

    def waiting(self, partner: str) -> list[Charge]:
        """The charges of a partner that a settlement may take, in order of version."""
        unheld = self.unheld.get(partner, {})
        return [unheld[version] for version in sorted(unheld) if unheld[version].waits()]

    def pay(self, partner: str, amounts: dict[str, int]) -> None:
        """Money went out, or came back (below nothing): minor units by fund."""
        self.paid.setdefault(partner, Counter()).update(amounts)


def by_fund(charges: Iterable[Charge]) -> ByFund:
    """What some charges add up to in each fund."""
    sums: ByFund = Counter()
    for charge in charges:
        sums[charge.fund] += charge.amount
    return sums
