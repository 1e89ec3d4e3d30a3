"""Who pays a price: the share set in force, both roundings, and the caps (`domain.md` 5)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from projections.bundle.checker.cards import Agreement, Terms
from projections.bundle.checker.pupils import Fact, Whereabouts

CAP_REACHED: Final = "cap_reached"
PLACES: Final = ("school", "borough", "trigger")


@dataclass
class Part:
    """What one funder pays of a price, and what of its share nobody pays."""

    funder: str
    parts: int
    paid: int = 0
    unfunded: int = 0


@dataclass
class Split:
    """A price, divided by a share set; the carries that it leaves, where there are any."""

    parts: list[Part]
    carries: dict[str, Fraction]
    share_set: int
    whole: int

    def shares(self) -> list[tuple[str, int, int]]:
        """The exact share of each funder: so many parts of the whole."""
        return [(part.funder, part.parts, self.whole) for part in self.parts]


@dataclass
class Asked:
    """What is to be divided, when, and where the child is on that day (a grant's is nowhere)."""

    trigger: str
    price: int
    day: str
    where: Whereabouts


def share_set_on(terms: Agreement, asked: Asked) -> Fact | None:
    """The share set in force: most conditions, school before borough before trigger, the latest."""
    place = {"school": asked.where.school, "borough": asked.where.borough, "trigger": asked.trigger}
    fitting = []
    for event in terms.share_sets:
        conditions = event["data"].get("where") or {}
        if event["effective_on"] > asked.day:
            continue
        if any(place[name] != wanted for name, wanted in conditions.items()):
            continue
        if "fixed" in event["data"] and fixed_sum(event["data"], asked.trigger) != asked.price:
            continue
        named = tuple(name in conditions for name in PLACES)
        rank = (sum(named), named, event["effective_on"], event["version"])
        fitting.append((rank, event))
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def fixed_sum(said: Terms, trigger: str) -> int:
    """What fixed shares of a trigger come to."""
    return sum(line["amount_minor"] for line in said["fixed"] if line["trigger"] == trigger)


def divided(terms: Agreement, asked: Asked) -> Split | None:
    """The price divided before caps; None while there is no set, or a role is nobody yet."""
    share_set = share_set_on(terms, asked)
    if share_set is None:
        return None
    said = share_set["data"]
    fixed = "fixed" in said
    lines = [line for line in said["fixed"] if line["trigger"] == asked.trigger] if fixed else []
    parts: dict[str, Part] = {}
    for line in lines or said["shares"]:
        funder = line.get("funder") or asked.where.roles.get(line["role"])
        if funder is None or funder not in terms.funders:
            return None
        part = parts.setdefault(funder, Part(funder, 0))
        part.parts += line["amount_minor" if fixed else "parts"]
    whole = sum(part.parts for part in parts.values())
    split = Split(list(parts.values()), {}, share_set["version"], whole)
    if fixed:
        for part in split.parts:
            part.paid = part.parts
    elif terms.cumulative:
        round_with_carries(split, asked.price, terms.carries)
    else:
        round_by_line(split.parts, asked.price)
    return split


def round_by_line(parts: list[Part], price: int) -> None:
    """Largest remainder: floors first, left-over pennies to the largest remainders, in order."""
    total = sum(part.parts for part in parts)
    for part in parts:
        part.paid = price * part.parts // total
    left = price - sum(part.paid for part in parts)
    by_remainder = sorted(parts, key=lambda part: -(price * part.parts % total))
    for part in by_remainder[:left]:
        part.paid += 1


def round_with_carries(split: Split, price: int, carries: dict[str, Fraction]) -> None:
    """Without lasting drift: each target is the exact share and what was carried."""
    total = sum(part.parts for part in split.parts)
    targets = [
        Fraction(price * part.parts, total) + carries.get(part.funder, Fraction(0))
        for part in split.parts
    ]
    paid = [max(0, target.numerator // target.denominator) for target in targets]
    places = range(len(paid))
    while sum(paid) < price:
        paid[max(places, key=lambda place: (targets[place] - paid[place], -place))] += 1
    while sum(paid) > price:
        payers = [place for place in places if paid[place] > 0]
        paid[min(payers, key=lambda place: (targets[place] - paid[place], -place))] -= 1
    for part, target, amount in zip(split.parts, targets, paid, strict=True):
        part.paid = amount
        split.carries[part.funder] = target - amount


def capped(terms: Agreement, asked: Asked, split: Split, child: str) -> bool:
    """Take off what caps do not allow; False when a cap refuses the whole payment."""
    moved: list[tuple[Part, str, int]] = []
    for part in split.parts:
        cap = terms.cap_on(asked.day, "funder", part.funder)
        over = 0 if cap is None else part.paid - room_under(terms, cap, "funder", part.funder)
        if cap is None or over <= 0:
            continue
        if cap["on_reached"] == "refuse_line":
            return False
        part.paid -= over
        if cap["on_reached"] == "reallocate":
            moved.append((part, cap["to"], over))
        else:
            part.unfunded += over
    for part, to, over in moved:
        taken = take_over(terms, asked, split, to, over)
        part.unfunded += over - taken
    kinds = [("child", child)] if child else []
    return all(
        take_off_all(terms, asked, split, kind, name) for kind, name in [*kinds, ("contract", "")]
    )


def room_under(terms: Agreement, cap: Terms, kind: str, name: str) -> int:
    """What is left of a cap."""
    return max(0, int(cap["limit_minor"]) - terms.used.get((kind, name), 0))


def take_over(terms: Agreement, asked: Asked, split: Split, to: str, over: int) -> int:
    """What another funder takes of an excess, beside its own part and under its own cap."""
    part = next((part for part in split.parts if part.funder == to), None)
    cap = terms.cap_on(asked.day, "funder", to)
    own = 0 if part is None else part.paid
    taken = over if cap is None else min(over, max(0, room_under(terms, cap, "funder", to) - own))
    if taken and part is None:
        part = Part(to, 0)
        split.parts.append(part)
    if part is not None:
        part.paid += taken
    return taken


def take_off_all(terms: Agreement, asked: Asked, split: Split, kind: str, name: str) -> bool:
    """Take the excess over a child's or the contract's cap off all who still pay, in proportion."""
    cap = terms.cap_on(asked.day, kind)
    total = sum(part.paid for part in split.parts)
    over = 0 if cap is None else total - room_under(terms, cap, kind, name)
    if cap is None or over <= 0:
        return True
    if cap["on_reached"] == "refuse_line":
        return False
    shares = [Part(part.funder, part.paid) for part in split.parts]
    round_by_line(shares, over)
    for part, share in zip(split.parts, shares, strict=True):
        part.paid -= share.paid
        part.unfunded += share.paid
    return True
