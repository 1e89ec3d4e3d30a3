"""A ledger taken on to cash, and its journal for hledger, in turns with a COPY of its postings."""

import tempfile
from collections.abc import Iterator
from typing import Final

import psycopg

from benches import mix
from benches.appending import append
from benches.measure import Meter, Result, timed
from benches.papers import claim, take
from ledger.events.claims import InvoiceIssued
from ledger.events.codec import AnyEvent, decode_event
from ledger.log.postgres import PostgresLog
from ledger.log.writer import Writer
from projections.exports.wanted import Wanted
from projections.exports.writing import write_export
from projections.reading.pair import Pair

ROUNDS: Final = 3
CLAIMED_ON: Final = ("2021-10-04", "2022-09-05", "2023-09-04")
FLOOR: Final = "COPY of the same postings to the client"
INVOICE: Final = "invoice.issued.v1"
COPY: Final = (
    "COPY (SELECT posting.* FROM projections.postings AS posting "
    "JOIN projections.series AS numbered USING (ledger, generation, series) "
    "WHERE posting.ledger = %(ledger)s "
    "AND posting.generation = projections.live(%(ledger)s) "
    "AND numbered.book = 'journal') TO STDOUT"
)


def to_cash(dsn: str, ledger: str) -> None:
    """Claim what was released, once a year; every invoice is paid, all but a tenth of it."""
    log = PostgresLog(dsn)
    writer = Writer(log, ledger)
    for number, day in enumerate(CLAIMED_ON):
        before = log.head(ledger).version
        take(writer, claim(f"q{number}", day))
        append(writer, mix.Batch("finance", tuple(_paid(log, ledger, before, day))))
    writer.close()
    log.close()


def _paid(log: PostgresLog, ledger: str, after: int, day: str) -> Iterator[bytes]:
    for chunk in log.read(ledger, after=after):
        for stored in chunk:
            if stored.stored_name == INVOICE:
                event: AnyEvent = decode_event(stored.stored_name, stored.stored)
                yield from _receipt(event.data, day)


def _receipt(invoice: InvoiceIssued, day: str) -> Iterator[bytes]:
    name, paid = f"r-{invoice.invoice}", {"amount_minor": invoice.amount_minor * 9 // 10}
    yield mix.fact("receipt.recorded", day, funder=invoice.funder, receipt=name, **paid)
    settled = {"receipt": name, "invoice": invoice.invoice, **paid}
    yield mix.fact_of_none("receipt.allocated", day, "", settled)


def exporting(dsn: str, ledger: str) -> Result:
    """Write the journal for hledger, in turns with a COPY of the postings that are in it."""
    log = PostgresLog(dsn)
    wanted = Wanted(ledger, "GBP", Pair(None, log.head(ledger).version))
    log.close()
    ours, floor = Meter(), Meter()
    for _ in range(ROUNDS):
        with psycopg.connect(dsn) as connection, tempfile.TemporaryFile() as file:
            with timed(floor), connection.cursor() as cursor:
                with cursor.copy(COPY, {"ledger": ledger}) as copy:
                    for rows in copy:
                        file.write(rows)
                floor.things += cursor.rowcount
            connection.commit()
            with timed(ours):
                ours.things += write_export(connection, "hledger", wanted, file).lines
    return Result("journal for hledger", "lines", ours, FLOOR, floor, "-")
