"""Which card and which share set decided a payment, and why not the others (`domain.md` 4, 5)."""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec

from ledger.rate_card import Card
from ledger.shares import Placement, ShareSet, fixed_sum


def cards_considered(
    cards: Sequence[Card], chosen: int, cohort: str | None, day: datetime.date
) -> list[dict[str, Any]]:
    """The cards of the contract, and why each prices the trigger or does not (`domain.md` 4).

    Items are `{version, card, wins, why, effective_on}`, the one that wins first, then the latest.
    `why` is the first reason that decides: `in_force`, `for_other_cohorts`, `not_in_force_yet`,
    `names_no_cohort`, `earlier_date` or `earlier_version`.
    """
    winner = next(card for card in cards if card.version == chosen)
    rows = []
    for card in cards:
        if card is winner:
            why = "in_force"
        elif not card.applies_to(cohort):
            why = "for_other_cohorts"
        elif card.effective_on > day:
            why = "not_in_force_yet"
        elif card.names(cohort) is not winner.names(cohort):
            why = "names_no_cohort"
        else:
            earlier = card.effective_on < winner.effective_on
            why = "earlier_date" if earlier else "earlier_version"
        row = {"version": card.version, "card": card.terms.card, "wins": card is winner, "why": why}
        rows.append({**row, "effective_on": card.effective_on.isoformat()})
    return _in_order(rows)


def share_sets_considered(
    share_sets: Sequence[ShareSet],
    chosen: int | None,
    placement: Placement,
    *,
    trigger: str,
    price: int,
    day: datetime.date,
) -> list[dict[str, Any]]:
    """The share sets of the contract, and why each splits the payment or does not (`domain.md` 5).

    Items are `{version, effective_on, where, conditions, fixed, wins, why}`, the one that wins
    first, then the latest; `price` is in pence. `chosen` is None where no set fits.
    """
    winner = next((found for found in share_sets if found.version == chosen), None)
    rows = [
        {
            "version": found.version,
            "effective_on": found.effective_on.isoformat(),
            "where": msgspec.to_builtins(found.terms.where),
            "conditions": _conditions(found),
            "fixed": found.terms.fixed is not None,
            "wins": found is winner,
            "why": _why_set(found, winner, placement, trigger, price, day),
        }
        for found in share_sets
    ]
    return _in_order(rows)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The winner first, then the latest ones."""
    return sorted(rows, key=lambda row: (not row["wins"], -row["version"]))


def _conditions(found: ShareSet) -> list[str]:
    where = found.terms.where
    names = ("school", "borough", "trigger")
    return [name for name in names if where is not None and getattr(where, name) is not None]


def _why_set(
    found: ShareSet,
    winner: ShareSet | None,
    placement: Placement,
    trigger: str,
    price: int,
    day: datetime.date,
) -> str:
    """Why a set wins or loses, the first reason that decides."""
    if found is winner:
        return "wins"
    if found.effective_on > day:
        return "not_in_force_yet"
    has = {"school": placement.school, "borough": placement.borough, "trigger": trigger}
    for name in _conditions(found):
        if getattr(found.terms.where, name) != has[name]:
            return f"other_{name}"
    if found.terms.fixed is not None and fixed_sum(found.terms.fixed, trigger) != price:
        return "does_not_add_up_to_the_price"
    return "no_winner" if winner is None else _lost(found, winner)


def _lost(found: ShareSet, winner: ShareSet) -> str:
    if len(_conditions(found)) < len(_conditions(winner)):
        return "fewer_conditions"
    if _conditions(found) != _conditions(winner):
        return "weaker_condition"
    return "earlier_date" if found.effective_on < winner.effective_on else "earlier_version"
