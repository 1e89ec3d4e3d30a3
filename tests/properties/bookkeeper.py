"""A bookkeeper who knows the events alone: what was claimed and invoiced, and what is left.

It shares no code with the rules. What it holds is `domain.md` 6 and decision 0022.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from ledger.events.codec import AnyEvent
from tests.properties.cashier import Cashier

LIVE = ("drafted", "submitted", "approved")


@dataclass
class Line:
    """A release or a reversal: what each funder pays of it, and which claim holds it."""

    version: int
    payment: str
    day: Any
    amount: int
    funders: Counter[str]
    partner: int | None = None
    is_reversal: bool = False
    claim: str | None = None


@dataclass
class Claim:
    """A claim, its lines by version, what was rejected of it and what a sample deducted."""

    preparers: set[str]
    lines: list[int]
    last_on: Any
    state: str = "drafted"
    queried: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    deducted: Counter[str] = field(default_factory=Counter)


@dataclass
class Bookkeeper(Cashier):
    """Accounts of one contract's claims and cash, kept from the events in their order."""

    lines: dict[int, Line] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    samples: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, event: AnyEvent) -> None:
        """Take the next event; a claim goes forward in time."""
        said = event.data
        sample = self.samples.get(getattr(said, "sample", None) or "", {})
        claim = self.claims.get(getattr(said, "claim", None) or sample.get("claim", ""))
        if claim is not None and not event.type.startswith(("invoice", "credit_note")):
            assert event.effective_on >= claim.last_on
            claim.last_on = event.effective_on
        super().read(event)

    def _payment_released(self, event: AnyEvent, said: Any) -> None:
        funders = Counter({share.funder: share.amount_minor for share in said.split})
        line = Line(event.version, said.payment, event.effective_on, said.amount_minor, funders)
        self.lines[event.version] = line

    def _payment_reversed(self, event: AnyEvent, said: Any) -> None:
        self._payment_released(event, said)
        self.lines[event.version].partner = said.reversed_version
        self.lines[event.version].is_reversal = True
        self.lines[said.reversed_version].partner = event.version

    def can_be_claimed(self, line: Line) -> bool:
        """Nobody claims it, and it is not one of a pair that nobody claims."""
        pair = None if line.partner is None else self.lines[line.partner]
        return line.claim is None and (pair is None or pair.claim is not None)

    def _claim_collected(self, event: AnyEvent, said: Any) -> None:
        due = [
            line
            for line in self.lines.values()
            if self.can_be_claimed(line) and line.day <= said.upto and line.version <= said.known_at
        ]
        assert said.lines == tuple(line.version for line in due if not line.is_reversal)
        assert said.adjustments == tuple(line.version for line in due if line.is_reversal)
        assert said.amount_minor == sum(line.amount for line in due)
        assert said.funded_minor == said.amount_minor - said.unfunded_minor
        assert shares(said.funders) == shares_of(due)
        assert said.funded_minor == sum(shares_of(due).values())
        self.claims[said.claim] = Claim(
            {event.actor}, [line.version for line in due], event.effective_on
        )
        for line in due:
            line.claim = said.claim

    def _claim_submitted(self, event: AnyEvent, said: Any) -> None:
        claim = self.claims[said.claim]
        assert claim.state == "drafted"
        claim.state = "submitted"
        claim.preparers.add(event.actor)

    def _claim_withdrawn(self, _event: AnyEvent, said: Any) -> None:
        claim = self.claims[said.claim]
        assert claim.state in {"drafted", "submitted"}, "an approved claim stays"
        claim.state = "withdrawn"
        self._let_go(claim.lines)

    def _let_go(self, versions: Iterable[int]) -> None:
        for version in versions:
            self.lines[version].claim = None

    def _claim_line_queried(self, _event: AnyEvent, said: Any) -> None:
        self.claims[said.claim].queried.add(said.payment)

    def _claim_line_cleared(self, _event: AnyEvent, said: Any) -> None:
        self.claims[said.claim].queried.remove(said.payment)

    def _claim_reduced(self, _event: AnyEvent, said: Any) -> None:
        claim = self.claims[said.claim]
        assert claim.state == "submitted", "a claim is reduced while it is with the funders"
        assert not claim.deducted, "nothing comes off after a deduction"
        if said.payment is None:
            self._deducted(claim, said)
            return
        [line] = [line for line in self.standing(claim) if line.payment == said.payment]
        assert said.amount_minor == -line.amount
        assert shares(said.funders) == negated(line)
        assert said.payment not in self.under_examination(said.claim)
        claim.rejected.add(said.payment)
        claim.queried.discard(said.payment)

    def _deducted(self, claim: Claim, said: Any) -> None:
        sample = self.samples[said.sample]
        assert sample["method"] == "extrapolated"
        paid = {line.payment: sum(line.funders.values()) for line in self.own(claim)}
        failed = sum(paid[item] for item, passed in sample["verdicts"].items() if not passed)
        rate = Fraction(failed, sum(paid[item] for item in sample["verdicts"]))
        drawn = sample["verdicts"].keys()
        others = [line for line in self.standing(claim) if line.payment not in drawn]
        others = [line for line in others if not line.is_reversal]
        weights = +shares_of(others)
        off = int(rate * weights.total() + Fraction(1, 2))
        claim.deducted = Counter({s.funder: -s.amount_minor for s in said.funders})
        assert -said.amount_minor == claim.deducted.total() == off > 0
        for funder, part in claim.deducted.items():
            assert abs(part - Fraction(off * weights[funder], weights.total())) < 1
            assert 0 < part <= weights[funder], "nobody loses more than it pays"

    def under_examination(self, claim: str) -> set[str]:
        """The items of a claim's open sample."""
        kept = [s for s in self.samples.values() if s["claim"] == claim and s["open"]]
        assert len(kept) <= 1, "a claim has one open sample at a time"
        return {item for sample in kept for item in sample["items"]}

    def own(self, claim: Claim) -> list[Line]:
        """Every line that the claim was drafted with."""
        return [self.lines[version] for version in claim.lines]

    def standing(self, claim: Claim) -> list[Line]:
        """The lines that were not rejected."""
        return [line for line in self.own(claim) if line.payment not in claim.rejected]

    def _sample_selected(self, event: AnyEvent, said: Any) -> None:
        claim = self.claims[said.claim]
        assert claim.state == "submitted"
        assert not self.under_examination(said.claim)
        lines = [line.payment for line in self.standing(claim) if not line.is_reversal]
        keyed = {p: sha256(f"{said.seed}|{said.claim}|{p}".encode()).hexdigest() for p in lines}
        assert said.population == len(lines) > 0
        assert said.payments == tuple(sorted(lines, key=lambda p: (keyed[p], p))[: said.size])
        self.samples[said.sample] = {
            "claim": said.claim, "method": said.method, "items": said.payments,
            "drawer": event.actor, "verdicts": {}, "open": True,
        }  # fmt: skip

    def _sample_judged(self, event: AnyEvent, said: Any) -> None:
        sample = self.samples[said.sample]
        assert sample["open"]
        assert said.payment in sample["items"]
        assert event.actor not in self.claims[sample["claim"]].preparers | {sample["drawer"]}
        sample["verdicts"][said.payment] = said.passed

    def _sample_closed(self, _event: AnyEvent, said: Any) -> None:
        sample = self.samples[said.sample]
        assert sample["open"]
        assert sample["verdicts"].keys() == set(sample["items"]), "every item is judged"
        sample["open"] = False

    def _claim_approved(self, event: AnyEvent, said: Any) -> None:
        claim = self.claims[said.claim]
        assert claim.state == "submitted"
        assert event.actor not in claim.preparers, "who prepared cannot approve"
        assert not claim.queried
        assert not self.under_examination(said.claim), "a claim waits for its sample"
        claim.state = "approved"
        self.due = shares_of(self.standing(claim))
        self.due.subtract(claim.deducted)
        self._let_go(line.version for line in self.own(claim) if line.payment in claim.rejected)


def shares(listed: Iterable[Any]) -> Counter[str]:
    """Funders' amounts as a decision lists them; none is listed twice."""
    named = [share.funder for share in listed]
    assert len(named) == len(set(named))
    return Counter({share.funder: share.amount_minor for share in listed})


def shares_of(lines: Iterable[Line]) -> Counter[str]:
    """What each funder pays of some lines, also where that is nothing or negative."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums.update(line.funders)
    return sums


def negated(line: Line) -> Counter[str]:
    """What each funder pays of a line, turned around."""
    return Counter({funder: -amount for funder, amount in line.funders.items()})
