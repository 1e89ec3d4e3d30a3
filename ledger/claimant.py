"""A child with everything that what it has earned is read from."""

import datetime
from dataclasses import dataclass

from ledger.child import Child, Enrolment
from ledger.contract import Contract
from ledger.distance import Journey, journey
from ledger.events.terms import CohortOpened
from ledger.rate_card import Card, card_in_force, cards_of
from ledger.state import Book


@dataclass(frozen=True, slots=True)
class Claimant:
    """A child with everything that its entitlement is read from."""

    book: Book
    contract: Contract
    child: Child
    enrolment: Enrolment
    cohort: CohortOpened
    cards: list[Card]

    @property
    def stop_on(self) -> datetime.date:
        """The last day on which anything is effective for this child."""
        return stop_day(self.contract, self.child)

    def card_on(self, day: datetime.date) -> Card | None:
        """The card in force for the child's cohort."""
        return card_in_force(self.cards, self.enrolment.terms.cohort, day)

    def travelled(self, card: Card, received_by: datetime.date | None = None) -> Journey | None:
        """How far the child travelled under a card, by what was received by a day."""
        from_on = datetime.date.min
        if self.contract.rules.distance_after_sign_up:
            from_on = self.enrolment.effective_on
        return journey(self.child, card, received_by, from_on=from_on)

    def opened(
        self,
        about: str,
        proof: tuple[int, ...],
        *,
        on_area: bool,
        from_on: datetime.date,
        beside: tuple[int, ...] = (),
    ) -> tuple[int, ...] | None:
        """The proof with the verification that opens it, or None.

        A verification counts only for evidence whose recorders all differ from the verifier.
        `beside` are facts that decide the result by taking something out of it (decision 0014).
        """
        given = self.child.verdict_on(about, self.book.voided, on_area=on_area)
        if given is None or given.verdict != "verified" or given.effective_on < from_on:
            return None
        if self.book.recorded_any(given.version, (*proof, *beside)):
            return None
        return (*sorted(proof), given.version)


def claimant_of(book: Book, contract: Contract, child: Child) -> Claimant | None:
    """The child as a claimant; None while it is not enrolled, or its cohort has no card."""
    if child.enrolment is None:
        return None
    cohort = child.enrolment.terms.cohort
    cards = cards_of(contract.cards, cohort)
    if not cards:
        return None
    return Claimant(book, contract, child, child.enrolment, contract.cohorts[cohort], cards)


def stop_day(contract: Contract, child: Child) -> datetime.date:
    """The last day on which anything is effective for this child."""
    if child.withdrawal is None:
        return contract.terms.ends_on
    return min(contract.terms.ends_on, child.withdrawal.effective_on)
