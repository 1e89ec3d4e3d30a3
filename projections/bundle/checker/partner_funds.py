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
ByFund = Counter[str]
"""Minor units by fund; also below nothing, so never added up by `+`."""


@dataclass
class Charge:
    """A fee, or a reversal of one (below nothing); `pair` is the other of the two, if there is one.

    `holder` is the live settlement that has it.
    """

    version: int
    day: str
    fund: str
    amount: int
    pair: "Charge | None" = None
    holder: str = ""

    def waits(self) -> bool:
        """Whether a settlement may take it."""
        return not self.holder and (self.pair is None or self.pair.holder != "")


@dataclass
class PartnerInvoice:
    """What a partner wrote: in which fund it is, and how much of it is in dispute."""

    partner: str
    fund: str
    disputed: int = 0


@dataclass
class Partners:
    """The partners of one contract: their orders, charges and invoices, what they were paid."""

    orders: dict[str, Event] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    funds: dict[int, str] = field(default_factory=dict)
    charges: dict[str, dict[int, Charge]] = field(default_factory=dict)
    invoices: dict[str, PartnerInvoice] = field(default_factory=dict)
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
                named = said.get("order")
                fund = self.orders[named]["fund"] if named else self.fund_of(said["partner"])
                self.invoices[said["invoice"]] = PartnerInvoice(said["partner"], fund)
            case "fee.disputed":
                self.invoices[said["invoice"]].disputed += said["amount_minor"]
            case "fee.dispute_withdrawn" | "fee.credited":
                invoice = self.invoices[said["invoice"]]
                invoice.disputed = max(0, invoice.disputed - said["amount_minor"])
            case "fee.paid":
                named = said.get("invoice")
                fund = self.invoices[named].fund if named else self.fund_of(said["partner"])
                self.pay(said["partner"], {fund: said["amount_minor"]})
            case _:
                pass

    def _charge(self, event: Event) -> None:
        said = event["data"]
        charges = self.charges.setdefault(said["partner"], {})
        fund = self.funds[said["terms_version"]]
        charge = Charge(event["version"], event["effective_on"], fund, said["amount_minor"])
        charge.pair = charges.get(said.get("reversed_version", 0))
        if charge.pair is not None:
            charge.pair.pair = charge
        charges[charge.version] = charge

    def fund_of(self, partner: str) -> str:
        """The one fund of all orders of a partner, by their latest terms; else the general one."""
        found = {terms["fund"] for terms in self.orders.values() if terms["partner"] == partner}
        return str(found.pop()) if len(found) == 1 else GENERAL

    def pay(self, partner: str, amounts: dict[str, int]) -> None:
        """Money went out, or came back (below nothing)."""
        self.paid.setdefault(partner, Counter()).update(amounts)

    def disputed(self, partner: str) -> int:
        """What is in dispute of a partner's invoices."""
        return sum(one.disputed for one in self.invoices.values() if one.partner == partner)

    def of(self, partner: str) -> list[Charge]:
        """The charges of a partner, in order of version."""
        return [*self.charges.get(partner, {}).values()]


def by_fund(charges: Iterable[Charge]) -> ByFund:
    """What some charges add up to in each fund."""
    sums: ByFund = Counter()
    for charge in charges:
        sums[charge.fund] += charge.amount
    return sums
