"""The whole state of one ledger, held in memory by its writer and rebuilt from its log.

What the rules need is here; the rest stays in the log and is named by its version. For every
version the book keeps what kind of event it was, which child it was about, and who recorded it.
"""

import datetime
from array import array
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from ledger.by_day import least_from, together
from ledger.changes import Changes
from ledger.child import Child
from ledger.claim import FunderCredit, FunderInvoice, WriteOff
from ledger.contract import Contract
from ledger.events.cash import ReceiptRecorded
from ledger.events.catalogue import EVENTS, EventData
from ledger.events.codec import AnyEvent
from ledger.events.privacy import ErasureRequested
from ledger.invariants import ensure
from ledger.period_close import Periods
from ledger.rule_versions import FIRST, Rules
from ledger.settlement import BankDetails

KINDS: Final = tuple(EVENTS.values())
KIND_NUMBERS: Final = {shape: number for number, shape in enumerate(KINDS)}
NO_CHILD: Final = -1
Shared = TypeVar("Shared", bound=Hashable)


@dataclass(slots=True, eq=False)
class Receipt:
    """A receipt as recorded, and what of it was allocated, in minor units.

    `allocations` is by how much what is allocated to an invoice changes on each day.
    """

    version: int
    received_on: datetime.date
    terms: ReceiptRecorded
    allocated_minor: int = 0
    allocations: dict[tuple[str, datetime.date], int] = field(default_factory=dict)

    @property
    def open_minor(self) -> int:
        """What is left of it."""
        return self.terms.amount_minor - self.allocated_minor

    def least_open_minor(self, day: datetime.date) -> int:
        """The least that is left of it on a day or on any later one."""
        moves = [(on, -moved) for (_, on), moved in self.allocations.items()]
        return least_from(together([(self.received_on, self.terms.amount_minor), *moves]), day)

    def allocated_to(self, invoice: str) -> int:
        """What of it pays an invoice."""
        return sum(moved for (paid, _), moved in self.allocations.items() if paid == invoice)

    def least_allocated_to(self, invoice: str, day: datetime.date) -> int:
        """The least of it that pays an invoice on a day or on any later one."""
        moves = {on: moved for (paid, on), moved in self.allocations.items() if paid == invoice}
        return least_from(moves, day)


@dataclass(frozen=True, slots=True)
class ErasureAsked:
    """The first request for a child's erasure, which waits for a second person."""

    version: int
    actor: str
    terms: ErasureRequested


@dataclass(slots=True, eq=False)
class PartnerInvoice:
    """A partner's invoice, and what of it was credited and disputed, in minor units.

    `in_dispute_minor` is what is disputed still: a credit note settles a dispute first.
    """

    contract: str
    partner: str
    fund: str
    amount_minor: int
    credited_minor: int = 0
    disputed_minor: int = 0
    in_dispute_minor: int = 0


@dataclass(slots=True, eq=False)
class Book:
    """One ledger at one version. Only `evolve` changes it, and only through `changes`.

    `erased` are the children whose erasure is recorded; `frozen` are they, and those of whom a
    value cannot be read any more.
    """

    changes: Changes = field(default_factory=Changes)
    version: int = 0
    rules: Rules = FIRST
    contracts: dict[str, Contract] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    voided: set[int] = field(default_factory=set)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    receipt_names: dict[int, str] = field(default_factory=dict)
    partner_invoices: dict[str, PartnerInvoice] = field(default_factory=dict)
    credit_notes: set[str] = field(default_factory=set)
    invoices: dict[str, FunderInvoice] = field(default_factory=dict)
    credits: dict[str, FunderCredit] = field(default_factory=dict)
    write_offs: dict[str, WriteOff] = field(default_factory=dict)
    banks: dict[str, BankDetails] = field(default_factory=dict)
    bank_setters: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    closed: dict[str | None, Periods] = field(default_factory=dict)
    erasures: dict[str, ErasureAsked | None] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    kinds: "array[int]" = field(default_factory=lambda: array("B"))
    subjects: "array[int]" = field(default_factory=lambda: array("i"))
    recorders: "array[int]" = field(default_factory=lambda: array("I"))
    actor_numbers: dict[str, int] = field(default_factory=dict)
    actor_names: list[str] = field(default_factory=list)
    shared: dict[Hashable, Any] = field(default_factory=dict)

    def enter(self, event: AnyEvent, child: Child | None) -> None:
        """Give the event its place: the next version, its kind, its child, its recorder."""
        ensure(event.version == self.version + 1, "versions are dense")
        actor = self.actor_numbers.get(event.actor)
        if actor is None:
            actor = len(self.actor_names)
            self.changes.put(self.actor_numbers, event.actor, actor)
            self.changes.append(self.actor_names, event.actor)
        self.kinds.append(KIND_NUMBERS[type(event.data)])
        self.subjects.append(NO_CHILD if child is None else child.serial)
        self.recorders.append(actor)
        self.version = event.version
        self.changes.note(self._leave)

    def share(self, value: Shared) -> Shared:
        """The one copy of a word, a date or a key that the book holds: a child repeats many."""
        kept = self.shared.get(value)
        if kept is None:
            self.changes.put(self.shared, value, value)
            return value
        return cast("Shared", kept)

    def _leave(self) -> None:
        self.version -= 1
        self.kinds.pop()
        self.subjects.pop()
        self.recorders.pop()

    def kind_of(self, version: int) -> type[EventData]:
        """The kind of event at a version that the book holds."""
        return KINDS[self.kinds[version - 1]]

    def child_of(self, version: int) -> Child | None:
        """The child that the event at a version is about, if it is about one alone."""
        serial = self.subjects[version - 1]
        return None if serial == NO_CHILD else self.children[serial]

    def recorded_any(self, version: int, others: Iterable[int]) -> bool:
        """Whether one of the other versions has the same recorder as this one."""
        recorder = self.recorders[version - 1]
        return recorder in {self.recorders[other - 1] for other in others}

    def receipt_at(self, version: int) -> Receipt | None:
        """The receipt that was recorded at a version, if one was."""
        name = self.receipt_names.get(version)
        return None if name is None else self.receipts[name]

    def recorder_of(self, version: int) -> str:
        """Who recorded the event at a version."""
        return self.actor_names[self.recorders[version - 1]]
