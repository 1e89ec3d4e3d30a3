"""What is due of one child, or of one contract's records, and where an erasure of it stands."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ledger.events.words import RetainedKind
from ledger.retention import (
    RetentionRule,
    counted_from,
    due_on,
    due_under_all,
    left_programme_on,
    rule_in_force,
)
from projections.reading.asking import shown
from projections.reading.erasure_standing import ErasureStanding
from projections.reading.terms import ContractTerms

DueState = Literal["due", "requested", "declined", "held", "reported"]
Row = dict[str, Any]

RECORDS: Final[RetainedKind] = "financial_records"
OF_A_CHILD: Final[tuple[RetainedKind, ...]] = ("identity", "scores")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: on which day, of what kind, under which contract, in which state."""

    on: datetime.date
    terms: Mapping[str, ContractTerms]
    kind: RetainedKind | None
    contract: str | None
    state: DueState | None

    @property
    def concerns_children(self) -> bool:
        """Whether any child can be in the answer: some contract has a rule about children."""
        return any(
            self.rule(name, kind) is not None
            for name in self.terms
            for kind in OF_A_CHILD
            if self.kind in {None, kind}
        )

    def contracts_of_records(self) -> list[str]:
        """The contracts whose financial records can be in the answer."""
        if self.kind not in {None, RECORDS}:
            return []
        named = self.terms if self.contract is None else self.terms.keys() & {self.contract}
        return [name for name in named if self.rule(name, RECORDS) is not None]

    def rule(self, contract: str, kind: RetainedKind) -> RetentionRule | None:
        """The rule that a contract keeps this kind by."""
        return rule_in_force(self.terms[contract].retention, kind, self.on)

    def wants(self, item: Row) -> bool:
        """Whether the answer shows this item."""
        return self.kind in {None, item["kind"]} and self.state in {None, item["state"]}

    def without_rule(self) -> list[Row]:
        """The contracts and kinds that no rule is in force for: these are kept."""
        return [
            {"contract": name, "kind": kind}
            for name in self.terms
            for kind in (RECORDS, *OF_A_CHILD)
            if self.contract in {None, name} and self.kind in {None, kind}
            if self.rule(name, kind) is None
        ]


def records_due(
    asked: Question, contract: str, last_payment_on: datetime.date | None
) -> Row | None:
    """A contract's financial records, when they are due. Nothing here deletes them."""
    course = {"contract": contract, "cohort": None, "left_on": None}
    part = _under(asked, course | {"last_payment_on": last_payment_on}, RECORDS)
    if part is None or part["due_on"] > asked.on:
        return None
    return _item(None, RECORDS, [part], part["due_on"], "reported")


def child_due(
    asked: Question, child: str, courses: Sequence[Row], standing: ErasureStanding
) -> Iterator[Row]:
    """What is due of a child under all its contracts, its identity before its scores.

    An erasure of scores takes the identity along. While a rule keeps that for longer, the scores
    are held: due by themselves, and not to be proposed yet.
    """
    parts = {kind: [_under(asked, course, kind) for course in courses] for kind in OF_A_CHILD}
    days = {kind: _latest(of_kind) for kind, of_kind in parts.items()}
    kept_longer = (
        any(part is not None for part in parts["identity"])
        and not standing.has_taken("identity")
        and not _is_due(days["identity"], asked.on)
    )
    for kind in OF_A_CHILD:
        day = days[kind]
        if day is None or day > asked.on or standing.has_taken(kind):
            continue
        held = kind == "scores" and kept_longer
        state = _state(standing, kind, day, held=held)
        item = _item(child, kind, parts[kind], day, state, standing.request)
        yield item | {"held_until": _iso(days["identity"]) if state == "held" else None}


def _under(asked: Question, course: Row, kind: RetainedKind) -> Row | None:
    """When a kind of data is due under one contract; None where that contract keeps it."""
    terms = asked.terms[course["contract"]]
    rule = asked.rule(course["contract"], kind)
    if terms.contract is None or rule is None:
        return None
    cohort = terms.cohorts.get(course["cohort"])
    left_on = None if kind == RECORDS else left_programme_on(course["left_on"], cohort)
    dates = {
        "left_on": left_on,
        "contract_ends_on": terms.contract.ends_on,
        "last_payment_on": course["last_payment_on"],
    }
    day = due_on(rule.terms, **dates)
    if day is None:
        return None
    return {
        "contract": course["contract"],
        "due_on": day,
        "rule_version": rule.version,
        "months": rule.terms.months,
        "after": rule.terms.after,
        "counted_from": counted_from(rule.terms, **dates),
    }


def _latest(parts: Sequence[Row | None]) -> datetime.date | None:
    return due_under_all([None if part is None else part["due_on"] for part in parts])


def _is_due(day: datetime.date | None, on: datetime.date) -> bool:
    return day is not None and day <= on


def _state(
    standing: ErasureStanding, kind: RetainedKind, day: datetime.date, *, held: bool
) -> DueState:
    """Where it stands. Declined is what was declined since it was due.

    A request that was declined before that day, or before a later rule moved the day, answered
    another question. Whatever its scope: an erasure of scores would take a declined identity too.
    """
    if standing.asks_for(kind):
        return "requested"
    if _is_due(day, standing.declined_on or datetime.date.min):
        return "declined"
    return "held" if held else "due"


def _item(
    child: str | None,
    kind: RetainedKind,
    parts: Sequence[Row | None],
    day: datetime.date,
    state: DueState,
    request: Row | None = None,
) -> Row:
    return {
        "child": child,
        "kind": kind,
        "due_on": day.isoformat(),
        "state": state,
        "held_until": None,
        "request": request,
        "contracts": [shown(part) for part in parts if part is not None],
    }


def _iso(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()
