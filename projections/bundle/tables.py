"""The tables of a bundle: the books in the names of the Audit Data Standards, row by row.

`audit.sql` says what each table holds and in which columns. The names follow the AICPA's Audit Data
Standards (general ledger, receivables, payables, base) and with them ISO 21378; what those have no
table for, payments and closings, begins with OC. Money is a decimal text, and nothing is empty.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ledger.events.cash import (
    FeeCredited,
    FeeInvoiced,
    ReceiptAllocated,
    ReceiptRecorded,
    ReceiptUnallocated,
)
from ledger.events.claims import (
    CreditApplied,
    CreditNoteIssued,
    CreditRefunded,
    InvoiceIssued,
    InvoiceWrittenOff,
)
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed
from ledger.events.delivery import OrderPlaced
from ledger.events.people import FactVoided
from ledger.events.periods import PeriodClosed
from ledger.events.terms import ContractSigned, FunderJoined
from projections.bundle.accounts import account_row
from projections.exports.amounts import written
from projections.folds.bearings import Bearings
from projections.folds.journal import entries_of
from projections.folds.periods import undone_version

Row = tuple[str | int, ...]
SOURCE: Final = "outcomes-ledger"
MONTH_LETTERS: Final = 7


class Place(NamedTuple):
    """An account of a fund of a contract."""

    contract: str
    fund: str
    account: str


@dataclass(slots=True)
class Paper:
    """An invoice or credit note to a funder, and what came of it."""

    first: Row
    contract: str
    funder: str
    due_on: str
    version: int
    amount: int
    allocated: int = 0
    credited: int = 0
    written_off: int = 0
    refunded: int = 0

    def balance(self) -> int:
        """What is open; of a credit note below nothing."""
        settled = self.allocated + self.credited + self.written_off + self.refunded
        return self.amount - settled


@dataclass(slots=True)
class Receipt:
    """A funder's receipt, and what of it was allocated."""

    name: str
    contract: str
    funder: str
    day: str
    bank: str
    version: int
    amount: int
    allocated: int = 0
    voided: bool = False


@dataclass(slots=True)
class Tables:
    """Takes the events of a bundle one by one; `bearings` are those of the event's own fold."""

    currency: str
    months: dict[Place, dict[str, list[int]]] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def follow(self, event: AnyEvent, bearings: Bearings) -> list[Row]:
        """Take the next event; its lines of the journal."""
        self._note(event, bearings)
        return list(self._journal(event, bearings))

    def finish(self) -> dict[str, list[Row]]:
        """The rows of every table but the journal's."""
        self.rows["GL_Trial_Balance"] = list(self._trial_balance())
        accounts = sorted({place.account for place in self.months})
        self.rows["GL_Chart_Of_Accounts"] = [account_row(account) for account in accounts]
        self.rows["AR_Invoices_Generated"] = [paper.first for paper in self.papers.values()]
        self.rows["AR_Open_Accounts"] = [
            self._open_paper(name, paper) for name, paper in self.papers.items()
        ]
        self.rows["AR_Cash_Received"].sort(key=lambda row: row[-1])
        self.rows["AR_Cash_Received"] += [self._receipt(one) for one in self.receipts.values()]
        self.rows["AR_Cash_Received"].sort(key=lambda row: row[-1])
        self.rows["AP_Open_Accounts"] = list(self._open_partners())
        return self.rows

    def _journal(self, event: AnyEvent, bearings: Bearings) -> Iterator[Row]:
        line = 0
        undone_on = bearings.late.get(undone_version(event), datetime.date.min)
        for entry in entries_of(event, bearings):
            posted_on = bearings.posted_on(entry.contract, entry.effective_on, not_before=undone_on)
            day = entry.effective_on.isoformat()
            posted = day if posted_on is None else posted_on.isoformat()
            for one in entry.lines:
                line += 1
                self._add_up(Place(entry.contract, one.fund, one.account), posted, one.amount_minor)
                yield (
                    event.version, line, event.type, SOURCE, entry.contract,
                    posted[:4], posted[5:7], posted, day, one.account,
                    written(one.amount_minor), "D" if one.amount_minor > 0 else "C",
                    self.currency, one.amount_minor, event.actor,
                    event.recorded_at[:10], event.recorded_at[11:],
                    one.fund, entry.funder or "", entry.partner or "", entry.child or "",
                )  # fmt: skip

    def _add_up(self, place: Place, day: str, amount: int) -> None:
        debit_credit = self.months.setdefault(place, {}).setdefault(day[:MONTH_LETTERS], [0, 0])
        debit_credit[amount < 0] += abs(amount)

    def _trial_balance(self) -> Iterator[Row]:
        for place in sorted(self.months):
            balance = 0
            for month, (debit, credit) in sorted(self.months[place].items()):
                before, balance = balance, balance + debit - credit
                yield (
                    place.contract, place.fund, place.account, month[:4], month[5:],
                    *map(written, (before, debit, credit, balance)), self.currency,
                )  # fmt: skip

    def _note(self, event: AnyEvent, bearings: Bearings) -> None:
        """What an event says for the smaller tables."""
        day, version, money = event.effective_on.isoformat(), event.version, self.currency
        match event.data:
            case ContractSigned() as c:
                span = (c.starts_on.isoformat(), c.ends_on.isoformat())
                self.rows["BAS_Business_Unit"].append((c.contract, c.title, *span, version))
            case FunderJoined() as f:
                funder = (f.funder, f.name, f.kind, f.contract, f.fund, version)
                self.rows["BAS_Customer"].append(funder)
            case OrderPlaced() as o:
                order = (o.partner, o.name or "", o.order, o.contract, o.fund, version)
                self.rows["BAS_Supplier"].append(order)
            case PaymentReleased() | PaymentReversed() as p:
                amounts = map(written, (p.amount_minor, p.funded_minor, p.unfunded_minor))
                kind = "release" if isinstance(p, PaymentReleased) else "reversal"
                named = (p.payment, kind, p.contract, p.trigger, p.child or "", day)
                self.rows["OC_Payments"].append((*named, *amounts, money, version))
            case PeriodClosed() as closed:
                self._note_closing(closed, version)
            case FeeInvoiced() | FeeCredited() as fee:
                invoiced = isinstance(fee, FeeInvoiced)
                name = fee.invoice if isinstance(fee, FeeInvoiced) else fee.credit_note
                paper = (name, "invoice" if invoiced else "credit_note", fee.contract, fee.partner)
                row = (*paper, day, written(fee.amount_minor), money, version)
                self.rows["AP_Invoices_Received"].append(row)
            case _:
                self._note_receivable(event, bearings, day)

    def _note_closing(self, closed: PeriodClosed, version: int) -> None:
        span = (closed.first_on.isoformat(), closed.last_on.isoformat(), closed.hardness)
        for row in closed.trial_balance:
            what = (row.account, row.fund, written(row.balance_minor), self.currency)
            self.rows["OC_Period_Closings"].append((version, closed.contract or "", *span, *what))

    def _note_receivable(self, event: AnyEvent, bearings: Bearings, day: str) -> None:
        match event.data:
            case InvoiceIssued() as issued:
                due = issued.due_on.isoformat()
                self._issue(event, issued, (issued.invoice, "invoice", due), bearings)
            case CreditNoteIssued() as issued:
                self._issue(event, issued, (issued.credit_note, "credit_note", day), bearings)
            case InvoiceWrittenOff() as written:
                self.papers[written.invoice].written_off += written.amount_minor
            case CreditApplied() as applied:
                self.papers[applied.invoice].credited += applied.amount_minor
                self.papers[applied.credit_note].credited -= applied.amount_minor
            case CreditRefunded() as refunded:
                self.papers[refunded.credit_note].refunded -= refunded.amount_minor
            case ReceiptAllocated() | ReceiptUnallocated() as allocated:
                back = isinstance(allocated, ReceiptUnallocated)
                amount = -allocated.amount_minor if back else allocated.amount_minor
                self.papers[allocated.invoice].allocated += amount
                self.receipts[allocated.receipt].allocated += amount
            case ReceiptRecorded() as r:
                if r.receipt in self.receipts:  # its name was free again, for it was voided
                    gone = self._receipt(self.receipts[r.receipt])
                    self.rows["AR_Cash_Received"].append(gone)
                self.receipts[r.receipt] = Receipt(
                    r.receipt, r.contract, r.funder, day, r.bank_account, event.version,
                    r.amount_minor,
                )  # fmt: skip
            case FactVoided() as voiding:
                for receipt in self.receipts.values():
                    receipt.voided |= receipt.version == voiding.version
            case _:
                pass

    def _issue(
        self,
        event: AnyEvent,
        issued: InvoiceIssued | CreditNoteIssued,
        named: tuple[str, str, str],
        bearings: Bearings,
    ) -> None:
        name, kind, due = named
        sign = 1 if kind == "invoice" else -1
        fund = bearings.fund_of_funder(issued.contract, issued.funder)
        first = (
            name, kind, issued.reference, issued.contract, fund, issued.funder,
            event.effective_on.isoformat(), due, written(sign * issued.amount_minor),
            self.currency, issued.claim, event.version,
        )  # fmt: skip
        amount = sign * issued.amount_minor
        paper = Paper(first, issued.contract, issued.funder, due, event.version, amount)
        self.papers[name] = paper

    def _open_paper(self, name: str, paper: Paper) -> Row:
        amounts = (paper.amount, paper.allocated, paper.credited, paper.written_off, paper.refunded)
        return (
            name, paper.contract, paper.funder, paper.due_on, *map(written, amounts),
            written(paper.balance()), self.currency, paper.version,
        )  # fmt: skip

    def _receipt(self, one: Receipt) -> Row:
        return (
            one.name, one.contract, one.funder, one.day, one.bank, written(one.amount),
            written(one.allocated), "Y" if one.voided else "N", self.currency, one.version,
        )  # fmt: skip

    def _open_partners(self) -> Iterator[Row]:
        """What is owed by the accounts: a liability is a credit, so it is turned around."""
        owed: dict[tuple[str, str, str], list[int]] = {}
        for place, months in self.months.items():
            stem, _, partner = place.account.rpartition(":")
            if stem in ("liabilities:accrued-fees", "liabilities:payable"):
                pair = owed.setdefault((partner, place.contract, place.fund), [0, 0])
                sums: Any = [sum(column) for column in zip(*months.values(), strict=True)]
                pair[stem == "liabilities:payable"] += sums[1] - sums[0]
        for key, (accrued, payable) in sorted(owed.items()):
            amounts = map(written, (accrued, payable, accrued + payable))
            yield (*key, *amounts, self.currency)
