"""What the rules expect behind a fact, held against what is stored there.

Decisions stand right behind the fact that they follow from, in the order in which the rules make
them. What differs is reported once for a subject (an order, a claim, a settlement), which is then
taken as it is stored.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from projections.bundle.checker.apart import apart
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event

NOTHING: Final[dict[str, Any]] = {}
NO_FACT: Final[dict[str, Any]] = {"version": 0, "effective_on": "", "data": {}}


class Expected(NamedTuple):
    """A decision that follows: its type, causes in order, what it says; a day unless the fact's."""

    type: str
    causes: list[int]
    says: dict[str, Any]
    day: str = ""


class Behind:
    """The decisions that are due behind the latest fact, taken off one by one as they are met."""

    def __init__(
        self, findings: Findings, counted: str, subject: Callable[[dict[str, Any]], str]
    ) -> None:
        """Begin before the first event; `subject` names what a decision's content is about."""
        self._findings = findings
        self._counted = counted
        self._subject = subject
        self._due: list[Expected] = []
        self._fact: Event = NO_FACT
        self._distrusted: set[tuple[str, str]] = set()
        self._rules = 1

    def begin(self, fact: Event) -> None:
        """A fact comes: what was due behind the one before must have been stored by now."""
        self.close()
        self._fact = fact
        if fact["type"] == "rules.adopted":
            self._rules = fact["data"]["rules"]

    def expect(self, due: Iterable[Expected]) -> None:
        """These decisions follow from the fact, in this order."""
        self._due = [*due]

    def close(self) -> None:
        """What is still due is missing from the log."""
        version = self._fact["version"]
        for due in self._due:
            key = self._key(self._fact, due.says)
            if key not in self._distrusted:
                self._distrusted.add(key)
                what = f"behind version {version:,} the rules decide {due.type} of {key[1]}:"
                self._findings.fault(EVENTS, f"{what} it is missing", line=version, version=version)
        self._due = []

    def refuse(self, fact: Event, objections: Iterable[str]) -> None:
        """Report a fact that the rules refuse, with the first reason."""
        key, version = self._key(fact, fact["data"]), fact["version"]
        why = next(iter(objections), "")
        if why and key not in self._distrusted:
            self._distrusted.add(key)
            what = f"{fact['type']} is stored, and the rules refuse it: {why}"
            self._findings.fault(EVENTS, what, line=version, version=version)

    def hold(self, event: Event, named: dict[str, Any] = NOTHING) -> None:
        """Hold a stored decision against what is due; `named` is what its version gives it."""
        self._findings.count(self._counted)
        key = self._key(event, event["data"])
        here = self._due and self._key(self._fact, self._due[0].says) == key
        due = self._due.pop(0) if here else None
        what = "" if key in self._distrusted else self._difference(due, event, named)
        if what:
            self._distrusted.add(key)
            version = event["version"]
            self._findings.fault(EVENTS, what, line=version, version=version)

    def _key(self, event: Event, said: dict[str, Any]) -> tuple[str, str]:
        return event["data"]["contract"], self._subject(said)

    def _difference(self, due: Expected | None, event: Event, named: dict[str, Any]) -> str:
        """What a stored decision has otherwise than the rules; nothing when it agrees."""
        said, kind = event["data"], event["type"]
        if due is None or due.type != kind:
            decided = "nothing" if due is None else due.type
            return f"{kind} is stored, and by the rules {decided} is due"
        says = {**due.says, **named, "rule_version": self._rules}
        says["contract"] = self._fact["data"]["contract"]
        pairs = [(name, says.get(name), said.get(name)) for name in sorted({*says, *said})]
        pairs.append(("day", due.day or self._fact["effective_on"], event["effective_on"]))
        pairs.append(("causes", due.causes, event["causes"]))
        for name, again, stored in pairs:
            if again != stored:
                return f"{kind}: {apart(name, again, stored)}"
        return ""
