"""A child's outcome areas under the rate cards, for its page and for the counts of outcomes."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from ledger.child import Measurement
from ledger.events.terms import Area
from ledger.events.words import Sealed
from ledger.outcomes import is_achieved, is_at_risk, score_of
from ledger.rate_card import Card, card_in_force
from projections.reading.child_record import ChildRecord


class AreaStanding(NamedTuple):
    """One area of one child, under the entry that counts.

    What rests on a score that cannot be read is None: nobody knows any more.
    """

    entry: Area
    at_risk: bool | None
    baseline: Measurement | None
    end_point: Measurement | None
    follow_up: Measurement | None
    achieved: bool | None
    verified: bool

    def shown(self) -> dict[str, Any]:
        """The area as the interface has it; scores as they were recorded."""
        return {
            "area": self.entry.area,
            "domain": self.entry.domain,
            "at_risk": self.at_risk,
            "baseline": _value(self.baseline),
            "end_point": _value(self.end_point),
            "follow_up": _value(self.follow_up),
            "achieved": self.achieved,
            "verified": self.verified,
        }


def _value(score: Measurement | None) -> Any:  # noqa: ANN401 (a number, a decimal, a boolean)
    if score is None:
        return None
    return score.value.sealed if isinstance(score.value, Sealed) else score.value


class CardFinder:
    """Which card is in force for a cohort on a day, remembered."""

    def __init__(self, cards: Sequence[Card], day: datetime.date) -> None:
        """Keep the cards; `day` is the one on which an unmeasured area is looked at."""
        self.day = day
        self.cards = tuple(cards)
        self._found: dict[tuple[str, datetime.date], Card | None] = {}

    def on(self, cohort: str, day: datetime.date) -> Card | None:
        """The card in force."""
        key = (cohort, day)
        if key not in self._found:
            self._found[key] = card_in_force(self.cards, cohort, day)
        return self._found[key]


def area_standings(record: ChildRecord, cohort: str, finder: CardFinder) -> list[AreaStanding]:
    """Each area once, in the order of the cards.

    An area counts under the card in force on its end-point day; before that, under the card in
    force now. Of several entries (one an informant) the most advanced one is shown.
    """
    best: dict[str, AreaStanding] = {}
    for card in finder.cards:
        if not card.applies_to(cohort):
            continue
        for entry in card.areas:
            end_point = score_of(record.child, entry, "end_point")
            day = finder.day if end_point is None else end_point.taken_on
            if finder.on(cohort, day) is card:
                found = _standing(record, entry, end_point)
                held = best.get(entry.area)
                if held is None or _advance(found) > _advance(held):
                    best[entry.area] = found
    return list(best.values())


def _standing(record: ChildRecord, entry: Area, end_point: Measurement | None) -> AreaStanding:
    baseline = score_of(record.child, entry, "baseline")
    proof = [score.version for score in (baseline, end_point) if score is not None]
    risk_known = entry.at_risk is None or is_readable(baseline)
    all_known = is_readable(baseline) and is_readable(end_point)
    return AreaStanding(
        entry=entry,
        at_risk=is_at_risk(entry, baseline) if risk_known else None,
        baseline=baseline,
        end_point=end_point,
        follow_up=score_of(record.child, entry, "follow_up"),
        achieved=is_achieved(entry, baseline, end_point) if all_known else None,
        verified=bool(proof) and record.verified(entry.area, proof, on_area=True),
    )


def is_readable(score: Measurement | None) -> bool:
    """Whether a score is known, be it that there is none."""
    return score is None or not isinstance(score.value, Sealed)


def _advance(found: AreaStanding) -> tuple[bool, bool, bool, bool]:
    achieved, at_risk = bool(found.achieved), bool(found.at_risk)
    return (
        achieved and found.verified,
        achieved,
        at_risk and found.end_point is not None,
        at_risk,
    )
