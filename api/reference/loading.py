"""Putting the reference contract into a ledger: what is there already is not sent again.

It goes year by year, as the years went: what was received before a programme year was closed, then
what hangs on the ledger's own decisions (what funders paid of its invoices, what partners billed
after its runs), then the closing.
"""

import datetime
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import msgspec

from api.reference.claims import Issued, receipts
from api.reference.contract import facts
from api.reference.intakes import CONTRACT, LEDGER
from api.reference.periods import PERIODS, Period
from api.reference.settlements import Collected
from api.reference.settlements import invoices as partners_invoices
from api.reference.written import Written
from api.service import Service
from ledger.events.claims import InvoiceIssued
from ledger.events.codec import AnyEvent, decode_event, decode_fact
from ledger.log.ports import LedgerTerms
from ledger.log.requests import AppendAnswer, AppendRequest, Refused, Submitted

TERMS: Final = LedgerTerms(LEDGER, "West London Zone", "GBP", "Europe/London")
LOOKED_UP_AT_ONCE: Final = 5_000
FACTS_A_REQUEST: Final = 500
REQUESTS_AHEAD: Final = 64
TOLD_EVERY: Final = 5_000
ISSUED: Final = "invoice.issued.v1"
COLLECTED: Final = "settlement.collected.v1"
DECIDED: Final = (ISSUED, COLLECTED)


class FactRefused(Exception):
    """A fact of the reference contract that the rules refuse; the ledger holds something else."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load came to; a closing is a fact."""

    facts: int
    appended: int
    version: int


def load(
    service: Service, close: Callable[[Period], bool], progress: Callable[[int, int], None]
) -> Loaded:
    """Append what the ledger does not have; `progress(done, of)` is told as it goes.

    `close` closes a period at the service's door, and says whether that was still to be done.
    """
    service.create_ledger(TERMS)
    every = facts()
    done, appended, followed = 0, 0, 0
    for period in (*PERIODS, None):
        day = datetime.date.max if period is None else period.closed_on
        received = bisect_right(every, day, key=lambda fact: fact.received_on)
        for request in range(done, received, TOLD_EVERY):
            appended += _append(service, every[request : min(request + TOLD_EVERY, received)])
            progress(min(request + TOLD_EVERY, received), len(every))
        done = received
        following = _following(service, day)
        appended += _append(service, following)
        followed = len(following)
        if period is not None:
            appended += close(period)
    number = len(every) + followed + len(PERIODS)
    return Loaded(number, appended, service.head(LEDGER).version)


def _following(service: Service, day: datetime.date) -> list[Written]:
    """What was paid and billed by a day because of what the ledger decided so far."""
    issued: list[Issued] = []
    collected: list[Collected] = []
    for events in service.log.read(LEDGER):
        for stored in events:
            if stored.stored_name not in DECIDED:
                continue
            event = decode_event(stored.stored_name, stored.stored)
            if event.data.contract != CONTRACT:
                continue
            if stored.stored_name == ISSUED:
                issued.append(_issued(event.data))
            else:
                collected += _collected(event)
    followed = (*receipts(issued), *partners_invoices(collected))
    return [written for written in followed if written.received_on <= day]


def _issued(invoice: InvoiceIssued) -> Issued:
    return Issued(
        invoice=invoice.invoice,
        claim=invoice.claim,
        funder=invoice.funder,
        amount_minor=invoice.amount_minor,
        due_on=invoice.due_on,
    )


def _collected(event: AnyEvent) -> Iterator[Collected]:
    for part in event.data.partners:
        yield Collected(event.data.settlement, part.partner, part.accrued_minor, event.effective_on)


def _append(service: Service, every: Sequence[Written]) -> int:
    """Append the facts that the ledger does not have; how many they were."""
    writer = service.writer(LEDGER)
    waiting: deque[tuple[int, Future[AppendAnswer]]] = deque()
    appended = 0
    for request in _requests(list(_missing(service, every))):
        waiting.append((len(request.facts), writer.submit(request)))
        if len(waiting) > REQUESTS_AHEAD:
            appended += _recorded(waiting.popleft())
    return appended + sum(_recorded(sent) for sent in waiting)


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
