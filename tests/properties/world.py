"""A ledger played from a history: every fact decided, every event read by the auditor."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ledger.book import Book
from ledger.deciding import decide
from ledger.events.codec import AnyEvent, ShapeInvalid
from ledger.refusals import Refusal
from tests.properties.auditor import Auditor
from tests.properties.facts import TODAY, Sent, typed

VOIDABLE: Final = {
    *("child.enrolled", "child.withdrawn", "child.transferred", "interaction.recorded"),
    *("verification.recorded", "grant.agreed", "receipt.recorded"),
}


def moment(number: int) -> str:
    """The recorded moment of a commit: one microsecond after the one before."""
    return f"2026-11-23T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000000Z"


@dataclass
class World:
    """A book, what was stored on the way, and what was refused."""

    book: Book = field(default_factory=Book)
    auditor: Auditor = field(default_factory=Auditor)
    events: list[AnyEvent] = field(default_factory=list)
    refused: list[tuple[Sent, str]] = field(default_factory=list)
    accepted: list[Sent] = field(default_factory=list)

    def take(self, sent: Sent) -> list[AnyEvent]:
        """Decide one fact; an answer of no events is a refusal, which is kept beside it."""
        actor, content = sent = self.paid_back(self.counted_back(sent))
        try:
            events = decide(
                self.book,
                typed(content),
                actor=actor,
                today=TODAY,
                recorded_at=moment(len(self.accepted)),
            )
        except (Refusal, ShapeInvalid) as refusal:
            self.refused.append((sent, getattr(refusal, "code", "shape_invalid")))
            return []
        self.accepted.append(sent)
        self.auditor.read_all(events)
        self.events += events
        return events

    def counted_back(self, sent: Sent) -> Sent:
        """Turn `version: -3` of a voiding into the third voidable fact from the end."""
        actor, content = sent
        back = content["data"].get("version", 0)
        if back >= 0:
            return sent
        voidable = [event.version for event in self.events if event.type in VOIDABLE]
        version = voidable[back % len(voidable)] if voidable else 1
        return actor, {**content, "data": {**content["data"], "version": version}}

    def paid_back(self, sent: Sent) -> Sent:
        """Turn `amount_minor: 0` of a returned payment into one that went out, where one did."""
        actor, content = sent
        said = content["data"]
        if content["type"] != "settlement.returned" or said["amount_minor"] > 1:
            return sent
        paid = {
            event.data.partner: event.data.amount_minor
            for event in self.events
            if event.type == "partner.settled" and event.data.settlement == said["settlement"]
        }
        partner = said["partner"] if said["partner"] in paid else next(iter(paid), said["partner"])
        whole = said["amount_minor"] or paid.get(partner, 1)
        return actor, {**content, "data": {**said, "partner": partner, "amount_minor": whole}}


def played(history: Iterable[Sent]) -> World:
    """Play a whole history from an empty book."""
    world = World()
    for sent in history:
        world.take(sent)
    return world
