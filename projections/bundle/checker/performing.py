"""The payments performed again: each stored decision against what the rules say is due next.

The facts are taken one by one. After each, what is due is worked out from all that is known, and
the decisions that the log stored behind the fact must be those, in that order, to the penny. What
differs is reported once for a child, which is then taken as it is stored.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from projections.bundle.checker.cards import Agreement
from projections.bundle.checker.comparing import (
    QUIET,
    Moment,
    Subject,
    difference,
    shares_of,
    split_of,
    subject_of,
    told,
)
from projections.bundle.checker.decisions import due_after
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event
from projections.bundle.checker.states import (
    LAPSED,
    RELEASED,
    RESTED,
    REVERSED,
    WITHHELD,
    Due,
    Opens,
    Payment,
    Performed,
    Withheld,
    learn,
)

COMPARED: Final = (RELEASED, REVERSED, WITHHELD, LAPSED, RESTED)
OTHER_DECISIONS: Final = (
    *("fee.accrued", "fee.reversed", "claim.collected", "claim.reduced", "sample.selected"),
    *("invoice.issued", "credit_note.issued", "invoice.written_off", "settlement.collected"),
    *("partner.settled", "partner.unsettled", "child.erased"),
)


class Performance:
    """Performs every contract of a ledger again."""

    def __init__(self, findings: Findings, opens: Opens) -> None:
        """Begin before the first event."""
        self._findings = findings
        self._opens = opens
        self._contracts: dict[str, Performed] = {}
        self._contract = ""
        self._due: Iterator[Due] = iter(())
        self._quiet: dict[tuple[str, Subject], Due] = {}
        self._distrusted: set[str] = set()
        self._erased: set[str] = set()
        self._fact = 0
        self._rules = 1

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        kind, said = event["type"], event["data"]
        if kind in COMPARED:
            self._take_decision(event)
        elif kind not in OTHER_DECISIONS:
            self._close()
            self._take_fact(event)
        elif kind == "child.erased" and said["scope"] == "all":
            self._erased.add(said["child"])
            for performed in self._contracts.values():
                performed.pupil(said["child"]).taken_as_stored = "erased"

    def finish(self) -> None:
        """Nothing is due behind the last event; say what was taken as it is stored."""
        self._close()
        reasons = [
            pupil.taken_as_stored
            for performed in self._contracts.values()
            for pupil in performed.pupils.values()
            if pupil.taken_as_stored and pupil.child not in self._distrusted
        ]
        for reason in reasons:
            self._findings.could_not(f"children whose payments are taken as stored: {reason}")

    def _take_fact(self, event: Event) -> None:
        said = event["data"]
        self._fact = event["version"]
        if event["type"] == "rules.adopted":
            self._adopt(said["rules"])
            return
        self._contract = said.get("contract") or ""
        if event["type"] == "contract.signed":
            cumulative = said["rounding"] == "cumulative"
            terms = Agreement(said["contract"], said["ends_on"], cumulative, self._rules)
            self._contracts[self._contract] = Performed(terms)
        performed = self._contracts.get(self._contract)
        if performed is not None:
            moved = learn(performed, event, self._opens)
            self._due = due_after(performed, moved)
            self._findings.count("facts taken")

    def _adopt(self, rules: int) -> None:
        """From here on other rules are in force; what every child earns by them is due."""
        self._rules = rules
        for performed in self._contracts.values():
            performed.terms.rules = rules
        self._due = itertools.chain.from_iterable(
            due_after(performed, list(performed.pupils)) for performed in self._contracts.values()
        )

    def _close(self) -> None:
        """What is still due behind a fact is missing from the log."""
        missing = [*self._each_due(), *self._quiet.values()]
        self._quiet.clear()
        for due in missing:
            if self._is_distrusted(due.child, due.trigger):
                continue
            self._distrust(due.child, due.trigger)
            what = f"behind version {self._fact:,} the rules decide {told(due)}: it is missing"
            self._findings.fault(EVENTS, what, line=self._fact, version=self._fact)

    def _each_due(self) -> Iterator[Due]:
        """What moves money next, of those that are compared; the quiet ones are set aside."""
        for due in self._due:
            if due.type in QUIET:
                self._quiet[due.type, (due.child, due.trigger)] = due
            elif not self._is_distrusted(due.child, due.trigger):
                yield due

    def _take_due(self, event: Event) -> Due | None:
        """What the rules decide in the place of a stored decision; quiet ones come in any order."""
        key = (event["type"], subject_of(event))
        if key[0] not in QUIET:
            return next(self._each_due(), None)
        while key not in self._quiet:
            due = next(self._due, None)
            if due is None or due.type not in QUIET:
                self._due = iter(()) if due is None else itertools.chain([due], self._due)
                return None
            self._quiet[due.type, (due.child, due.trigger)] = due
        return self._quiet.pop(key)

    def _take_decision(self, event: Event) -> None:
        performed = self._contracts[event["data"]["contract"]]
        child, name = subject_of(event)
        if self._is_distrusted(child, name):
            self._apply(performed, event, None)
            return
        if child and performed.pupil(child).taken_as_stored:
            self._findings.could_not("decisions taken as they are stored")
            self._apply(performed, event, None)
            return
        due = self._take_due(event)
        at = Moment(self._fact, self._rules, performed.terms.carries)
        what = difference(due, event, at, performed.payments_of(child).get(name))
        if what:
            self._distrust(child, name)
            if due is not None:
                self._distrust(due.child, due.trigger)
            version = event["version"]
            self._findings.fault(EVENTS, what, line=version, version=version)
        self._apply(performed, event, None if what else due)
        self._findings.count("payment decisions performed again")

    def _distrust(self, child: str, name: str) -> None:
        self._distrusted.add(child or f"grant {name}")

    def _is_distrusted(self, child: str, name: str) -> bool:
        return (child or f"grant {name}") in self._distrusted

    def _apply(self, performed: Performed, event: Event, due: Due | None) -> None:
        """Let a decision stand, as it is stored."""
        child, name = key = subject_of(event)
        kind, said = event["type"], event["data"]
        if kind == RELEASED:
            payment = _payment(performed, event, key)
            payment.carried = _carried(performed, said, due)
            performed.payments_of(child)[name] = payment
            performed.withheld_of(child).pop(name, None)
            performed.terms.use([(f, paid) for f, paid, _ in payment.split], child, 1)
        elif kind == REVERSED:
            gone = performed.payments_of(child).pop(name, None)
            if gone is not None:
                for funder, amount in gone.carried.items():
                    performed.terms.carries[funder] -= amount
                performed.terms.use([(f, paid) for f, paid, _ in gone.split], child, -1)
        elif kind == WITHHELD:
            performed.withheld_of(child)[name] = Withheld(
                reason=said["reason"],
                day=event["effective_on"],
                amount=said["amount_minor"],
                version=event["version"],
                kind=said["kind"],
            )
        elif kind == RESTED:
            rests = performed.payments_of(child).get(name)
            if rests is not None:
                rests.evidence, rests.area = tuple(said["evidence"]), said.get("area") or ""
        else:
            performed.withheld_of(child).pop(name, None)


def _payment(performed: Performed, event: Event, key: Subject) -> Payment:
    said = event["data"]
    cards = [card for card in performed.terms.cards if card.version == said["card_version"]]
    lines = [line for card in cards for line in card.lines if line.trigger == said["trigger"]]
    return Payment(
        version=event["version"],
        name=said["payment"],
        child=key[0],
        trigger=key[1],
        kind=said["kind"],
        day=event["effective_on"],
        amount=said["amount_minor"],
        split=split_of(said),
        shares=shares_of(said),
        carried={},
        card=said["card"],
        evidence=tuple(said["evidence"]),
        area=said.get("area") or "",
        rank=lines[0].rank if lines else 0,
    )


def _carried(performed: Performed, said: Event, due: Due | None) -> dict[str, Fraction]:
    """What a release did to the carries: as it was performed, or as it is stored."""
    after = {one["funder"]: Fraction(one["after"]) for one in said.get("carries") or ()}
    if due is not None:
        after = due.carried
    carries = performed.terms.carries
    moved = {funder: amount - carries.get(funder, Fraction(0)) for funder, amount in after.items()}
    carries.update(after)
    return moved
