"""A seeded simulator: clients that retry, a network that repeats and reorders, writers that die.

Two writers serve one ledger over one log whose commits fail now and then. Everything that happens
is drawn from the seed; a burst of requests waits for its answers before the next one is sent.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from ledger.events.codec import decode_fact
from ledger.log.ports import LedgerTerms, Log
from ledger.log.requests import AppendAnswer, AppendRequest, Recorded, Refused, Submitted
from ledger.log.writer import Writer
from tests.properties.facts import TODAY, Sent
from tests.properties.noise import history
from tests.simulation.faults import FailingLog

LEDGER: Final = "wlz"
TERMS: Final = LedgerTerms(LEDGER, "West London Zone", "GBP", "Europe/London")
ANSWER_SECONDS_MAX: Final = 60


@dataclass
class Simulation:
    """What was sent and what was answered, from one seed."""

    seed: int
    log: Log
    chance: Random = field(init=False)
    failing: FailingLog = field(init=False)
    writers: list[Writer] = field(init=False)
    answers: list[tuple[AppendRequest, AppendAnswer]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the ledger and two writers for it."""
        self.chance = Random(self.seed)
        self.failing = FailingLog(self.log, Random(self.seed + 1))
        self.log.create(TERMS)
        self.writers = [self.writer(), self.writer()]

    def writer(self) -> Writer:
        """One of the processes that serve the ledger."""
        return Writer(self.failing, LEDGER)

    def run(self) -> None:
        """Send a whole history, with everything that a network adds to it."""
        told = history(self.chance, noisy=20)
        requests = self._requests(told)
        sent: list[AppendRequest] = []
        while requests:
            burst = [requests.pop(0) for _ in range(min(len(requests), self.chance.randint(1, 5)))]
            if sent and self.chance.random() < 0.5:
                burst += self.chance.sample(sent, min(len(sent), 2))
            if self.chance.random() < 0.3:
                self.chance.shuffle(burst)
            self._deliver(burst)
            sent += [request for request in burst if may_be_repeated(request)]
            if self.chance.random() < 0.1:
                self._restart()
        self._deliver(sent)

    def _deliver(self, burst: list[AppendRequest]) -> None:
        waiting = [(self.chance.choice(self.writers).submit(request), request) for request in burst]
        for answer, request in waiting:
            self.answers.append((request, answer.result(ANSWER_SECONDS_MAX)))

    def _restart(self) -> None:
        place = self.chance.randrange(2)
        self.writers[place].close()
        self.writers[place] = self.writer()

    def _requests(self, told: list[Sent]) -> list[AppendRequest]:
        """Cut a history into requests: single facts, small batches of both modes, dry runs."""
        requests = []
        numbered = list(enumerate(told))
        while numbered:
            actor = numbered[0][1][0]
            size = self.chance.choice((1, 1, 2, 5))
            taken: list[Submitted] = []
            while numbered and len(taken) < size and numbered[0][1][0] == actor:
                number, (_, content) = numbered.pop(0)
                taken.append(self._submitted(number, content))
            key = f"key-{len(requests)}" if self.chance.random() < 0.4 else None
            request = AppendRequest(
                actor=actor,
                facts=tuple(taken),
                mode=self.chance.choice(("atomic", "independent")),
                idempotency_key=key,
                dry_run=self.chance.random() < 0.1,
                today=TODAY,
            )
            requests.append(request)
        return requests

    def _submitted(self, number: int, content: dict[str, Any]) -> Submitted:
        """Give most facts an id; the voiding of something counted back becomes one of a version."""
        data = dict(content["data"])
        if data.get("version", 0) < 0:
            data["version"] = self.chance.randint(12, 60)
        named = {} if self.chance.random() < 0.2 else {"id": f"fact-{number}"}
        raw = json.dumps({**content, "data": data, **named}).encode()
        return Submitted(decode_fact(raw), raw)

    def close(self) -> None:
        """Stop both writers."""
        for writer in self.writers:
            writer.close()

    def recorded(self) -> dict[object, set[tuple[int, tuple[bytes, ...]]]]:
        """What each fact became according to the answers: first version and stored bytes."""
        became: dict[object, set[tuple[int, tuple[bytes, ...]]]] = {}
        for request, answer in self.answers:
            if answer.dry_run or answer.outcome == "refused":
                continue
            for place, (submitted, result) in enumerate(
                zip(request.facts, answer.results, strict=True)
            ):
                assert isinstance(submitted, Submitted)
                if isinstance(result, Recorded):
                    name = submitted.fact.id or (id(request), place)
                    became.setdefault(name, set()).add((result.first_version, result.events))
                else:
                    assert isinstance(result, Refused)
        return became


def may_be_repeated(request: AppendRequest) -> bool:
    """Whether a client may send it again: under a key, or because every fact has an id."""
    named = all(isinstance(sent, Submitted) and sent.fact.id for sent in request.facts)
    return named or (request.idempotency_key is not None and not request.dry_run)
