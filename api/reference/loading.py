"""Putting the reference contract into a ledger: what is there already is not sent again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import msgspec

from api.reference.claims import Issued, receipts
from api.reference.contract import facts
from api.reference.intakes import LEDGER
from api.reference.written import Written
from api.service import Service
from ledger.events.codec import decode_event, decode_fact
from ledger.log.ports import LedgerTerms
from ledger.log.requests import AppendAnswer, AppendRequest, Refused, Submitted

TERMS: Final = LedgerTerms(LEDGER, "West London Zone", "GBP", "Europe/London")
LOOKED_UP_AT_ONCE: Final = 5_000
FACTS_A_REQUEST: Final = 500
REQUESTS_AHEAD: Final = 64
ISSUED: Final = "invoice.issued.v1"


class FactRefused(Exception):
    """A fact of the reference contract that the rules refuse; the ledger holds something else."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load came to."""

    facts: int
    appended: int
    version: int


def load(service: Service, progress: Callable[[int, int], None]) -> Loaded:
    """Append the facts that the ledger does not have; `progress(done, of)` is told as it goes."""
    service.create_ledger(TERMS)
    every = facts()
    missing = list(_missing(service, every))
    writer = service.writer(LEDGER)
    waiting: list[tuple[int, Future[AppendAnswer]]] = []
    done = len(every) - len(missing)
    for request in _requests(missing):
        waiting.append((len(request.facts), writer.submit(request)))
        if len(waiting) > REQUESTS_AHEAD:
            done += _recorded(waiting.pop(0))
            progress(done, len(every))
    for sent in waiting:
        done += _recorded(sent)
        progress(done, len(every))
    paid = list(receipts(invoices(service)))
    unpaid = list(_missing(service, paid))
    for request in _requests(unpaid):
        _recorded((len(request.facts), writer.submit(request)))
    number = len(every) + len(paid)
    return Loaded(number, len(missing) + len(unpaid), service.head(LEDGER).version)


def invoices(service: Service) -> Iterator[Issued]:
    """The invoices that the ledger has issued, in order: what funders pay hangs on them."""
    for events in service.log.read(LEDGER):
        for stored in events:
            if stored.stored_name == ISSUED:
                issued = decode_event(ISSUED, stored.stored).data
                yield Issued(
                    invoice=issued.invoice,
                    claim=issued.claim,
                    funder=issued.funder,
                    amount_minor=issued.amount_minor,
                    due_on=issued.due_on,
                )


def _missing(service: Service, every: Sequence[Written]) -> Iterator[Written]:
    for start in range(0, len(every), LOOKED_UP_AT_ONCE):
        some = every[start : start + LOOKED_UP_AT_ONCE]
        kept = service.log.find_ids(LEDGER, [written.fact["id"] for written in some])
        yield from (written for written in some if written.fact["id"] not in kept)


def _requests(missing: Sequence[Written]) -> Iterator[AppendRequest]:
    """Facts that follow one another and come from one actor go together."""
    for actor, run in groupby(missing, lambda written: written.actor):
        together = list(run)
        for start in range(0, len(together), FACTS_A_REQUEST):
            yield AppendRequest(
                actor=actor,
                facts=tuple(_submitted(w) for w in together[start : start + FACTS_A_REQUEST]),
                mode="atomic",
            )


def _submitted(written: Written) -> Submitted:
    raw = msgspec.json.encode(written.fact)
    return Submitted(decode_fact(raw), raw)


def _recorded(sent: tuple[int, Future[AppendAnswer]]) -> int:
    count, future = sent
    for result in future.result().results:
        if isinstance(result, Refused):
            raise FactRefused(f"{result.code}: {result.detail}")
    return count
