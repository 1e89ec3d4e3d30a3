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
    """What a partner wrote; how much is in dispute by now, how much was, how much is credited."""

    partner: str
    fund: str
    amount: int
    in_dispute: int = 0
    disputed: int = 0
    credited: int = 0

    def room(self, kind: str) -> int:
        """How much a dispute, the withdrawal of one, or a credit note may be at most."""
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
    """The partners of one contract: their orders, charges and invoices, what they were paid."""

    orders: dict[str, Event] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    funds: dict[int, str] = field(default_factory=dict)
    charges: dict[str, dict[int, Charge]] = field(default_factory=dict)
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
                    self.invoices[said["invoice"]].learn(event["type"], said["amount_minor"])
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

    def pay(self, partner: str, amounts: dict[str, int]) -> None:
        """Money went out, or came back (below nothing)."""
        self.paid.setdefault(partner, Counter()).update(amounts)

    def disputed(self, partner: str) -> int:
        """What is in dispute of a partner's invoices."""
        return sum(one.in_dispute for one in self.invoices.values() if one.partner == partner)

    def of(self, partner: str) -> list[Charge]:
        """The charges of a partner, in order of version."""
        return [*self.charges.get(partner, {}).values()]


def by_fund(charges: Iterable[Charge]) -> ByFund:
    """What some charges add up to in each fund."""
    sums: ByFund = Counter()
    for charge in charges:
        sums[charge.fund] += charge.amount
    return sums
