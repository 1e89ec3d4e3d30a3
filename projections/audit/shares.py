"""Parts of payments: that they add up, and are those of the share set that a payment names.

A plain recount from the words of the rule (`domain.md` 5), which shares no code with it: the
parts add up to the amount; the payers are those of the named set, its roles resolved by where the
child was on the payment's day; under `per_line` each is less than a penny from its exact share.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from ledger.events.children import ChildEnrolled, ChildTransferred
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeReversed, PaymentReleased, PaymentReversed, SplitLine
from ledger.events.people import FactVoided
from ledger.events.terms import CapSet, ContractSigned, SharesSet
from projections.audit.findings import Report
from projections.audit.known_events import KnownEvents

ChildOf = tuple[str, str | None]


class _Whereabouts(NamedTuple):
    """Where a child is on a day, and who stands for its roles."""

    school: str | None
    borough: str | None
    funders: Mapping[str, str]


NOWHERE: Final = _Whereabouts(None, None, {})
SAME_OF_PAYMENTS: Final = ("contract", "payment", "trigger", "kind", "card", "child", "reference")
NEGATED_OF_PAYMENTS: Final = ("amount_minor", "funded_minor", "unfunded_minor")
SAME_OF_FEES: Final = ("contract", "partner", "order", "session", "terms_version")
NEGATED_OF_FEES: Final = ("amount_minor", "over_limit_minor")


@dataclass(slots=True)
class SharesCheck:
    """Adds up every release, resolves its payers anew, and negates every reversal."""

    report: Report
    known: KnownEvents
    rounding: dict[str, str] = field(default_factory=dict)
    moved_on: set[str] = field(default_factory=set)
    targets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    enrolled: dict[ChildOf, AnyEvent] = field(default_factory=dict)
    transfers: dict[ChildOf, dict[int, AnyEvent]] = field(default_factory=dict)

    def follow(self, event: AnyEvent) -> None:
        """Take the next event."""
        content = event.data
        match content:
            case PaymentReleased():
                self._release(event, content)
            case PaymentReversed() | FeeReversed():
                self._reversal(event)
            case ChildEnrolled():
                self.enrolled[content.contract, content.child] = event
            case ChildTransferred():
                moves = self.transfers.setdefault((content.contract, content.child), {})
                moves[event.version] = event
            case FactVoided():
                self._void(content)
            case ContractSigned():
                self.rounding[content.contract] = content.rounding
            case CapSet(to=str(target)):
                self.targets[content.contract].add(target)
            case _:
                pass

    def _void(self, voiding: FactVoided) -> None:
        known = self.known.at(voiding.version)
        if known is not None:
            moves = self.transfers.get((voiding.contract, known.child), {})
            moves.pop(voiding.version, None)

    def _release(self, event: AnyEvent, paid: PaymentReleased) -> None:
        self.report.count("payments added up")
        funded = sum(line.amount_minor for line in paid.split)
        unfunded = sum(line.unfunded_minor for line in paid.split)
        if (funded, unfunded, funded + unfunded) != (
            paid.funded_minor,
            paid.unfunded_minor,
            paid.amount_minor,
        ) or any(line.amount_minor < 0 or line.unfunded_minor < 0 for line in paid.split):
            self.report.find("parts_do_not_add_up", event.version, "funded, unfunded, amount")
        named = self.known.whole.get(paid.share_set)
        if named is None or not isinstance(named.data, SharesSet):
            return
        where = self._whereabouts((paid.contract, paid.child), event.effective_on)
        if named.effective_on > event.effective_on or not _fits(named.data, where, paid.trigger):
            detail = f"set {paid.share_set} is of another day, place or trigger"
            self.report.find("share_set_not_in_force", event.version, detail)
        self._compare(event.version, paid, _parts(named.data, where, paid))

    def _compare(self, version: int, paid: PaymentReleased, due: dict[str, int] | None) -> None:
        """The payers with parts are those of the set, in its order; others take an excess."""
        found = {line.funder: line.parts for line in paid.split if line.parts}
        total = 0 if due is None else sum(due.values())
        others = {line.funder for line in paid.split if not line.parts}
        if (
            due is None
            or list(found.items()) != list(due.items())
            or any(line.parts_total != total for line in paid.split)
            or len(paid.split) != len(found) + len(others)
            or not others <= self.targets[paid.contract]
        ):
            self.report.find("payers_differ", version, f"of share set {paid.share_set}")
        elif self.rounding.get(paid.contract) == "per_line" and not self.targets[paid.contract]:
            self._to_the_penny(version, paid, total)

    def _to_the_penny(self, version: int, paid: PaymentReleased, total: int) -> None:
        """Before caps, each part is its exact share, rounded down or up."""
        for line in paid.split:
            exact = Fraction(paid.amount_minor * line.parts, total)
            if abs(line.amount_minor + line.unfunded_minor - exact) >= 1:
                self.report.find("share_differs", version, f"of {line.funder}")

    def _whereabouts(self, child: ChildOf, day: datetime.date) -> _Whereabouts:
        """Where a child was; moves by their day, then by version, each over the one before."""
        enrolled = self.enrolled.get(child)
        if enrolled is None:
            return NOWHERE
        begun: ChildEnrolled = enrolled.data
        school, borough, funders = begun.school, begun.borough, dict(begun.funders or {})
        moves = self.transfers.get(child, {}).values()
        for move in sorted(moves, key=lambda moved: (moved.effective_on, moved.version)):
            if move.effective_on <= day:
                school = move.data.school
                borough = move.data.borough or borough
                funders |= move.data.funders or {}
        return _Whereabouts(school, borough, funders)

    def _reversal(self, event: AnyEvent) -> None:
        """A reversal is what it names, field by field, every amount with the other sign."""
        self.report.count("reversals negated")
        undone = event.data
        named = self.known.whole.get(undone.reversed_version)
        if named is None or named.effective_on != event.effective_on:
            self.report.find("reversal_differs", event.version, "of another day, or of nothing")
            return
        same = SAME_OF_PAYMENTS if isinstance(undone, PaymentReversed) else SAME_OF_FEES
        negated = NEGATED_OF_PAYMENTS if isinstance(undone, PaymentReversed) else NEGATED_OF_FEES
        differing = [x for x in same if getattr(undone, x) != getattr(named.data, x, None)]
        differing += [x for x in negated if getattr(undone, x) != -getattr(named.data, x, 0)]
        if isinstance(undone, PaymentReversed) and isinstance(named.data, PaymentReleased):
            differing += [] if undone.split == _negated(named.data.split) else ["split"]
            differing += [] if _carried(undone) == _negative(_carried(named.data)) else ["carries"]
        if differing:
            self.report.find("reversal_differs", event.version, ", ".join(differing))


def _fits(terms: SharesSet, where: _Whereabouts, trigger: str) -> bool:
    """Whether every condition of a share set holds."""
    scope = terms.where
    return scope is None or (
        scope.school in {None, where.school}
        and scope.borough in {None, where.borough}
        and scope.trigger in {None, trigger}
    )


def _parts(terms: SharesSet, where: _Whereabouts, paid: PaymentReleased) -> dict[str, int] | None:
    """Funder -> parts, in share order; two shares of one funder are one; None: a role is open."""
    weights = [(share.funder, share.role, share.parts) for share in terms.shares or ()]
    weights += [
        (share.funder, share.role, share.amount_minor)
        for share in terms.fixed or ()
        if share.trigger == paid.trigger
    ]
    parts: dict[str, int] = {}
    for funder, role, weight in weights:
        payer = funder or where.funders.get(role or "")
        if payer is None:
            return None
        parts[payer] = parts.get(payer, 0) + weight
    if terms.fixed is not None and sum(parts.values()) != paid.amount_minor:
        return None
    return parts


def _negated(split: tuple[SplitLine, ...]) -> tuple[SplitLine, ...]:
    return tuple(
        SplitLine(
            line.funder, -line.amount_minor, -line.unfunded_minor, line.parts, line.parts_total
        )
        for line in split
    )


def _carried(payment: PaymentReleased | PaymentReversed) -> dict[str, Fraction]:
    """By how much each funder's carry moves."""
    return {
        carry.funder: Fraction(carry.after) - Fraction(carry.before)
        for carry in payment.carries or ()
    }


def _negative(carried: dict[str, Fraction]) -> dict[str, Fraction]:
    return {funder: -moved for funder, moved in carried.items()}
