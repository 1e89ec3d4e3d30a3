"""The terms of a contract, as far as payments need them: cohorts, cards, share sets, caps.

Days are texts of ISO 8601, which sort as days do. Written from the description of the trade
(`domain.md`, sections 4 and 5), and from nothing else.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

Terms = dict[str, Any]
DEFAULT_INTERACTIONS: Final = 6
DEFAULT_ATTENDANCE: Final = 75
NEED_NO_VERDICT: Final = ("sign_up", "grant")


@dataclass
class Line:
    """One line of a card: what releases a payment, and at which price."""

    trigger: str
    kind: str
    place: int
    price_minor: int
    year: int
    rank: int
    area: str
    percent: int
    verify: bool


@dataclass
class Card:
    """A rate card, complete by itself."""

    version: int
    name: str
    since: str
    cohorts: tuple[str, ...]
    lines: tuple[Line, ...]
    interactions: int
    attendance: int
    areas: tuple[Terms, ...]

    def line_of(self, kind: str, **wanted: object) -> Line | None:
        """The line of a kind, for a year, a rank or an area."""
        for line in self.lines:
            if line.kind == kind and all(getattr(line, k) == v for k, v in wanted.items()):
                return line
        return None

    def line_named(self, trigger: str, kind: str) -> Line | None:
        """The line of this name and kind."""
        for line in self.lines:
            if (line.trigger, line.kind) == (trigger, kind):
                return line
        return None


def card_from(event: Terms) -> Card:
    """A card as it was issued."""
    said = event["data"]
    engagement = said.get("engagement") or {}
    return Card(
        version=event["version"],
        name=said["card"],
        since=event["effective_on"],
        cohorts=tuple(said.get("cohorts") or ()),
        lines=tuple(line_from(line, place) for place, line in enumerate(said["triggers"])),
        interactions=engagement.get("min_interactions", DEFAULT_INTERACTIONS),
        attendance=engagement.get("min_attendance_percent", DEFAULT_ATTENDANCE),
        areas=tuple(said.get("areas") or ()),
    )


def line_from(said: Terms, place: int) -> Line:
    """One line of a card; whether it needs a verdict depends on its kind unless it says so."""
    return Line(
        trigger=said["trigger"],
        kind=said["kind"],
        place=place,
        price_minor=said.get("price_minor", 0),
        year=said.get("year", 0),
        rank=said.get("rank", 0),
        area=said.get("area", ""),
        percent=said.get("percent", 0),
        verify=said.get("verify", said["kind"] not in NEED_NO_VERDICT),
    )


@dataclass
class Agreement:
    """A contract and its terms, each list as recorded; the version of the rules in force."""

    name: str
    ends_on: str
    cumulative: bool
    rules: int = 1
    funders: set[str] = field(default_factory=set)
    cohorts: dict[str, Terms] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    share_sets: list[Terms] = field(default_factory=list)
    caps: list[Terms] = field(default_factory=list)
    carries: dict[str, Fraction] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)

    def card_on(self, day: str, cohort: str) -> Card | None:
        """The card in force: of the cohort before any; the latest day; the latest version."""
        fitting = [
            (bool(card.cohorts), card.since, card.version, card)
            for card in self.cards
            if card.since <= day and (not card.cohorts or cohort in card.cohorts)
        ]
        return max(fitting, key=lambda found: found[:3])[3] if fitting else None

    def card_of_grant(self, day: str, trigger: str) -> Card | None:
        """The card that lists a grant, of those in force for a cohort or for none: the latest."""
        in_force = [self.card_on(day, cohort) for cohort in (*self.cohorts, "")]
        listing = [card for card in in_force if card and card.line_named(trigger, "grant")]
        return max(listing, key=lambda card: (card.since, card.version), default=None)

    def cap_on(self, day: str, kind: str, funder: str = "") -> Terms | None:
        """The cap in force of a funder, of each child or of the contract."""
        fitting = [
            (event["effective_on"], event["version"], event["data"])
            for event in self.caps
            if event["effective_on"] <= day and cap_kind(event["data"]) == (kind, funder)
        ]
        return max(fitting, key=lambda found: found[:2])[2] if fitting else None

    def use(self, funder_parts: list[tuple[str, int]], child: str, sign: int) -> None:
        """Count what was released, or (-1) reversed, against the caps."""
        for funder, amount in funder_parts:
            for key in (("funder", funder), ("contract", ""), ("child", child)):
                if key != ("child", ""):  # a grant hangs on no child
                    self.used[key] = self.used.get(key, 0) + sign * amount


def cap_kind(said: Terms) -> tuple[str, str]:
    """Whose cap it is."""
    if said.get("per_child"):
        return "child", ""
    funder = said.get("funder")
    return ("funder", funder) if funder else ("contract", "")
