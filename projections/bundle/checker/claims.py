"""Claims and what comes of them (`domain.md` 6; 0022): what may be claimed, and who owes what.

A release and its reversal are entries of their own, each in at most one live claim; those of which
neither was claimed net out. What is rejected, or withdrawn, may be claimed again.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from projections.bundle.checker.expected import Expected
from projections.bundle.checker.history import Event
from projections.bundle.checker.sharing import Part, round_by_line

PAYMENT_DAYS: Final = 30
Owed = list[dict[str, Any]]
"""What each funder owes, in the order in which they first pay: as an event lists it."""


@dataclass
class Entry:
    """A release, or a reversal of one; `holder` is the live claim that has it."""

    version: int
    day: str
    payment: str
    amount: int
    split: list[tuple[str, int]]
    reverses: int
    reversed_by: int = 0
    holder: str = ""
    netted: bool = False

    def paid(self) -> int:
        """What funders pay of it."""
        return sum(amount for _, amount in self.split)


@dataclass
class Claim:
    """A claim: its lines by version, those that were rejected, what a sample took off."""

    lines: list[int]
    rejected: set[int] = field(default_factory=set)
    deducted: dict[str, int] = field(default_factory=dict)

    def standing(self) -> list[int]:
        """The lines that were not rejected."""
        return [version for version in self.lines if version not in self.rejected]


@dataclass
class Drawn:
    """A sample of a claim: what was drawn by which event, and the latest verdict on each."""

    event: Event
    verdicts: dict[str, Event] = field(default_factory=dict)


@dataclass
class Desk:
    """The claims of one contract."""

    entries: dict[int, Entry] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    samples: dict[str, Drawn] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)

    def enter(self, event: Event) -> None:
        """Take a release or a reversal; one that takes back what nobody claimed nets out."""
        said = event["data"]
        entry = Entry(
            version=event["version"],
            day=event["effective_on"],
            payment=said["payment"],
            amount=said["amount_minor"],
            split=[(part["funder"], part["amount_minor"]) for part in said["split"]],
            reverses=said.get("reversed_version", 0),
        )
        self.entries[entry.version] = entry
        if entry.reverses in self.entries:
            self.entries[entry.reverses].reversed_by = entry.version
            self._net(self.entries[entry.reverses])

    def _net(self, released: Entry) -> None:
        if released.reversed_by and not released.holder:
            reversal = self.entries[released.reversed_by]
            if not reversal.holder:
                released.netted = reversal.netted = True

    def hold(self, name: str, lines: Iterable[int]) -> None:
        """Let a claim have its lines, as far as there are such payments."""
        self.claims[name] = Claim([line for line in sorted(lines) if line in self.entries])
        for version in self.claims[name].lines:
            self.entries[version].holder = name

    def let_go(self, lines: Iterable[int]) -> None:
        """Lines that may be claimed again, unless they net out now."""
        gone = [self.entries[version] for version in lines]
        for entry in gone:
            entry.holder = ""
        for entry in gone:
            self._net(self.entries.get(entry.reverses, entry))

    def line_about(self, claim: Claim, payment: str) -> Entry:
        """The line of a claim about a payment, its release before its reversal."""
        held = [self.entries[version] for version in claim.lines]
        return next(entry for entry in held if entry.payment == payment)

    def owed(self, entries: Iterable[Entry]) -> Owed:
        """What each funder owes of some entries."""
        sums: dict[str, int] = {}
        for entry in entries:
            for funder, amount in entry.split:
                sums[funder] = sums.get(funder, 0) + amount
        return [{"funder": funder, "amount_minor": amount} for funder, amount in sums.items()]

    def collected(self, event: Event) -> Expected:
        """What a claim collects: all that may be claimed, up to its day, known at its version."""
        said = event["data"]
        known_at = said.get("known_at") or event["version"]
        found = [
            entry
            for entry in self.entries.values()
            if not entry.holder
            and not entry.netted
            and entry.version <= known_at
            and entry.day <= said["upto"]
        ]
        amount, funded = sum(one.amount for one in found), sum(one.paid() for one in found)
        says = {
            "claim": said["claim"],
            "upto": said["upto"],
            "known_at": known_at,
            "lines": [one.version for one in found if not one.reverses],
            "adjustments": [one.version for one in found if one.reverses],
            "amount_minor": amount,
            "funded_minor": funded,
            "unfunded_minor": amount - funded,
            "funders": self.owed(found),
        }
        return Expected("claim.collected", [event["version"]], says)

    def comes_off(self, name: str, line: Entry, causes: list[int]) -> Expected:
        """What a claim is less by without a line."""
        says = {
            "claim": name,
            "payment": line.payment,
            "amount_minor": -line.amount,
            "funded_minor": -line.paid(),
            "unfunded_minor": line.paid() - line.amount,
            "funders": [
                {**part, "amount_minor": -part["amount_minor"]} for part in self.owed([line])
            ],
        }
        return Expected("claim.reduced", causes, says)

    def billed(self, event: Event) -> Iterator[Expected]:
        """An invoice, or a credit note, for each funder that owes, or is owed, anything."""
        name = event["data"]["claim"]
        claim = self.claims[name]
        for part in self.owed(self.entries[version] for version in claim.standing()):
            funder = part["funder"]
            amount = part["amount_minor"] + claim.deducted.get(funder, 0)
            says = {"claim": name, "funder": funder, "amount_minor": abs(amount)}
            if amount > 0:
                day = datetime.date.fromisoformat(event["effective_on"])
                due_on = day + datetime.timedelta(days=self.days.get(funder, PAYMENT_DAYS))
                says |= {"due_on": due_on.isoformat()}
            if amount:
                kind = "invoice.issued" if amount > 0 else "credit_note.issued"
                yield Expected(kind, [event["version"]], says)

    def selected(self, event: Event) -> Expected:
        """The lines with the smallest hashes of `seed|claim|payment`; adjustments are none."""
        said = event["data"]
        lines = self._population(self.claims[said["claim"]])
        keys = sorted((_draw_key(said, one.payment), one.payment) for one in lines)
        says = {
            **{name: said[name] for name in ("claim", "sample", "method", "seed", "size")},
            "payments": [payment for _, payment in keys[: said["size"]]],
            "population": len(lines),
        }
        return Expected("sample.selected", [event["version"]], says)

    def _population(self, claim: Claim) -> list[Entry]:
        found = [self.entries[version] for version in claim.standing()]
        return [entry for entry in found if not entry.reverses]

    def closed(self, event: Event) -> Iterator[Expected]:
        """What failed comes off; an extrapolated sample takes as much off what nobody drew."""
        drawn = self.samples[event["data"]["sample"]]
        said = drawn.event["data"]
        name, claim = said["claim"], self.claims[said["claim"]]
        failed = [one for one in said["payments"] if not drawn.verdicts[one]["data"]["passed"]]
        for payment in failed:
            line = self.line_about(claim, payment)
            claim.rejected.add(line.version)
            causes = [line.version, drawn.verdicts[payment]["version"], event["version"]]
            yield self.comes_off(name, line, causes)
        off = self._extrapolated(claim, said["payments"], failed)
        if said["method"] == "extrapolated" and off:
            total = sum(part["amount_minor"] for part in off)
            says = {"claim": name, "sample": said["sample"], "amount_minor": total}
            says |= {"funded_minor": total, "unfunded_minor": 0, "funders": off}
            yield Expected("claim.reduced", [drawn.event["version"], event["version"]], says)

    def _extrapolated(self, claim: Claim, drawn: list[str], failed: list[str]) -> Owed:
        """The rate of what failed, of what was drawn, off the others; rounded once, half up."""
        sampled = {one: self.line_about(claim, one).paid() for one in drawn}
        others = [one for one in self._population(claim) if one.payment not in sampled]
        parts = [Part(one["funder"], one["amount_minor"]) for one in self.owed(others)]
        owed = sum(part.parts for part in parts)
        wrong = sum(sampled[one] for one in failed)
        if not owed or not wrong:
            return []
        twice, whole = 2 * wrong * owed, 2 * sum(sampled.values())
        round_by_line(parts, (twice + whole // 2) // whole)
        return [{"funder": part.funder, "amount_minor": -part.paid} for part in parts if part.paid]


def _draw_key(said: Event, payment: str) -> str:
    text = f"{said['seed']}|{said['claim']}|{payment}"
    return hashlib.sha256(text.encode()).hexdigest()
