"""A child's two programme years as its page shows them."""

from typing import Any

from ledger.engagement import year_record
from ledger.events.terms import Engagement
from projections.reading.areas import CardFinder
from projections.reading.child_record import ChildRecord
from projections.reading.terms import ContractTerms


def engagement(
    record: ChildRecord, cohort: str, terms: ContractTerms, finder: CardFinder
) -> list[dict[str, Any]]:
    """Counts of each year, whether the year meets the card's test, and whether it is verified."""
    opened = terms.cohorts.get(cohort)
    if opened is None:
        return []
    shown = []
    for number, year in enumerate(opened.years, start=1):
        counted = year_record(record.child, record.contract, year, voided=())
        card = finder.on(cohort, year.last_on) or finder.on(cohort, finder.day)
        test = Engagement() if card is None else card.engagement
        lines = [] if card is None else [x for x in card.lines("engagement") if x.year == number]
        shown.append(
            {
                "year": number,
                "formal_interactions": counted.formal_interactions,
                "sessions_expected": counted.sessions_expected,
                "sessions_attended": counted.sessions_attended,
                "met": counted.result(test) == "passes",
                "verified": any(
                    record.verified(line.trigger, counted.evidence, on_area=False) for line in lines
                ),
            }
        )
    return shown
