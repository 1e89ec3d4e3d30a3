"""The fees performed again: each stored accrual and reversal against what the rules say is due.

Fees stand right behind the register, or the terms, that they follow from. What differs is reported
once for an order, which is then taken as it is stored.
"""

from typing import Final

from projections.bundle.checker.apart import apart
from projections.bundle.checker.fees import (
    ACCRUED,
    TAKEN_BACK,
    DueFee,
    Lesson,
    Order,
    Reckoning,
    StandingFee,
)
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event

FEES: Final = (ACCRUED, TAKEN_BACK)
OrderKey = tuple[str, str]


class Fees:
    """Performs the fees of every order of a ledger again."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first event."""
        self._findings = findings
        self._orders: dict[OrderKey, Order] = {}
        self._distrusted: set[OrderKey] = set()
        self._due: list[DueFee] = []
        self._key: OrderKey = ("", "")
        self._fact = 0
        self._rules = 1

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        kind, said = event["type"], event["data"]
        if kind in FEES:
            self._take(event)
            return
        self._close()
        if kind == "rules.adopted":
            self._rules = said["rules"]
        elif kind in ("order.placed", "register.submitted"):
            self._key = (said["contract"], said["order"])
            self._fact = event["version"]
            self._learn(self._orders.setdefault(self._key, Order()), event)

    def finish(self) -> None:
        """Nothing is due behind the last event."""
        self._close()

    def _learn(self, order: Order, event: Event) -> None:
        reckoning = Reckoning(order, event)
        if event["type"] == "order.placed":
            order.placed.append(event)
            self._due = [*reckoning.after_terms()]
            return
        session = event["data"]["session"]
        if session in order.lessons:
            order.lessons[session].register = event
        else:
            order.lessons[session] = Lesson(event)
        self._due = [*reckoning.after_register(session)]

    def _close(self) -> None:
        """What is still due behind a fact is missing from the log."""
        for due in self._due:
            if self._key not in self._distrusted:
                self._distrusted.add(self._key)
                what = f"behind version {self._fact:,} the rules decide {due.type} of"
                what += f" {self._key[1]} {due.session}: it is missing"
                self._findings.fault(EVENTS, what, line=self._fact, version=self._fact)
        self._due = []

    def _take(self, event: Event) -> None:
        said = event["data"]
        key = (said["contract"], said["order"])
        self._findings.count("fees performed again")
        if key not in self._distrusted:
            here = self._due and key == self._key
            difference = self._difference(self._due.pop(0) if here else None, event)
            if difference:
                self._distrusted.add(key)
                version = event["version"]
                self._findings.fault(EVENTS, difference, line=version, version=version)
        self._apply(self._orders[key], event)

    def _apply(self, order: Order, event: Event) -> None:
        """Let a fee stand, or go, as it is stored."""
        said = event["data"]
        order.used += said["amount_minor"]
        order.lessons[said["session"]].fee = (
            None
            if event["type"] == TAKEN_BACK
            else StandingFee(
                version=event["version"],
                day=event["effective_on"],
                partner=said["partner"],
                amount=said["amount_minor"],
                over_limit=said["over_limit_minor"],
                terms_version=said["terms_version"],
            )
        )

    def _difference(self, due: DueFee | None, event: Event) -> str:
        """What a stored fee has otherwise than the rules; nothing when it agrees."""
        said, kind = event["data"], event["type"]
        if due is None:
            return f"{kind} is stored, and by the rules nothing is due"
        pairs: tuple[tuple[str, object, object], ...] = (
            ("type", due.type, kind),
            ("session", due.session, said["session"]),
            ("day", due.day, event["effective_on"]),
            ("partner", due.partner, said["partner"]),
            ("amount", due.amount, said["amount_minor"]),
            ("amount over the limit", due.over_limit, said["over_limit_minor"]),
            ("version of the terms", due.terms_version, said["terms_version"]),
            ("version taken back", due.reversed_version, said.get("reversed_version", 0)),
            ("causes", list(due.causes), event["causes"]),
            ("version of the rules", self._rules, said["rule_version"]),
        )
        for name, again, stored in pairs:
            if again != stored:
                return f"{kind}: {apart(name, again, stored)}"
        return ""
