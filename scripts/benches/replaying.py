"""Replay from the log to a book, the memory of a child, and the rebuild of the read tables."""

import gc
import tracemalloc
from random import Random
from typing import Final

from benches import mix
from benches.appending import append, new_ledger
from benches.measure import Meter, Result, timed
from ledger.book import Book
from ledger.deciding import replay
from ledger.events.codec import decode_event
from ledger.log.postgres import PostgresLog
from projections.runner import Runner

ROUNDS: Final = 3


def fill(dsn: str, ledger: str, count: int) -> Meter:
    """Fill a ledger with the mix; how fast it went."""
    log = PostgresLog(dsn)
    writer = new_ledger(log, ledger)
    meter = Meter()
    chance = Random(2)  # noqa: S311 (a fixed mix)
    with timed(meter):
        for batch in mix.children(count, chance=chance):
            append(writer, batch)
    meter.things = log.head(ledger).version
    writer.close()
    log.close()
    return meter


def replaying(dsn: str, ledger: str) -> Result:
    """Replay the log to a book, in turns with reading and decoding alone."""
    log = PostgresLog(dsn)
    ours, floor = Meter(), Meter()
    for _ in range(ROUNDS):
        with timed(floor):
            for chunk in log.read(ledger):
                for event in chunk:
                    decode_event(event.stored_name, event.stored)
                floor.things += len(chunk)
        gc.collect()
        book = Book()
        with timed(ours):
            for chunk in log.read(ledger):
                replay(book, (decode_event(event.stored_name, event.stored) for event in chunk))
        ours.things += book.version
    log.close()
    name = "replay from the log to a book"
    return Result(name, "events", ours, "read and decode", floor, "0.5")


def rebuilding(dsn: str, ledger: str) -> Result:
    """Rebuild the read tables from zero, in turns with reading the log."""
    log = PostgresLog(dsn)
    runner = Runner(dsn)
    runner.catch_up(ledger)
    ours, floor = Meter(), Meter()
    for _ in range(2):
        with timed(floor):
            floor.things += sum(len(chunk) for chunk in log.read(ledger))
        with timed(ours):
            ours.things += runner.rebuild(ledger)
    log.close()
    aim = "100,000 events/s"
    return Result("projection rebuild", "events", ours, "read the log", floor, aim)


def memory_of_a_child(dsn: str, ledger: str, count: int) -> str:
    """Say how many bytes a book holds for each child, and for how many events."""
    log = PostgresLog(dsn)
    gc.collect()
    tracemalloc.start()
    book = Book()
    for chunk in log.read(ledger):
        replay(book, (decode_event(event.stored_name, event.stored) for event in chunk))
    del chunk
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    concerning = mix.INTERACTIONS + mix.REGISTERS + 2 * len(mix.AREAS) + 6 + 1
    payments = sum(len(child.standing) for child in book.children) / count
    log.close()
    return (
        f"{held / count / 1000:.1f} kB a child at {concerning + payments:.0f} events that concern "
        f"it, its payments claimed ({book.version / count:.0f} of the log's; aim 12 kB at 150)"
    )
