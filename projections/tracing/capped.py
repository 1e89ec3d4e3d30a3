"""The caps over one payment, one after another: limit, use, room, and what comes off.

Split first; then funder caps in share order; then the child's, then the contract's (`domain.md` 5).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.caps import Cap, cap_in_force
from ledger.money import split_by_largest_remainder
from ledger.shares import Part

Step = dict[str, Any]


@dataclass(slots=True)
class Caps:
    """The caps in force for one payment, and what had been used of each."""

    day: datetime.date
    of_funders: Mapping[str, Sequence[Cap]]
    of_child: Sequence[Cap]
    of_contract: Sequence[Cap]
    funder_used: Mapping[str, int]
    contract_used: int
    child_used: int | None
    steps: list[Step] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)
    refused: bool = False

    def lay(self, parts: Sequence[Part], amounts: Sequence[int]) -> dict[str, tuple[int, int]]:
        """What each funder pays under the caps, and what nobody pays of its part, both in pence.

        `amounts` are what the split gave each part, in pence (`domain.md` 5). Steps are added to
        `steps`; `refused` is set where a cap refuses the line, and then nothing of this is paid.
        """
        pays: dict[str, int] = {}
        unfunded: dict[str, int] = {}
        moving = []
        for part, amount in zip(parts, amounts, strict=True):
            cap = self._in_force(self.of_funders.get(part.funder, ()))
            pays[part.funder], unfunded[part.funder] = amount, 0
            if cap is None:
                continue
            used = self.funder_used.get(part.funder, 0)
            excess = self._under(cap, "funder", used, amount, funder=part.funder)
            pays[part.funder] -= excess
            if excess and cap.terms.on_reached == "reallocate":
                moving.append((part.funder, cap.terms.to or "", excess))
            else:
                unfunded[part.funder] += excess
        for source, target, excess in moving:
            taken = self._moved(source, target, excess, pays)
            if taken:
                pays[target] = pays.get(target, 0) + taken
                unfunded.setdefault(target, 0)
            unfunded[source] += excess - taken
        self._shared("child", self.of_child, self.child_used, pays, unfunded)
        self._shared("contract", self.of_contract, self.contract_used, pays, unfunded)
        return {funder: (amount, unfunded[funder]) for funder, amount in pays.items()}

    def _in_force(self, caps: Sequence[Cap]) -> Cap | None:
        cap = cap_in_force(caps, self.day)
        if cap is not None:
            self.versions.add(cap.version)
        return cap

    def _under(
        self, cap: Cap, whose: str, used: int, asked: int, *, funder: str | None = None
    ) -> int:
        """One cap: its limit less its use is its room; what is asked above that is the excess."""
        room = cap.terms.limit_minor - used
        excess = max(0, asked - max(0, room))
        self.refused |= bool(excess) and cap.terms.on_reached == "refuse_line"
        self.steps.append(
            {
                "step": "cap",
                "whose": whose,
                "funder": funder,
                "cap": cap.version,
                "limit_minor": cap.terms.limit_minor,
                "used_minor": used,
                "room_minor": room,
                "asked_minor": asked,
                "pays_minor": asked - excess,
                "excess_minor": excess,
                "bites": excess > 0,
                "on_reached": cap.terms.on_reached,
                "room_after_minor": room - (asked - excess),
            }
        )
        return excess

    def _moved(self, source: str, target: str, excess: int, pays: Mapping[str, int]) -> int:
        """What another funder takes of an excess, within its own cap."""
        cap = self._in_force(self.of_funders.get(target, ()))
        room = None
        if cap is not None:
            used = self.funder_used.get(target, 0)
            room = cap.terms.limit_minor - used - pays.get(target, 0)
        taken = excess if room is None else min(excess, max(0, room))
        step = {"step": "reallocated", "funder": source, "to": target, "excess_minor": excess}
        step |= {"room_minor": room, "taken_minor": taken, "unfunded_minor": excess - taken}
        self.steps.append(step)
        return taken

    def _shared(
        self,
        whose: str,
        caps: Sequence[Cap],
        used: int | None,
        pays: dict[str, int],
        unfunded: dict[str, int],
    ) -> None:
        """A cap over all of them: its excess comes off in proportion to what each still pays."""
        cap = None if used is None else self._in_force(caps)
        if cap is None or used is None:
            return
        excess = self._under(cap, whose, used, sum(pays.values()))
        if not excess or cap.terms.on_reached == "refuse_line":
            return
        asked = tuple(pays.items())
        taken = split_by_largest_remainder(excess, [amount for _, amount in asked])
        for (funder, amount), less in zip(asked, taken, strict=True):
            exact = Fraction(excess * amount, sum(paid for _, paid in asked))
            step = {"step": "taken_off", "whose": whose, "funder": funder, "paid_minor": amount}
            self.steps.append({**step, "exact": str(exact), "taken_minor": less})
            pays[funder] -= less
            unfunded[funder] += less
