"""What sealing costs: the same facts into a ledger with seals, in turns with one without.

And the start of a writer: its log replayed with every value opened, in turns with a plain one.
"""

from itertools import chain
from random import Random
from typing import Final

from benches import mix
from benches.appending import new_ledger, requests_of, send
from benches.measure import Meter, Result, timed
from ledger.log.postgres import PostgresLog
from ledger.log.sealing.master import GivenKeys, text_of
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.ring import Ring
from ledger.log.standing import Standing

MASTER: Final = GivenKeys(text_of(bytes(range(32))))  # seals nothing but made-up scores
SEALED: Final = "sealed"
PLAIN: Final = "plain"
ROUNDS: Final = 3


def sealing(dsn: str, count: int) -> list[Result]:
    """Measure appending and replaying with seals, each beside the same without."""
    log = PostgresLog(dsn)
    store = PostgresKeyStore(dsn)
    try:
        return [_appending(log, store, count), _replaying(log, store)]
    finally:
        store.close()
        log.close()


def _appending(log: PostgresLog, store: PostgresKeyStore, count: int) -> Result:
    writers = {
        SEALED: new_ledger(log, SEALED, Ring(store, MASTER, SEALED)),
        PLAIN: new_ledger(log, PLAIN),
    }
    meters = {SEALED: Meter(), PLAIN: Meter()}
    batches = list(mix.children(count, ids=True, chance=Random(1)))  # noqa: S311 (a fixed mix)
    for place in range(0, len(batches), 2):
        for ledger, writer in writers.items():
            before = log.head(ledger).version
            with timed(meters[ledger]):
                send(writer, chain.from_iterable(map(requests_of, batches[place : place + 2])))
            meters[ledger].things += log.head(ledger).version - before
    for writer in writers.values():
        writer.close()
    name = "append from JSON with ids, values sealed"
    return Result(name, "stored events", meters[SEALED], "values plain", meters[PLAIN], "-")


def _replaying(log: PostgresLog, store: PostgresKeyStore) -> Result:
    meters = {SEALED: Meter(), PLAIN: Meter()}
    for _ in range(ROUNDS):
        for ledger, meter in meters.items():
            seals = Ring(store, MASTER, SEALED) if ledger == SEALED else None
            with timed(meter):
                meter.things += Standing.loaded(log, ledger, seals).version
    name = "start of a writer, values sealed"
    return Result(name, "events", meters[SEALED], "values plain", meters[PLAIN], "-")
