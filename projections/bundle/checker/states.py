"""A contract as it is performed again: its facts so far, and what stands by its decisions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, NamedTuple

from projections.bundle.checker.cards import Agreement, card_from
from projections.bundle.checker.history import Event
from projections.bundle.checker.pupils import Pupil, Score, number_of
from projections.bundle.checker.years import Sessions

RELEASED: Final = "payment.released"
REVERSED: Final = "payment.reversed"
WITHHELD: Final = "payment.withheld"
LAPSED: Final = "payment.lapsed"
RESTED: Final = "payment.evidence_changed"
NOBODY: Final = ""
Opens = Callable[[str, int, str, str], Any]
"""(child, version, field, ciphertext) -> the value, or None where there is no key."""
Pennies = tuple[str, int, int]
"""A funder, what it pays, and what of its share nobody pays."""


@dataclass
class Payment:
    """A payment that stands, with the split that a reversal negates, and what it rests on."""

    version: int
    name: str
    child: str
    trigger: str
    kind: str
    rank: int
    day: str
    amount: int
    split: list[Pennies]
    shares: list[tuple[str, int, int]]
    carried: dict[str, Fraction]
    card: str
    evidence: tuple[int, ...]
    area: str


class DecidedBy(NamedTuple):
    """The card and the share set by which something is decided; a version of 0 is none."""

    kind: str
    card: str
    card_version: int
    share_set: int = 0


NO_TERMS: Final = DecidedBy("", "", 0)


@dataclass
class Due:
    """A decision that the rules make: its type, subject, day, amount and split.

    `about` is the version of the payment, or of what is withheld, that it is about; `name` is that
    one's. The rest of it is what it is decided by, and what it rests on.
    """

    type: str
    child: str
    trigger: str
    day: str
    amount: int
    split: list[Pennies] = field(default_factory=list)
    shares: list[tuple[str, int, int]] = field(default_factory=list)
    reason: str = ""
    carried: dict[str, Fraction] = field(default_factory=dict)
    terms: DecidedBy = NO_TERMS
    evidence: tuple[int, ...] = ()
    area: str = ""
    about: int = 0
    name: str = ""


class Withheld(NamedTuple):
    """Why something is withheld, and what: of another day or amount it is withheld anew."""

    reason: str
    day: str
    amount: int
    version: int
    kind: str

    def tells(self, reason: str, day: str, amount: int) -> bool:
        """Whether it says so already."""
        return (self.reason, self.day, self.amount) == (reason, day, amount)


NOT_WITHHELD: Final = Withheld("", "", 0, 0, "")


@dataclass
class Performed:
    """One contract as it is performed again."""

    terms: Agreement
    pupils: dict[str, Pupil] = field(default_factory=dict)
    sessions: Sessions = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)
    grants: dict[str, Event] = field(default_factory=dict)
    about: dict[int, str] = field(default_factory=dict)
    asked_again: set[tuple[str, str]] = field(default_factory=set)
    payments: dict[str, dict[str, Payment]] = field(default_factory=dict)
    withheld: dict[str, dict[str, Withheld]] = field(default_factory=dict)

    def payments_of(self, child: str) -> dict[str, Payment]:
        """What stands of a child by trigger, or of grants by reference."""
        return self.payments.setdefault(child, {})

    def withheld_of(self, child: str) -> dict[str, Withheld]:
        """What is withheld of a child by trigger, or of grants by reference."""
        return self.withheld.setdefault(child, {})

    def pupil(self, child: str) -> Pupil:
        """A child, met for the first time or again."""
        if child not in self.pupils:
            self.pupils[child] = Pupil(child, self.voided)
        return self.pupils[child]


def learn(performed: Performed, event: Event, opens: Opens) -> list[str]:
    """Take in a fact; the children whose payments it may move, `NOBODY` for a grant."""
    said, kind = event["data"], event["type"]
    performed.asked_again.clear()
    if kind in LEARN_TERMS:
        LEARN_TERMS[kind](performed.terms, event)
        return [NOBODY, *performed.pupils]
    if kind == "register.submitted":
        return _learn_register(performed, event)
    if kind == "grant.agreed":
        performed.grants[said["reference"]] = event
        performed.about[event["version"]] = NOBODY
        return [NOBODY]
    if kind == "fact.voided":
        performed.voided.add(said["version"])
        child = performed.about.get(said["version"])
        return [] if child is None else [child]
    if kind not in LEARN_OF_CHILD and kind not in OTHERS_OF_CHILD:
        return []
    pupil = performed.pupil(said["child"])
    performed.about[event["version"]] = pupil.child
    if kind == "payment.decided":
        _learn_ruling(performed, pupil, event)
    elif kind.startswith("measurement."):
        _learn_score(pupil, event, opens)
    elif kind == "verification.recorded":
        about = ("trigger", said["trigger"]) if "trigger" in said else ("area", said["area"])
        pupil.verdicts.setdefault(about, []).append(event)
    else:
        LEARN_OF_CHILD[kind](pupil).append(event)
    idle = kind == "interaction.recorded" and not judges_years(pupil)
    return [] if idle else [pupil.child]


def judges_years(pupil: Pupil) -> bool:
    """Whether anybody gave a verdict that interactions and registers are about."""
    return any(kind == "trigger" for kind, _ in pupil.verdicts)


def _learn_register(performed: Performed, event: Event) -> list[str]:
    said = event["data"]
    key = (said["order"], said["session"])
    registers = performed.sessions.setdefault(key, [])
    registers.append(event)
    listed = dict.fromkeys(child for one in registers for child in one["data"]["expected"])
    for child in said["expected"]:
        performed.pupil(child).sessions.add(key)
    return [child for child in listed if judges_years(performed.pupil(child))]


def _learn_ruling(performed: Performed, pupil: Pupil, event: Event) -> None:
    """A person's word about what is withheld, for the reason for which it is withheld now."""
    said = event["data"]
    reason = performed.withheld_of(pupil.child).get(said["trigger"], NOT_WITHHELD).reason
    enrolment = pupil.enrolment()
    number = 0 if enrolment is None else enrolment["version"]
    pupil.rulings[said["trigger"], reason, number] = said["verdict"]
    if said["verdict"] == "release":
        performed.asked_again.add((pupil.child, said["trigger"]))


def _learn_score(pupil: Pupil, event: Event, opens: Opens) -> None:
    """A score, or its correction: by the only informant there is where none is named."""
    said = event["data"]
    value, informant = said["value"], said.get("informant")
    if isinstance(value, dict):
        value = opens(pupil.child, event["version"], "value", value["sealed"])
        if value is None:
            pupil.taken_as_stored = "scores that cannot be read"
            return
    place = (said["area"], said["point"])
    if informant is None and event["type"] == "measurement.corrected":
        known = [*pupil.scores.get(place, {})]
        informant = known[0] if len(known) == 1 else None
    score = Score(
        version=event["version"],
        taken_on=event["effective_on"],
        received_on=event["received_on"],
        actor=event["actor"],
        value=number_of(value),
    )
    pupil.scores.setdefault(place, {}).setdefault(informant, []).append(score)


LEARN_TERMS: Final[dict[str, Callable[[Agreement, Event], object]]] = {
    "funder.joined": lambda terms, event: terms.funders.add(event["data"]["funder"]),
    "cohort.opened": lambda terms, event: terms.cohorts.update(
        {event["data"]["cohort"]: event["data"]}
    ),
    "rate_card.issued": lambda terms, event: terms.cards.append(card_from(event)),
    "shares.set": lambda terms, event: terms.share_sets.append(event),
    "cap.set": lambda terms, event: terms.caps.append(event),
}
LEARN_OF_CHILD: Final[dict[str, Callable[[Pupil], list[Event]]]] = {
    "child.enrolled": lambda pupil: pupil.enrolments,
    "child.transferred": lambda pupil: pupil.moves,
    "child.withdrawn": lambda pupil: pupil.departures,
    "interaction.recorded": lambda pupil: pupil.meetings,
}
OTHERS_OF_CHILD: Final = (
    *("verification.recorded", "measurement.recorded", "measurement.corrected"),
    "payment.decided",
)
