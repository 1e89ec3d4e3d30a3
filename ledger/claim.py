"""A claim in the book, the payments that can be claimed, and what was invoiced.

A payment's release and its reversal are entries of their own. One that is reversed before it was
claimed nets out: neither is ever claimed. Every other entry is in at most one live claim.
"""

import datetime
from dataclasses import dataclass, field
from typing import Literal

from ledger.by_day import least_from
from ledger.events.claims import (
    ClaimCollected,
    CreditNoteIssued,
    FunderAmount,
    InvoiceIssued,
    WriteOffRequested,
)
from ledger.events.decisions import SplitLine

ClaimState = Literal["drafted", "submitted", "approved", "withdrawn"]
LineState = Literal["claimed", "queried", "rejected"]


@dataclass(slots=True, eq=False)
class PaymentEntry:
    """A release or a reversal as it can be claimed; `claim` is the live one that holds it.

    It waits for a claim from `waits_from` on: its own day, or that on which a claim let it go.
    """

    version: int
    effective_on: datetime.date
    waits_from: datetime.date
    amount_minor: int
    split: tuple[SplitLine, ...]
    reverses: int | None = None
    reversed_by: int | None = None
    claim: str | None = None
    netted: bool = False

    @property
    def payment(self) -> str:
        """The payment's id: P and the version of its release."""
        return f"P{self.version if self.reverses is None else self.reverses}"

    @property
    def funded_minor(self) -> int:
        """What funders pay of it; the rest is nobody's."""
        return sum(share.amount_minor for share in self.split)

    @property
    def can_be_claimed(self) -> bool:
        """Whether no live claim holds it and it does not net out."""
        return self.claim is None and not self.netted


@dataclass(slots=True, eq=False)
class Claim:
    """A claim as it stands, drafted on `drafted_on`, its latest step on `last_on`.

    `preparers` are those who drafted or submitted it; `shapers` are those who had a say since then
    in what it is worth: who answered for a line or took one off, who drew or closed a sample.
    Whoever is either does not approve it; who asks or judges may.

    `open_sample` is the one whose items are being judged; `deducted` is what one took off of the
    lines that it did not look at, by funder, in negative amounts.
    """

    collected: ClaimCollected
    preparers: tuple[str, ...]
    drafted_on: datetime.date
    last_on: datetime.date
    state: ClaimState = "drafted"
    lines: dict[int, LineState] = field(default_factory=dict)
    open_sample: str | None = None
    deducted: tuple[FunderAmount, ...] = ()
    shapers: tuple[str, ...] = ()

    def standing(self) -> list[int]:
        """The versions of the lines that were not rejected, in order."""
        return [version for version, state in self.lines.items() if state != "rejected"]

    def queried(self) -> list[int]:
        """The versions of the lines that somebody asks about."""
        return [version for version, state in self.lines.items() if state == "queried"]


@dataclass(slots=True, eq=False)
class FunderInvoice:
    """An invoice to a funder, and what of it is settled, in minor units.

    `moves` is by how much what is open of it changes on each day, once it is issued.
    """

    version: int
    issued_on: datetime.date
    terms: InvoiceIssued
    allocated_minor: int = 0
    credited_minor: int = 0
    written_off_minor: int = 0
    moves: dict[datetime.date, int] = field(default_factory=dict)

    @property
    def open_minor(self) -> int:
        """What is still to be paid."""
        settled = self.allocated_minor + self.credited_minor + self.written_off_minor
        return self.terms.amount_minor - settled

    def least_open_minor(self, day: datetime.date) -> int:
        """The least that is still to be paid on a day or on any later one."""
        return self.terms.amount_minor + least_from(self.moves, day)


@dataclass(slots=True, eq=False)
class FunderCredit:
    """A credit note to a funder, what of it was set against invoices, and what was paid out."""

    version: int
    issued_on: datetime.date
    terms: CreditNoteIssued
    applied_minor: int = 0
    refunded_minor: int = 0

    @property
    def open_minor(self) -> int:
        """What is left of it."""
        return self.terms.amount_minor - self.applied_minor - self.refunded_minor


@dataclass(slots=True, eq=False)
class WriteOff:
    """A write-off that somebody asked for; `approved` once another person agreed."""

    actor: str
    asked_on: datetime.date
    terms: WriteOffRequested
    approved: bool = False
