"""The simulator with seals: each writer has a ring of its own over one store of keys.

Children may be erased in the middle of it, by two administrators at whichever writer; the keys are
destroyed a while later, as by somebody who died in between and whose work another one finishes.
"""

import json
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ledger.events.codec import AnyEvent, Fact, decode_event, decode_fact
from ledger.events.privacy import ErasureRequested
from ledger.events.sealed import opened
from ledger.log.requests import AppendRequest, Submitted
from ledger.log.sealing.faults import KeyStoreUnavailable
from ledger.log.sealing.master import Wrapped
from ledger.log.sealing.reader import KeyReader
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import MemoryKeyStore
from ledger.log.writer import Writer
from projections.audit.findings import Report
from projections.audit.reperformance import Reperformance
from projections.audit.seals import SealsCheck
from tests.properties.erasures import ADMINS, MASTER
from tests.properties.facts import CHILDREN, TODAY, Sent
from tests.simulation.simulator import ANSWER_SECONDS_MAX, LEDGER, Simulation

CERTAIN = (
    *("contract.signed", "funder.joined", "cohort.opened", "order.placed"),
    *("rate_card.issued", "shares.set", "child.enrolled"),
)


class FailingKeys(MemoryKeyStore):
    """A store whose next additions are lost, every other time after they were kept."""

    losses = 0

    def add(self, ledger: str, purpose, keys):
        taken = super().add(ledger, purpose, keys) if self.losses % 2 else []
        if self.losses:
            self.losses -= 1
            raise KeyStoreUnavailable(KeyStoreUnavailable.__doc__)
        return taken or super().add(ledger, purpose, keys)


class WithItsContract(Simulation):
    """The contract and the enrolments come first and for certain; the rest as it may.

    A network that loses or reorders those leaves nothing to seal in many histories.
    """

    def _requests(self, told: list[Sent]) -> list[AppendRequest]:
        certain = [sent for sent in told if sent[1]["type"] in CERTAIN]
        for actor, content in certain:
            raw = json.dumps(content).encode()
            request = AppendRequest(actor, (Submitted(decode_fact(raw), raw),), today=TODAY)
            answer = self.writers[0].submit(request).result(ANSWER_SECONDS_MAX)
            self.answers.append((request, answer))
        return super()._requests([sent for sent in told if sent[1]["type"] not in CERTAIN])


@dataclass
class SealedSimulation(WithItsContract):
    """Two writers with seals; `forgetful`: children are erased now and then."""

    forgetful: bool = False
    store: FailingKeys = field(default_factory=FailingKeys)
    erased: list[str] = field(default_factory=list)
    undestroyed: list[str] = field(default_factory=list)

    def writer(self) -> Writer:
        return Writer(self.failing, LEDGER, Ring(self.store, MASTER, LEDGER))

    def _deliver(self, burst: list[AppendRequest]) -> None:
        if self.chance.random() < 0.1:
            self.store.losses = self.chance.randint(1, 2)
        super()._deliver(burst)
        if self.forgetful and self.chance.random() < 0.2:
            self._destroy()
            self._erase(self.chance.choice(sorted(self.kept()) or CHILDREN))

    def _erase(self, child: str) -> None:
        asked = ErasureRequested(child=child, basis="objection")
        for actor in ADMINS:
            sent = Submitted(Fact(effective_on=TODAY, data=asked), b"{}")
            writer = self.chance.choice(self.writers)
            request = AppendRequest(actor, (sent,), today=TODAY)
            answer = writer.submit(request).result(ANSWER_SECONDS_MAX)
            self.answers.append((request, answer))
            if answer.outcome == "refused":
                return
        self.erased.append(child)
        self.undestroyed.append(child)

    def _destroy(self) -> None:
        """Somebody finishes what was begun."""
        while self.undestroyed:
            self.store.destroy(LEDGER, self.undestroyed.pop(), ("values", "identity"))

    def close(self) -> None:
        super().close()
        self._destroy()

    def stored(self) -> list[AnyEvent]:
        """The events as they are stored."""
        return [
            decode_event(kept.stored_name, kept.stored)
            for events in self.log.read(LEDGER)
            for kept in events
        ]

    def opened(self) -> list[AnyEvent]:
        """The events as whoever has the master key reads them."""
        keys = KeyReader(self.store, MASTER)(LEDGER, None)
        return [opened(event, keys) for event in self.stored()]

    def audited(self) -> Report:
        """What `verify` says of seals and rules."""
        report = Report(LEDGER)
        seals = SealsCheck(report, KeyReader(self.store, MASTER)(LEDGER, None))
        again = Reperformance(report, ZoneInfo("Europe/London"))
        for event in self.stored():
            again.follow(seals.follow(event))
        again.finish()
        seals.finish()
        return report

    def kept(self) -> dict[str, Wrapped]:
        return self.store.find(LEDGER, "values")
