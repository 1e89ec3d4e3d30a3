"""Double entry (`domain.md` 8): which account is debited and which credited, fund by fund.

F is the funder, C the contract, P the partner, A the bank account. What is effective in a closed
period is posted on the first day behind it (`domain.md` 9).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from projections.bundle.checker.history import Event

ENTRIES: Final = {
    "payment.released": ("assets:accrued-income:F", "income:outcomes:C"),
    "payment.reversed": ("assets:accrued-income:F", "income:outcomes:C"),
    "invoice.issued": ("assets:receivable:F", "assets:accrued-income:F"),
    "credit_note.issued": ("assets:accrued-income:F", "assets:receivable:F"),
    "claim.reduced": ("income:outcomes:C", "assets:accrued-income:F"),
    "invoice.written_off": ("expenses:write-offs:F", "assets:receivable:F"),
    "receipt.recorded": ("assets:bank:A", "liabilities:funder-credit:F"),
    "receipt.allocated": ("liabilities:funder-credit:F", "assets:receivable:F"),
    "receipt.unallocated": ("liabilities:funder-credit:F", "assets:receivable:F"),
    "credit.refunded": ("assets:receivable:F", "assets:bank:A"),
    "refund.paid": ("liabilities:funder-credit:F", "assets:bank:A"),
    "fee.accrued": ("expenses:partner-fees:P", "liabilities:accrued-fees:P"),
    "fee.reversed": ("expenses:partner-fees:P", "liabilities:accrued-fees:P"),
    "fee.invoiced": ("liabilities:accrued-fees:P", "liabilities:payable:P"),
    "fee.credited": ("liabilities:payable:P", "liabilities:accrued-fees:P"),
    "fee.paid": ("liabilities:payable:P", "assets:bank:A"),
    "partner.settled": ("liabilities:payable:P", "assets:bank:A"),
    "partner.unsettled": ("liabilities:payable:P", "assets:bank:A"),
}
WHOLE_LEDGER: Final = ""


class Posting(NamedTuple):
    """One line of the journal; a debit is positive."""

    version: int
    line: int
    contract: str
    fund: str
    account: str
    amount: int
    day: str
    posted_on: str
    funder: str
    partner: str
    child: str


class Parties(NamedTuple):
    """Whom an amount is about, in which fund, on which day."""

    contract: str
    fund: str
    day: str
    funder: str = ""
    partner: str = ""
    bank: str = ""
    child: str = ""


def taken_back(event: Event) -> int:
    """The version of what a reversal or a voiding takes back; 0 of anything else."""
    if event["type"] in ("payment.reversed", "fee.reversed"):
        return int(event["data"]["reversed_version"])
    return int(event["data"]["version"]) if event["type"] == "fact.voided" else 0


@dataclass
class Journal:
    """Posts events one by one; remembers what later ones refer to."""

    funds: dict[tuple[str, str], str] = field(default_factory=dict)
    orders: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    order_funds: dict[int, str] = field(default_factory=dict)
    receipts: dict[str, Parties] = field(default_factory=dict)
    receipt_versions: dict[int, Event] = field(default_factory=dict)
    credit_notes: dict[str, Event] = field(default_factory=dict)
    late: dict[int, str] = field(default_factory=dict)
    invoice_funds: dict[tuple[str, str], str] = field(default_factory=dict)
    deducted: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    closed: dict[str, list[str]] = field(default_factory=dict)

    def post(self, event: Event) -> list[Posting]:
        """The lines of one event; what takes something back is not posted before that was."""
        self._learn(event)
        lines: list[Posting] = []
        undone_on = self.late.get(taken_back(event), "")
        for kind, amount, parties in self._amounts(event):
            posted_on = self._posted_on(parties.contract, max(parties.day, undone_on))
            if posted_on != parties.day:
                self.late[event["version"]] = posted_on
            names = {"F": parties.funder, "C": parties.contract}
            names |= {"P": parties.partner, "A": parties.bank}
            for sign, pattern in zip((1, -1), ENTRIES[kind], strict=True):
                stem, _, letter = pattern.rpartition(":")
                lines.append(
                    Posting(
                        version=event["version"],
                        line=len(lines) + 1,
                        contract=parties.contract,
                        fund=parties.fund,
                        account=f"{stem}:{names[letter]}",
                        amount=sign * amount,
                        day=parties.day,
                        posted_on=posted_on,
                        funder=parties.funder,
                        partner=parties.partner,
                        child=parties.child,
                    )
                )
        self._learn_period(event)
        return lines

    def _learn(self, event: Event) -> None:
        said = event["data"]
        match event["type"]:
            case "funder.joined":
                self.funds[said["contract"], said["funder"]] = said["fund"]
            case "order.placed":
                self.orders[said["contract"], said["order"]] = (said["partner"], said["fund"])
                self.order_funds[event["version"]] = said["fund"]
            case "receipt.recorded":
                self.receipts[said["receipt"]] = self._funders(event, said["funder"])
                self.receipt_versions[event["version"]] = event
            case "credit_note.issued":
                self.credit_notes[said["credit_note"]] = event
            case "fee.invoiced":
                fund = self._partner_fund(said)
                self.invoice_funds[said["partner"], said["invoice"]] = fund
            case _:
                pass

    def _learn_period(self, event: Event) -> None:
        """A closing adds a period, or makes one hard; a reopening takes the last one away."""
        said = event["data"]
        days = self.closed.setdefault(said.get("contract") or WHOLE_LEDGER, [])
        if event["type"] == "period.closed" and said["to"] not in days:
            days.append(said["to"])
        elif event["type"] == "period.reopened":
            days.pop()

    def _posted_on(self, contract: str, day: str) -> str:
        """The day itself, or the first open one behind what is closed."""
        ends = [days[-1] for key in (contract, WHOLE_LEDGER) if (days := self.closed.get(key))]
        if not ends or day > max(ends):
            return day
        behind = datetime.date.fromisoformat(max(ends)) + datetime.timedelta(days=1)
        return behind.isoformat()

    def _amounts(self, event: Event) -> Iterator[tuple[str, int, Parties]]:
        """What an event moves: by which rule, how much, between whom. Nothing is not posted."""
        kind, said = event["type"], event["data"]
        if kind in ("payment.released", "payment.reversed"):
            for part in said["split"]:
                if part["amount_minor"]:
                    parties = self._funders(event, part["funder"])
                    yield kind, part["amount_minor"], parties
        elif kind in ("claim.reduced", "claim.withdrawn"):
            yield from self._deductions(event)
        elif kind in ("fee.accrued", "fee.reversed"):
            if said["amount_minor"]:
                fund = self.order_funds[said["terms_version"]]
                yield kind, said["amount_minor"], self._partners(event, fund)
        elif kind in ("partner.settled", "partner.unsettled"):
            for part in said["funds"]:
                if part["amount_minor"]:
                    yield kind, part["amount_minor"], self._partners(event, part["fund"])
        elif kind == "fact.voided":
            receipt = self.receipt_versions.get(said["version"])
            if receipt is not None:
                parties = self._funders(receipt, receipt["data"]["funder"])
                yield "receipt.recorded", -receipt["data"]["amount_minor"], parties
        elif kind in ("receipt.allocated", "receipt.unallocated"):
            parties = self.receipts[said["receipt"]]._replace(day=event["effective_on"], bank="")
            sign = 1 if kind == "receipt.allocated" else -1
            yield kind, sign * said["amount_minor"], parties
        elif kind == "credit.refunded":
            note = self.credit_notes[said["credit_note"]]
            parties = self._funders(note, note["data"]["funder"])
            parties = parties._replace(day=event["effective_on"], bank=said["bank_account"])
            yield kind, said["amount_minor"], parties
        elif kind.startswith("fee.") and kind in ENTRIES:
            yield kind, said["amount_minor"], self._partners(event, self._partner_fund(said))
        elif kind in ENTRIES:
            yield kind, said["amount_minor"], self._funders(event, said["funder"])

    def _deductions(self, event: Event) -> Iterator[tuple[str, int, Parties]]:
        """What a sample took off is income no more; a claim that is withdrawn gives it back."""
        said = event["data"]
        key = (said["contract"], said["claim"])
        if event["type"] == "claim.withdrawn":
            amounts = {funder: -amount for funder, amount in self.deducted.get(key, {}).items()}
        elif "sample" in said:
            amounts = {part["funder"]: -part["amount_minor"] for part in said["funders"]}
            self.deducted.setdefault(key, {}).update(amounts)
        else:
            amounts = {}
        for funder, amount in amounts.items():
            yield "claim.reduced", amount, self._funders(event, funder)

    def _funders(self, event: Event, funder: str) -> Parties:
        said = event["data"]
        contract = said["contract"]
        return Parties(
            contract=contract,
            fund=self.funds.get((contract, funder), "general"),
            day=event["effective_on"],
            funder=funder,
            bank=said.get("bank_account", ""),
            child=said.get("child", ""),
        )

    def _partners(self, event: Event, fund: str) -> Parties:
        said = event["data"]
        return Parties(
            contract=said["contract"],
            fund=fund,
            day=event["effective_on"],
            partner=said["partner"],
            bank=said.get("bank_account", ""),
        )

    def _partner_fund(self, said: Event) -> str:
        """Of the order or invoice that is named, else of the partner's orders if that is one."""
        if "credit_note" not in said and said.get("order"):
            return self.orders.get((said["contract"], said["order"]), ("", "general"))[1]
        named = self.invoice_funds.get((said["partner"], said.get("invoice") or ""))
        if named is not None:
            return named
        funds = {
            fund
            for (contract, _), (partner, fund) in self.orders.items()
            if (contract, partner) == (said["contract"], said["partner"])
        }
        return funds.pop() if len(funds) == 1 else "general"
