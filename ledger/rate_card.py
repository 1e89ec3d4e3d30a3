"""Rate cards: which card is in force for a cohort on a day (`domain.md` 4, Price)."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.events.terms import Area, Engagement, RateCardIssued, Trigger
from ledger.events.words import TriggerKind

COMPLETE_BY_ITSELF: Final = Engagement()


@dataclass(frozen=True, slots=True)
class Card:
    """A rate card as recorded: its terms, and when it came into force and into the book."""

    version: int
    effective_on: datetime.date
    terms: RateCardIssued

    @property
    def engagement(self) -> Engagement:
        """What high engagement means; a card that does not say means 6 and 75."""
        return self.terms.engagement or COMPLETE_BY_ITSELF

    @property
    def areas(self) -> tuple[Area, ...]:
        """The outcome areas; a card that does not say has none."""
        return self.terms.areas or ()

    def names(self, cohort: str | None) -> bool:
        """Whether the card names this cohort."""
        return self.terms.cohorts is not None and cohort in self.terms.cohorts

    def applies_to(self, cohort: str | None) -> bool:
        """Whether the card is for this cohort: it names it, or names none at all."""
        return self.terms.cohorts is None or self.names(cohort)

    def lines(self, kind: TriggerKind) -> Iterator[Trigger]:
        """The lines of one kind, in the order of the card."""
        return (line for line in self.terms.triggers if line.kind == kind)

    def place_of(self, trigger: str) -> int:
        """Where on the card a trigger stands."""
        return [line.trigger for line in self.terms.triggers].index(trigger)


def card_in_force(cards: Sequence[Card], cohort: str | None, day: datetime.date) -> Card | None:
    """Find the card that prices a trigger of this cohort on this day.

    A card naming the cohort beats one naming none; then the latest date; then the latest version.
    """
    candidates = [card for card in cards if card.effective_on <= day and card.applies_to(cohort)]
    if not candidates:
        return None
    return max(candidates, key=lambda card: (card.names(cohort), card.effective_on, card.version))


def cards_of(cards: Sequence[Card], cohort: str) -> list[Card]:
    """Every card that may ever price a trigger of this cohort."""
    return [card for card in cards if card.applies_to(cohort)]


def card_listing_grant(
    cards: Sequence[Card], cohorts: Sequence[str], trigger: str, day: datetime.date
) -> Card | None:
    """Find the card in force that lists a grant; any card in force may list it.

    In force are the cards that price some cohort on that day, and the one that names none.
    """
    in_force = [card_in_force(cards, cohort, day) for cohort in (*cohorts, None)]
    listing = [
        card
        for card in in_force
        if card is not None and any(line.trigger == trigger for line in card.lines("grant"))
    ]
    return max(listing, key=lambda card: (card.effective_on, card.version), default=None)
