"""A contract in the book: its terms, its children, its sessions, and the use of its caps."""

import datetime
from array import array
from dataclasses import dataclass, field
from fractions import Fraction

from ledger.by_day import least_from
from ledger.caps import Cap
from ledger.child import Child, Standing, Withheld
from ledger.claim import Claim, PaymentEntry
from ledger.events.cash import GrantAgreed
from ledger.events.decisions import SplitLine
from ledger.events.delivery import OrderPlaced
from ledger.events.terms import CohortOpened, ContractSigned, FunderJoined
from ledger.events.words import SessionStatus
from ledger.rate_card import Card
from ledger.rule_versions import FIRST, Rules
from ledger.sample import Sample
from ledger.settlement import FeeEntry, PartnerAccount, Settlement
from ledger.shares import ShareSet


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """An order's terms as recorded."""

    version: int
    effective_on: datetime.date
    terms: OrderPlaced


@dataclass(frozen=True, slots=True)
class Register:
    """A session as last registered, with the register it superseded.

    `expected` and `attended` are children's serial numbers; `day` and `received` are ordinals.
    """

    version: int
    day: int
    received: int
    status: SessionStatus
    expected: tuple[int, ...]
    attended: tuple[int, ...]
    minutes: int | None
    superseded: "Register | None"

    def received_by(self, day: int | None) -> "Register | None":
        """The latest of these registers that was received in time; with no day, the latest."""
        register: Register | None = self
        while register is not None and day is not None and register.received > day:
            register = register.superseded
        return register


@dataclass(slots=True, eq=False)
class Session:
    """A partner session: its order, its reference, its register that counts, its accrued fee."""

    order: str
    reference: str
    register: Register
    accrual: "Accrual | None" = None


@dataclass(frozen=True, slots=True)
class Accrual:
    """A fee that accrued and was not reversed."""

    version: int
    effective_on: datetime.date
    partner: str
    amount_minor: int
    over_limit_minor: int
    terms_version: int


@dataclass(slots=True, eq=False)
class Grant:
    """A grant as agreed, and what came of it."""

    version: int
    effective_on: datetime.date
    terms: GrantAgreed
    standing: Standing | None = None
    withheld: Withheld | None = None


@dataclass(slots=True, eq=False)
class FunderCash:
    """Money from a funder: received, allocated to invoices, and refunded, in minor units.

    `credit_moves` is by how much the funder's credit changes on each day.
    """

    received_minor: int = 0
    allocated_minor: int = 0
    refunded_minor: int = 0
    credit_moves: dict[datetime.date, int] = field(default_factory=dict)

    @property
    def unallocated_minor(self) -> int:
        """Credit that belongs to the funder still."""
        return self.received_minor - self.allocated_minor - self.refunded_minor

    def least_unallocated_minor(self, day: datetime.date) -> int:
        """The least credit on a day or any later one: what may leave on that day."""
        return least_from(self.credit_moves, day)


@dataclass(slots=True, eq=False)
class Contract:
    """One outcomes contract; `rules` are those in force, of the whole ledger (0032)."""

    terms: ContractSigned
    funders: dict[str, FunderJoined] = field(default_factory=dict)
    cohorts: dict[str, CohortOpened] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    share_sets: tuple[ShareSet, ...] = ()
    funder_caps: dict[str, tuple[Cap, ...]] = field(default_factory=dict)
    child_caps: tuple[Cap, ...] = ()
    contract_caps: tuple[Cap, ...] = ()
    orders: dict[str, tuple[OrderTerms, ...]] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    session_numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    order_sessions: dict[str, "array[int]"] = field(default_factory=dict)
    order_accrued: dict[str, int] = field(default_factory=dict)
    splits: dict[tuple[SplitLine, ...], tuple[SplitLine, ...]] = field(default_factory=dict)
    funder_used: dict[str, int] = field(default_factory=dict)
    used_minor: int = 0
    payment_entries: dict[int, PaymentEntry] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    fee_entries: dict[int, FeeEntry] = field(default_factory=dict)
    partner_accounts: dict[str, PartnerAccount] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    carries: dict[str, Fraction] = field(default_factory=dict)
    cash: dict[str, FunderCash] = field(default_factory=dict)
    engagement_years: dict[str, frozenset[int]] = field(default_factory=dict)
    role_funders: set[str] = field(default_factory=set)
    rules: Rules = FIRST

    def covers(self, day: datetime.date) -> bool:
        """Whether the day is within the contract, first and last day included."""
        return self.terms.starts_on <= day <= self.terms.ends_on

    def partners(self) -> set[str]:
        """Everybody with whom an order has been placed."""
        return {placed[0].terms.partner for placed in self.orders.values()}
