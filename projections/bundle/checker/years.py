"""A programme year: interactions and sessions, and the test of attendance (`domain.md` 4)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from projections.bundle.checker.areas import Window
from projections.bundle.checker.cards import Card
from projections.bundle.checker.pupils import Fact, Pupil

DELIVERED: Final = "delivered"
MET: Final = "met"
FAILED: Final = "failed"
UNDECIDED: Final = "undecided"
PERCENT: Final = 100

Sessions = dict[tuple[str, str], list[Fact]]


class Span(NamedTuple):
    """The days of a programme year on which something counts for a child."""

    first_on: str
    last_on: str

    def holds(self, day: str) -> bool:
        """Whether a day is one of them."""
        return self.first_on <= day <= self.last_on


def span_of(year: Fact, window: Window, left_on: str | None) -> Span:
    """From the later of year start and sign-up to the earlier of year end and withdrawal."""
    last = year["to"] if left_on is None else min(year["to"], left_on)
    return Span(max(year["from"], window.first_on), last)


def meetings_in(pupil: Pupil, span: Span, received_by: str | None) -> list[Fact]:
    """The formal interactions that count."""
    return [
        fact
        for fact in pupil.standing(pupil.meetings)
        if fact["data"]["formal"]
        and span.holds(fact["effective_on"])
        and (received_by is None or fact["received_on"] <= received_by)
    ]


def registers_in(
    pupil: Pupil, sessions: Sessions, span: Span, received_by: str | None
) -> Iterator[Fact]:
    """The sessions that count: delivered, with the child expected, by their latest registers."""
    for key in pupil.sessions:
        known = sessions[key]
        if received_by is not None:
            known = [fact for fact in known if fact["received_on"] <= received_by]
        counts = bool(known) and _expects(known[-1], pupil.child, span)
        if counts and known[-1]["data"]["status"] == DELIVERED:
            yield known[-1]


def _expects(register: Fact, child: str, span: Span) -> bool:
    return child in register["data"]["expected"] and span.holds(register["effective_on"])


def hands_in(pupil: Pupil, sessions: Sessions, span: Span) -> set[str]:
    """Who recorded what counts in a year, and who took a session out of it (0014)."""
    recorders = {fact["actor"] for fact in meetings_in(pupil, span, None)}
    for key in pupil.sessions:
        if any(_expects(fact, pupil.child, span) for fact in sessions[key]):
            recorders.add(sessions[key][-1]["actor"])
    return recorders


def evidence_in(pupil: Pupil, sessions: Sessions, span: Span) -> tuple[int, ...]:
    """The interactions and registers that count, by version."""
    facts = [*meetings_in(pupil, span, None), *registers_in(pupil, sessions, span, None)]
    return tuple(sorted(fact["version"] for fact in facts))


def judged(
    pupil: Pupil, sessions: Sessions, card: Card, span: Span, received_by: str | None
) -> str:
    """Whether a year meets the card's test: exact whole numbers; without sessions nobody knows."""
    if len(meetings_in(pupil, span, received_by)) < card.interactions:
        return FAILED
    registers = list(registers_in(pupil, sessions, span, received_by))
    if not registers:
        return UNDECIDED
    attended = sum(pupil.child in (fact["data"].get("attended") or ()) for fact in registers)
    return MET if attended * PERCENT >= card.attendance * len(registers) else FAILED
