"""A stored payment decision beside the one that the rules make, field by field."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from projections.bundle.checker.apart import apart
from projections.bundle.checker.history import Event
from projections.bundle.checker.states import (
    LAPSED,
    NOBODY,
    RELEASED,
    RESTED,
    REVERSED,
    WITHHELD,
    Due,
    Payment,
    Pennies,
)

QUIET: Final = (LAPSED, RESTED)
"""What moves no money: between reversals and releases, in an order that says nothing."""
Subject = tuple[str, str]
Pair = tuple[str, object, object]
"""What is compared, as the rules say it, as it is stored."""


class Moment(NamedTuple):
    """What is true when something is decided: the fact, the rules in force, the carries."""

    fact: int
    rules: int
    carries: dict[str, Fraction]


def subject_of(event: Event) -> Subject:
    """What a stored decision is about: a child and a trigger, or a grant's reference."""
    said = event["data"]
    if said["kind"] == "grant":
        return NOBODY, said["reference"]
    return said["child"], said["trigger"]


def split_of(said: Event) -> list[Pennies]:
    """The pennies of a stored payment."""
    return [(one["funder"], one["amount_minor"], one["unfunded_minor"]) for one in said["split"]]


def shares_of(said: Event) -> list[tuple[str, int, int]]:
    """The exact shares of a stored payment."""
    return [(one["funder"], one["parts"], one["parts_total"]) for one in said["split"]]


def told(due: Due) -> str:
    """A decision in words."""
    return f"{due.type} of {due.child or 'a grant'} {due.trigger}"


def difference(due: Due | None, event: Event, at: Moment, stands: Payment | None) -> str:
    """What a stored decision has otherwise than the rules; nothing when it agrees.

    `stands` is the payment that a reversal takes back.
    """
    kind = event["type"]
    if due is None:
        return f"{kind} is stored, and by the rules nothing is due"
    if (due.type, (due.child, due.trigger)) != (kind, subject_of(event)):
        child, name = subject_of(event)
        return f"{kind} of {child or 'a grant'} {name} is stored, the rules decide {told(due)}"
    for name, again, stored in _pairs(due, event, at, stands):
        if again != stored:
            return f"{kind}: {apart(name, again, stored)}"
    return ""


def _pairs(due: Due, event: Event, at: Moment, stands: Payment | None) -> Iterator[Pair]:
    said, kind = event["data"], event["type"]
    yield "day", due.day, event["effective_on"]
    yield "kind of trigger", due.terms.kind, said["kind"]
    if kind != RESTED:
        yield "amount", due.amount, said["amount_minor"]
    if kind == WITHHELD:
        yield "reason", due.reason, said["reason"]
    if kind in (RELEASED, REVERSED):
        yield from _split_pairs(due, said)
        yield "carries", _carries_again(due, at, stands), _carries_of(said)
    if kind in (RELEASED, RESTED):
        yield "area", due.area, said.get("area") or ""
    if kind in (RELEASED, REVERSED, WITHHELD):
        yield "card", due.terms.card, said["card"]
    if kind == RELEASED:
        yield "version of the card", due.terms.card_version, said["card_version"]
        yield "version of the share set", due.terms.share_set, said["share_set"]
    if kind == REVERSED:
        yield "version taken back", due.about, said["reversed_version"]
    if kind in (RELEASED, RESTED, WITHHELD):
        yield "evidence", list(due.evidence), said["evidence"]
    yield "name", due.name or _new_name(event), said["payment"]
    yield "version of the rules", at.rules, said["rule_version"]
    yield "causes", _causes(due, at), event["causes"]


def _split_pairs(due: Due, said: Event) -> Iterator[Pair]:
    yield "split", due.split, split_of(said)
    yield "shares", due.shares, shares_of(said)
    yield "funded amount", sum(paid for _, paid, _ in due.split), said["funded_minor"]
    yield "unfunded amount", sum(part for _, _, part in due.split), said["unfunded_minor"]


def _new_name(event: Event) -> str:
    """A payment is named after its version, and so is what is withheld."""
    return f"{'W' if event['type'] == WITHHELD else 'P'}{event['version']}"


def _causes(due: Due, at: Moment) -> list[int]:
    """The fact, and by what it was decided or what it is about."""
    found = {at.fact, due.about, due.terms.card_version, due.terms.share_set}
    return sorted(found - {0})


def _carries_of(said: Event) -> list[tuple[str, str, str]]:
    return [(one["funder"], one["before"], one["after"]) for one in said.get("carries") or ()]


def _carries_again(due: Due, at: Moment, stands: Payment | None) -> list[tuple[str, str, str]]:
    """The carries before and after; a reversal takes its payment's effect on them back."""
    after = due.carried
    if due.type == REVERSED and stands is not None:
        after = {
            funder: at.carries.get(funder, Fraction(0)) - moved
            for funder, moved in stands.carried.items()
        }
    return [
        (funder, str(at.carries.get(funder, Fraction(0))), str(amount))
        for funder, amount in after.items()
    ]
