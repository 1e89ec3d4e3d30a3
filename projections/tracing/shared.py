"""Who shared a payment, by which set and why that one; what the caps left of it."""

import datetime
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.child import Child
from ledger.contract import Contract
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentWithheld
from ledger.shares import NO_PLACE, Part, Placement, ShareSet, parts_of, share_set_for
from projections.tracing.capped import Caps
from projections.tracing.considered import cards_considered, share_sets_considered
from projections.tracing.logged import Trail
from projections.tracing.priced import split_steps
from projections.tracing.sparse_book import Standpoint
from projections.tracing.story import CarryFrom, carries_before, used_before

CONSIDERED_MAX: Final = 100
Document = dict[str, Any]


@dataclass(slots=True)
class Shared:
    """What was found about a payment's shares and caps."""

    contract: Contract
    shares: Document | None
    caps: Document | None

    def cards(self, chosen: int, cohort: str | None, day: datetime.date) -> list[Document]:
        """The cards that were considered."""
        return cards_considered(self.contract.cards, chosen, cohort, day)


def shared_by(trail: Trail, decided: AnyEvent, place: Standpoint) -> Shared:
    """The shares and caps of a decision (`domain.md` 5), by the book in front of it; in pence.

    Both are None where no share set fits, or one of its roles comes to no funder.
    """
    content: PaymentReleased | PaymentWithheld = decided.data
    contract = place.contract
    child = contract.children.get(content.child or "")
    placement = _placement(place, child, decided)
    found = _who_shares(contract, placement, decided)
    if found is None:
        return Shared(contract, None, None)
    chosen, parts = found
    considered = share_sets_considered(
        contract.share_sets,
        chosen.version,
        placement,
        trigger=content.trigger,
        price=content.amount_minor,
        day=decided.effective_on,
    )
    carries = _carries(trail, decided, contract)
    steps, amounts = split_steps(
        content.amount_minor,
        parts,
        rounding=contract.terms.rounding,
        fixed=chosen.terms.fixed is not None,
        carries=carries,
    )
    shares = _shares(trail, chosen, placement, considered, decided)
    shares |= {"rounding": contract.terms.rounding, "steps": steps}
    shares["carries"] = msgspec.to_builtins(getattr(content, "carries", None))
    return Shared(contract, shares, _caps(trail, decided, contract, child, parts, amounts))


def _placement(place: Standpoint, child: Child | None, decided: AnyEvent) -> Placement:
    """Where the child was on the payment's day; a grant is nowhere."""
    if child is None or child.enrolment is None:
        return NO_PLACE
    return child.placement_on(decided.effective_on, place.book.voided)


def _who_shares(
    contract: Contract, placement: Placement, decided: AnyEvent
) -> tuple[ShareSet, tuple[Part, ...]] | None:
    """The set that wins, and the funders that it comes to; None where nobody is known."""
    content: PaymentReleased | PaymentWithheld = decided.data
    chosen = share_set_for(
        contract.share_sets,
        placement,
        trigger=content.trigger,
        price=content.amount_minor,
        day=decided.effective_on,
    )
    if chosen is None:
        return None
    parts = parts_of(chosen.terms, placement, trigger=content.trigger, price=content.amount_minor)
    return None if parts is None else (chosen, parts)


def _carries(trail: Trail, decided: AnyEvent, contract: Contract) -> dict[str, CarryFrom]:
    if contract.terms.rounding != "cumulative":
        return {}
    name = contract.terms.contract
    return carries_before(trail, name, contract.funders, decided.version)


def _shares(
    trail: Trail,
    chosen: ShareSet,
    placement: Placement,
    considered: list[Document],
    decided: AnyEvent,
) -> Document:
    return {
        "set": trail.node(chosen.version, "share_set"),
        "why": "most conditions; then school, borough, trigger; latest date; latest version",
        "placement": {
            "on": decided.effective_on.isoformat(),
            "school": placement.school,
            "borough": placement.borough,
            "funders": dict(placement.funders or {}),
        },
        "considered": trail.few("considered share sets", considered, CONSIDERED_MAX),
        "rule_version": decided.data.rule_version,
    }


def _caps(
    trail: Trail,
    decided: AnyEvent,
    contract: Contract,
    child: Child | None,
    parts: tuple[Part, ...],
    amounts: list[int],
) -> Document:
    used = used_before(trail, contract.terms.contract, decided.version)
    caps = Caps(
        day=decided.effective_on,
        of_funders=contract.funder_caps,
        of_child=contract.child_caps,
        of_contract=contract.contract_caps,
        funder_used=used,
        contract_used=sum(used.values()),
        child_used=None if child is None else child.paid_minor,
    )
    pays = caps.lay(parts, amounts)
    result = [
        {"funder": funder, "amount_minor": amount, "unfunded_minor": unfunded}
        for funder, (amount, unfunded) in pays.items()
    ]
    return {
        "caps": trail.nodes(caps.versions, "cap"),
        "steps": caps.steps,
        "refused": caps.refused,
        "comes_to": [] if caps.refused else result,
        "funded_minor": sum(amount for amount, _ in pays.values()),
        "unfunded_minor": sum(unfunded for _, unfunded in pays.values()),
    }
