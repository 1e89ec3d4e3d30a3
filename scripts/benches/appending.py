"""Bulk append with all rules at a thousand facts a commit, in turns with a plain binary COPY.

The floor writes the same stored rows into the same table through psycopg's `write_row`, a commit
for every thousand facts, and does nothing else.
"""

from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import Final

import psycopg

from benches import mix
from benches.measure import Meter, Result, timed
from ledger.events.codec import decode_fact
from ledger.invariants import ensure
from ledger.log.ports import LedgerTerms
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest, Submitted
from ledger.log.sealing.seals import Seals
from ledger.log.writer import Writer

COMMIT_FACTS: Final = 1_000
COPY: Final = (
    "COPY ledger.events (originator_id, originator_version, topic, state, leaf_hash) "
    "FROM STDIN (FORMAT BINARY)"
)
FLOOR: Final = "`write_row` COPY of the same rows"
COLUMN_TYPES: Final = ("text", "int8", "text", "bytea", "bytea")
IN_FLIGHT: Final = 3


def new_ledger(log: PostgresLog, name: str, seals: Seals | None = None) -> Writer:
    """Make a ledger with the contract's terms and open its writer."""
    log.create(LedgerTerms(name, name, "GBP", "Europe/London"))
    writer = Writer(log, name, seals)
    append(writer, mix.terms())
    return writer


def requests_of(batch: mix.Batch) -> Iterator[AppendRequest]:
    """Decode a batch into requests of a thousand facts."""
    for begin in range(0, len(batch.lines), COMMIT_FACTS):
        lines = batch.lines[begin : begin + COMMIT_FACTS]
        facts = tuple(Submitted(decode_fact(line), line) for line in lines)
        yield AppendRequest(batch.actor, facts, "independent")


def append(writer: Writer, batch: mix.Batch) -> None:
    """Append a batch, decoding it on the way."""
    send(writer, requests_of(batch))


def send(writer: Writer, requests: Iterator[AppendRequest]) -> None:
    """Append requests, a few on their way at once; none may be refused."""
    waiting = []
    for request in requests:
        waiting.append(writer.submit(request))
        if len(waiting) > IN_FLIGHT:
            ensure(waiting.pop(0).result().outcome == "done", "every fact of the mix is accepted")
    for answer in waiting:
        ensure(answer.result().outcome == "done", "every fact of the mix is accepted")


def bulk_append(dsn: str, count: int) -> list[Result]:
    """Measure both forms: facts that are validated already, and JSON with ids."""
    return [
        _bulk(dsn, count, ids=False, name="bulk append, validated facts", aim="0.5"),
        _bulk(dsn, count, ids=True, name="bulk append, from JSON with ids", aim="0.35"),
    ]


def _bulk(dsn: str, count: int, *, ids: bool, name: str, aim: str) -> Result:
    log = PostgresLog(dsn)
    ledger = "json" if ids else "facts"
    writer = new_ledger(log, ledger)
    ours, floor = Meter(), Meter()
    batches = list(mix.children(count, ids=ids, chance=Random(1)))  # noqa: S311 (a fixed mix)
    with psycopg.connect(dsn) as copying:
        for place in range(0, len(batches), 2):
            pair = batches[place : place + 2]
            before = log.head(ledger).version
            ready = [] if ids else list(chain.from_iterable(map(requests_of, pair)))
            with timed(ours):
                send(writer, chain.from_iterable(map(requests_of, pair)) if ids else iter(ready))
            ours.things += log.head(ledger).version - before
            copy_again(log, ledger, before, copying, floor)
    writer.close()
    log.close()
    unit = "stored events"
    return Result(name, unit, ours, FLOOR, floor, aim)


def copy_again(
    log: PostgresLog, ledger: str, after: int, connection: psycopg.Connection, floor: Meter
) -> None:
    """Write what was stored after a version once more, under another ledger, and nothing else."""
    rows = [
        (f"{ledger}-floor", event.version, event.stored_name, event.stored, event.leaf_hash)
        for chunk in log.read(ledger, after=after)
        for event in chunk
    ]
    with timed(floor, len(rows)):
        for begin in range(0, len(rows), COMMIT_FACTS):
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.set_types(COLUMN_TYPES)
                for row in rows[begin : begin + COMMIT_FACTS]:
                    copy.write_row(row)
            connection.commit()
