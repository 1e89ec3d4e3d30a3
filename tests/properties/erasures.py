"""Histories in which children are erased: sealed as in a log, then read without their keys."""

from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from ledger.book import Book
from ledger.deciding import decide, replay
from ledger.events.codec import AnyEvent, Fact
from ledger.events.privacy import ChildErased, ErasureRequested
from ledger.events.sealed import FindKeys, Opens, opened
from ledger.log.sealing.master import GivenKeys, text_of
from ledger.log.sealing.reader import KeyReader
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import KeyStore, MemoryKeyStore
from ledger.refusals import Refusal
from projections.audit.findings import Report
from projections.audit.reperformance import Reperformance
from projections.audit.seals import SealsCheck
from tests.properties.facts import CHILDREN, TODAY, Sent
from tests.properties.noise import history
from tests.properties.world import World, moment

MASTER_KEYS: Final = text_of(bytes(range(32)))
MASTER: Final = GivenKeys(MASTER_KEYS)
LEDGER: Final = "wlz"
ADMINS: Final = ("one-admin", "another-admin")


@dataclass
class Forgetful(World):
    """A world in which two administrators erase children now and then."""

    erased: list[str] = field(default_factory=list)

    def erase(self, child: str) -> bool:
        """Both ask; False when the child is unknown or erased already."""
        asked = ErasureRequested(child=child, basis="consent_withdrawn")
        for actor in ADMINS:
            try:
                events = decide(
                    self.book,
                    Fact(effective_on=TODAY, data=asked),
                    actor=actor,
                    today=TODAY,
                    recorded_at=moment(len(self.accepted)),
                )
            except Refusal:
                return False
            self.events += events
            self.auditor.version = self.book.version
        self.erased.append(child)
        return True


def forgetful(chance: Random) -> Forgetful:
    """A whole history with erasures at places that chance has chosen."""
    told = history(chance)
    places = {chance.randrange(12, len(told) + 1): child for child in chance.sample(CHILDREN, 2)}
    world = Forgetful()
    for place, sent in enumerate(told):
        if place in places:
            world.erase(places[place])
        world.take(sent)
    for child in places.values():
        world.erase(child)
    return world


class Sealed:
    """The events as a log stores them, and the keys beside them."""

    def __init__(self, events: list[AnyEvent], store: KeyStore | None = None) -> None:
        self.store = MemoryKeyStore() if store is None else store
        ring = Ring(self.store, MASTER, LEDGER)
        self.events = [ring.sealed(event) for event in events]
        ring.keep(dict(ring._fresh))
        for event in events:
            if isinstance(event.data, ChildErased):
                self.store.destroy(LEDGER, event.data.child, ("values",))

    def find_keys(self, _: str, children: Collection[str] | None) -> Opens:
        """The keys that whoever has the master key finds, whatever the log is called."""
        return KeyReader(self.store, MASTER)(LEDGER, children)

    def opened(self) -> list[AnyEvent]:
        """The events as whoever has the master key reads them now."""
        keys = KeyReader(self.store, MASTER)(LEDGER, None)
        return [opened(event, keys) for event in self.events]

    def audited(self, find_keys: FindKeys | None = None) -> Report:
        """What `verify` says of them, with the keys or with others: seals and rules."""
        report = Report(LEDGER)
        seals = SealsCheck(report, (find_keys or KeyReader(self.store, MASTER))(LEDGER, None))
        again = Reperformance(report, ZoneInfo("Europe/London"))
        for event in self.events:
            again.follow(seals.follow(event))
        again.finish()
        seals.finish()
        report.close()
        return report


def restarted(events: list[AnyEvent]) -> Book:
    """The book of a writer that starts now."""
    book = Book()
    replay(book, events)
    return book


def continued(world: Forgetful, more: list[Sent]) -> list[AnyEvent]:
    """What is recorded of some more facts."""
    before = len(world.events)
    for sent in more:
        world.take(sent)
    return world.events[before:]
