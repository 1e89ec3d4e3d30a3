"""The events that decide one payment: its contract's terms, and all that is about its child."""

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from msgspec.structs import replace

from ledger.events.catalogue import TYPE_OF
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed
from ledger.events.delivery import RegisterSubmitted
from ledger.events.rules import RulesAdopted
from projections.reading.balances import balances
from projections.reading.child_record import only
from projections.reading.evidence import session_subject
from projections.reading.pair import Pair
from projections.tracing.logged import Trail

TERMS: Final = (
    "contract.signed",
    "funder.joined",
    "cohort.opened",
    "rate_card.issued",
    "shares.set",
    "cap.set",
)
USED: Final = ("released", "reversed")


class CarryFrom(NamedTuple):
    """A funder's carry, and the release or reversal that left it; None where there was none."""

    carry: Fraction
    version: int | None


def terms_before(
    trail: Trail, contract: str, version: int, types: Collection[str] = TERMS
) -> list[int]:
    """The versions of a contract's terms up to a version."""
    rows = trail.ask("tracing.terms", contract=contract, types=list(types), known_at=version)
    return [row["version"] for row in rows]


def story_of_child(trail: Trail, contract: str, child: str, upto: int) -> list[AnyEvent]:
    """Everything up to a version that the rules know of a child, of registers its own part."""
    versions = set(terms_before(trail, contract, upto))
    versions.update(trail.about([f"child:{child}"], upto)[f"child:{child}"])
    versions.update(rules_before(trail, upto))
    events = trail.events(versions)
    sessions = {
        session_subject(event.data)
        for event in events
        if isinstance(event.data, RegisterSubmitted) and event.data.contract == contract
    }
    for later in trail.about(sessions, upto).values():
        versions.update(later)
    return [
        _own_part(event, child)
        for event in trail.events(versions)
        if getattr(event.data, "contract", None) == contract or isinstance(event.data, RulesAdopted)
    ]


def story_of_grant(
    trail: Trail, contract: str, decisions: Iterable[AnyEvent], upto: int
) -> list[AnyEvent]:
    """The terms up to a version, the grant, and what was decided about it and why."""
    versions = {*terms_before(trail, contract, upto), *rules_before(trail, upto)}
    for decision in decisions:
        versions.update((decision.version, max(decision.causes)))
        versions.update(getattr(decision.data, "evidence", ()))
    return trail.events(version for version in versions if version <= upto)


def rules_before(trail: Trail, upto: int) -> list[int]:
    """The versions at which the ledger adopted rules, up to a version."""
    adopted = f"type:{TYPE_OF[RulesAdopted]}"
    return list(trail.about([adopted], upto)[adopted])


def _own_part(event: AnyEvent, child: str) -> AnyEvent:
    if not isinstance(event.data, RegisterSubmitted):
        return event
    return replace(event, data=only(event.data, child))


def used_before(trail: Trail, contract: str, version: int) -> dict[str, int]:
    """What each funder's cap had used in front of a version, in pence: released less reversed."""
    found: dict[str, int] = {}
    at = Pair(None, version - 1)
    for balance in balances(trail.connection, trail.ledger, at, book="journal", contract=contract):
        accrued = balance.account.startswith("assets:accrued-income:")
        if accrued and balance.detail in USED and balance.funder is not None:
            found[balance.funder] = found.get(balance.funder, 0) + balance.balance_minor
    return found


def carries_before(
    trail: Trail, contract: str, funders: Iterable[str], version: int
) -> dict[str, CarryFrom]:
    """Each funder's carry in front of a version, a part of a penny, and where it came from."""
    rows = trail.ask(
        "tracing.last_carries", contract=contract, funders=sorted(funders), version=version
    )
    latest = {row["funder"]: max(row["released"] or 0, row["reversed"] or 0) for row in rows}
    trail.read(last for last in latest.values() if last)
    return {
        funder: CarryFrom(_left_by(trail.event(last), funder), last)
        if last
        else CarryFrom(Fraction(0), None)
        for funder, last in latest.items()
    }


def _left_by(event: AnyEvent, funder: str) -> Fraction:
    content: PaymentReleased | PaymentReversed = event.data
    return next(
        (Fraction(carry.after) for carry in content.carries or () if carry.funder == funder),
        Fraction(0),
    )
