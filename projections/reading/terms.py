"""The terms of contracts at a pair: what was recorded by the version and in force by the day."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from ledger.events.catalogue import SCHEMA
from ledger.events.codec import AnyEvent, decode_event
from ledger.events.delivery import OrderPlaced
from ledger.events.privacy import RetentionSet
from ledger.events.terms import (
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    RateCardIssued,
    SharesSet,
)
from ledger.rate_card import Card, card_in_force
from ledger.retention import RetentionRule
from projections.reading.asking import ask
from projections.reading.pair import Pair


@dataclass(slots=True)
class ContractTerms:
    """One contract's terms; later dates and versions have replaced earlier ones."""

    contract: ContractSigned | None = None
    signed_on: datetime.date | None = None
    funders: dict[str, FunderJoined] = field(default_factory=dict)
    cohorts: dict[str, CohortOpened] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    share_sets: list[AnyEvent] = field(default_factory=list)
    funder_caps: dict[str, CapSet] = field(default_factory=dict)
    contract_cap: CapSet | None = None
    child_cap: CapSet | None = None
    orders: dict[str, OrderPlaced] = field(default_factory=dict)
    retention: list[RetentionRule] = field(default_factory=list)

    def card_for(self, cohort: str | None, day: datetime.date) -> Card | None:
        """The card in force for a cohort."""
        return card_in_force(self.cards, cohort, day)

    def limit_of(self, funder: str) -> int | None:
        """The funder's cap in force, in minor units; None without one."""
        cap = self.funder_caps.get(funder)
        return None if cap is None else cap.limit_minor

    def committed_minor(self) -> int:
        """The sum of the funders' caps in force."""
        return sum(cap.limit_minor for cap in self.funder_caps.values())

    def learn(self, event: AnyEvent) -> None:
        """Let one more terms event take effect."""
        match event.data:
            case ContractSigned() as terms:
                self.contract, self.signed_on = terms, event.effective_on
            case FunderJoined() as terms:
                self.funders[terms.funder] = terms
            case CohortOpened() as terms:
                self.cohorts[terms.cohort] = terms
            case RateCardIssued() as terms:
                self.cards.append(Card(event.version, event.effective_on, terms))
            case SharesSet():
                self.share_sets.append(event)
            case CapSet() as terms:
                self._learn_cap(terms)
            case OrderPlaced() as terms:
                self.orders[terms.order] = terms
            case RetentionSet() as terms:
                self.retention.append(RetentionRule(event.version, event.effective_on, terms))
            case _:
                pass

    def _learn_cap(self, cap: CapSet) -> None:
        if cap.funder is not None:
            self.funder_caps[cap.funder] = cap
        elif cap.per_child:
            self.child_cap = cap
        else:
            self.contract_cap = cap


class UnknownContract(LookupError):
    """No contract of this name is signed; said instead of an answer about nothing."""


def must_be_signed(
    connection: Connection[Any], ledger: str, contract: str | None, known_at: int
) -> None:
    """Refuse a mistyped contract: nothing found of it would look like nothing wrong.

    None is every contract. Raises `UnknownContract` when none of the name is signed by then.
    """
    if contract is not None:
        at = Pair(None, known_at)
        signed = terms_at(connection, ledger, at, contract=contract, types=("contract.signed",))
        if contract not in signed:
            raise UnknownContract(contract)


def terms_at(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    types: Sequence[str] | None = None,
) -> dict[str, ContractTerms]:
    """The terms of every contract (or of one), by contract."""
    asked = {
        **at.asked(ledger),
        "contract": contract,
        "types": None if types is None else list(types),
    }
    found: dict[str, ContractTerms] = {}
    for row in ask(connection, "terms.terms", asked):
        event: AnyEvent = decode_event(f"{row['type']}.v{SCHEMA}", bytes(row["stored"]))
        found.setdefault(event.data.contract, ContractTerms()).learn(event)
    return dict(sorted(found.items()))
