"""The whole audit of a ledger, in turns with hashing alone: each row read, its leaf, the root."""

from typing import Final

import psycopg

from benches.measure import Meter, Result, timed
from benches.replaying import fill
from ledger.invariants import ensure
from ledger.log.tree import Frontier, leaf_hash
from projections.audit.loading import events_of
from projections.audit.verify import verify
from projections.runner import Runner

LEDGER: Final = "checked"
EVENTS_A_CHILD: Final = 125
EVENTS_MEASURED: Final = 60_000
"""A small ledger is checked until so many events were."""


def checking(dsn: str, events: int) -> Result:
    """Fill a ledger with about so many events, project it, and check it; nothing may be found."""
    fill(dsn, LEDGER, max(1, events // EVENTS_A_CHILD))
    Runner(dsn).catch_up(LEDGER)
    ours, floor = Meter(), Meter()
    while ours.things < min(events, EVENTS_MEASURED):
        root = _hashed(dsn, floor)
        with timed(ours):
            report = verify(dsn, LEDGER)
        ensure((report.findings, report.root) == ([], root), "what was recorded is found in order")
        ours.things += report.version
    return Result("audit check", "events", ours, "read and hash: leaves and root", floor, "-")


def _hashed(dsn: str, floor: Meter) -> str:
    """The root over the same rows, and nothing else."""
    with psycopg.connect(dsn) as connection, timed(floor):
        frontier = Frontier()
        for row in events_of(connection, LEDGER):
            frontier = frontier.append(leaf_hash(row.stored))
        floor.things += frontier.size
    return frontier.root().hex()
