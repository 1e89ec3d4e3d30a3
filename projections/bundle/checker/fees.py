"""What partners earn (`domain.md` 7; 0003, 0007): a fee for each register, by its order's terms.

An order is looked at as a whole: what its latest registers and its terms make payable, beside what
stands. A fee that stands is never priced again; only a register of its own session, or an earlier
one of its block, takes it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from projections.bundle.checker.expected import Expected
from projections.bundle.checker.history import Event

ACCRUED: Final = "fee.accrued"
TAKEN_BACK: Final = "fee.reversed"
BLOCK: Final = "block"
DELIVERED_SESSION: Final = "delivered"
WHOLE_PERCENT: Final = 100
MINUTES_OF_AN_HOUR: Final = 60


class StandingFee(NamedTuple):
    """A fee as it was stored: its version, its day, and the terms that priced it."""

    version: int
    day: str
    order: str
    partner: str
    amount: int
    over_limit: int
    terms_version: int


@dataclass
class Lesson:
    """A session of an order: its latest register, and the fee that stands for it."""

    register: Event
    fee: StandingFee | None = None

    def age(self) -> tuple[str, int]:
        """What is earliest in a block: by day, then by version."""
        return self.register["effective_on"], self.register["version"]


@dataclass
class Order:
    """An order with all its terms as they were placed, and its sessions in order of arrival."""

    placed: list[Event] = field(default_factory=list)
    lessons: dict[str, Lesson] = field(default_factory=dict)
    used: int = 0

    def terms_on(self, day: str, without: int = 0) -> Event | None:
        """The terms in force on a day, by date and then by version; one version may be left out."""
        found = None
        for terms in self.placed:  # in the order of versions
            if terms["version"] == without or terms["effective_on"] > day:
                continue
            if found is None or terms["effective_on"] >= found["effective_on"]:
                found = terms
        return found

    def terms_of(self, lesson: Lesson) -> Event | None:
        """The terms in force on the day of a session."""
        return self.terms_on(lesson.register["effective_on"])

    def is_by_block(self, version: int) -> bool:
        """Whether the terms of a version pay by the block."""
        return any(one["version"] == version and unit_of(one) == BLOCK for one in self.placed)


def unit_of(terms: Event) -> str:
    """What an order is paid by."""
    return str(terms["data"]["unit"])


def fee_of(terms: Event, register: Event) -> int:
    """What a session costs by itself, before the limit; pennies are rounded once, half up."""
    agreed, held = terms["data"], register["data"]
    delivered = held["status"] == DELIVERED_SESSION
    percent = WHOLE_PERCENT if delivered else agreed[f"{held['status']}_percent"]
    heads = held.get("attended") if delivered else held["expected"]
    minutes = MINUTES_OF_AN_HOUR
    if agreed["unit"] == "hour":
        minutes = held["minutes"]
    elif agreed["unit"] == "attendee":
        minutes *= len(heads or ())
    elif agreed["unit"] == BLOCK:
        minutes *= delivered
    exact, parts = agreed["rate_minor"] * minutes * percent, MINUTES_OF_AN_HOUR * WHOLE_PERCENT
    whole, rest = divmod(exact, parts)
    return int(whole + (2 * rest >= parts))


class Reckoning:
    """What one fact does to the fees of an order; each fee sees what the ones before it used."""

    def __init__(self, order: Order, fact: Event) -> None:
        """Begin with what stands."""
        self._order = order
        self._cause = int(fact["version"])
        self._used = order.used
        self._gone: set[str] = set()

    def after_register(self, session: str) -> Iterator[Expected]:
        """A register takes back what its session cost before, then costs by itself or in a block.

        A session that goes out of a block, or comes into one, may move the block's one fee.
        """
        lesson = self._order.lessons[session]
        if lesson.fee is not None:
            yield self._back(session, lesson.fee)
        yield from self._block()
        yield from self._alone(session, lesson)

    def after_terms(self) -> Iterator[Expected]:
        """New terms reach the sessions that had none for their day; no other is priced again."""
        waiting = [
            (session, lesson)
            for session, lesson in self._order.lessons.items()
            if self._order.terms_on(lesson.register["effective_on"], self._cause) is None
        ]
        yield from self._block()
        for session, lesson in waiting:
            if self._standing(session) is None:
                yield from self._alone(session, lesson)

    def _standing(self, session: str) -> StandingFee | None:
        return None if session in self._gone else self._order.lessons[session].fee

    def _alone(self, session: str, lesson: Lesson) -> Iterator[Expected]:
        terms = self._order.terms_of(lesson)
        if terms is not None and unit_of(terms) != BLOCK:
            yield from self._accrual(session, lesson, terms)

    def _block(self) -> Iterator[Expected]:
        """A block is paid once, at its earliest delivered session."""
        if not any(unit_of(terms) == BLOCK for terms in self._order.placed):
            return
        members = [name for name, lesson in self._order.lessons.items() if self._is_in(name)]
        lessons = {name: self._order.lessons[name] for name in members}
        held = [
            name
            for name, lesson in lessons.items()
            if lesson.register["data"]["status"] == DELIVERED_SESSION
        ]
        first = min(held, key=lambda name: lessons[name].age(), default=None)
        for name in members:
            fee = self._standing(name)
            if fee is not None and name != first:
                yield self._back(name, fee)
        if first is not None and self._standing(first) is None:
            terms = self._order.terms_of(lessons[first])
            if terms is not None:
                yield from self._accrual(first, lessons[first], terms)

    def _is_in(self, session: str) -> bool:
        """Whether the block's terms are in force for a session that has no fee of its own."""
        terms, fee = self._order.terms_of(self._order.lessons[session]), self._standing(session)
        by_block = terms is not None and unit_of(terms) == BLOCK
        return by_block and (fee is None or self._order.is_by_block(fee.terms_version))

    def _accrual(self, session: str, lesson: Lesson, terms: Event) -> Iterator[Expected]:
        fee, limit = fee_of(terms, lesson.register), terms["data"].get("limit_minor")
        if fee == 0:
            return
        within = fee if limit is None else max(0, min(fee, limit - self._used))
        self._used += within
        says = {
            "order": terms["data"]["order"],
            "session": session,
            "partner": terms["data"]["partner"],
            "amount_minor": within,
            "over_limit_minor": fee - within,
            "terms_version": terms["version"],
        }
        causes = sorted({self._cause, lesson.register["version"], terms["version"]})
        yield Expected(ACCRUED, causes, says, lesson.register["effective_on"])

    def _back(self, session: str, fee: StandingFee) -> Expected:
        self._used -= fee.amount
        self._gone.add(session)
        says = {
            "order": fee.order,
            "session": session,
            "partner": fee.partner,
            "amount_minor": -fee.amount,
            "over_limit_minor": -fee.over_limit,
            "terms_version": fee.terms_version,
            "reversed_version": fee.version,
        }
        return Expected(TAKEN_BACK, sorted({self._cause, fee.version}), says, fee.day)
