"""What the sealed log costs: nodes of the tree with a commit, a signature with each answer."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final

import psycopg

from api.signing import SigningTerms
from benches import mix
from benches.appending import append
from benches.measure import Meter, Result, timed
from benches.serving import CLIENTS, ROUND, Served, served
from ledger.log.ports import Commit, Head, LedgerTerms
from ledger.log.postgres import PostgresLog
from ledger.log.recorder import SMALL_EVENTS, _copy, _require_moved, store
from ledger.log.tree import Node, leaf_hash

STATE_BYTES: Final = 300
MOMENT: Final = datetime.datetime(2024, 9, 2, tzinfo=datetime.UTC)
SECOND: Final = datetime.timedelta(seconds=1)


def nodes(dsn: str) -> list[Result]:
    """Store commits with the nodes that they complete, in turns with the same ones without."""
    return [
        _stored(dsn, "commits of 1,000 events, nodes of the tree kept", size=1_000, block=5),
        _stored(dsn, "commits of one event, nodes of the tree kept", size=1, block=256),
    ]


def _stored(dsn: str, name: str, *, size: int, block: int, blocks: int = 6) -> Result:
    meters = {f"nodes-{size}": Meter(), f"no-nodes-{size}": Meter()}
    log = PostgresLog(dsn)
    for ledger in meters:
        log.create(LedgerTerms(ledger, ledger, "GBP", "Europe/London"))
    log.close()
    commits = _commits(size)
    with psycopg.connect(dsn, autocommit=True, prepare_threshold=0) as connection:
        for _ in range(blocks):
            together = [next(commits) for _ in range(block)]
            for (ledger, meter), write in zip(meters.items(), (store, _without), strict=True):
                with timed(meter, size * block):
                    for commit in together:
                        write(connection, ledger, commit)
    ours, floor = meters.values()
    return Result(name, "events", ours, "the same, no nodes kept", floor, "-")


def _without(connection: psycopg.Connection, ledger: str, commit: Commit) -> None:
    """Store a commit as it was before nodes were kept."""
    bare = replace(commit, nodes=[])
    if len(bare.states) <= SMALL_EVENTS:
        _require_moved(connection, "append", ledger, bare)
    else:
        _copy(connection, ledger, bare)


def _commits(size: int) -> Iterator[Commit]:
    """Commits of events that are nothing but bytes, one on the other."""
    head, chance = Head(), Random(1)  # noqa: S311 (bytes to store)
    while True:
        states = [chance.randbytes(STATE_BYTES) for _ in range(size)]
        leaves = [leaf_hash(state) for state in states]
        kept: list[Node] = []
        frontier = head.frontier.extend(leaves, kept)
        moment = (head.recorded_at or MOMENT) + SECOND
        names = ["interaction.recorded.v1"] * size
        commit = Commit(head, moment, names, states, leaves, {}, {}, frontier, kept)
        yield commit
        head = commit.after()


def signed_appends(dsn: str, count: int) -> Result:
    """Append facts one a request to a service that signs, in turns with one that does not."""
    ours, floor = Meter(), Meter()
    with (
        served(dsn, projecting=False) as signing,
        served(dsn, projecting=False, signing=SigningTerms()) as silent,
    ):
        turns = ((signing, "signed", ours), (silent, "unsigned", floor))
        recorded, _ = (_ready(running, ledger) for running, ledger, _ in turns)
        for begin in range(0, count, ROUND):
            for running, ledger, meter in turns:
                bodies = recorded[begin : begin + ROUND]
                told = {"key": running.keys["recorder"], "clients": CLIENTS, "bodies": bodies}
                with timed(Meter()) as around:
                    seconds = running.order(path=f"/v1/ledgers/{ledger}/events", **told)
                meter.seconds += seconds
                meter.things += len(bodies)
                meter.cpu_here += around.cpu_here
                meter.cpu_postgres += around.cpu_postgres
    name = f"single appends over HTTP, {CLIENTS} clients, each answer signed"
    return Result(name, "appends", ours, "the same, unsigned", floor, "-")


def _ready(running: Served, ledger: str) -> list[str]:
    """A ledger with terms and children; facts about them."""
    running.service.create_ledger(LedgerTerms(ledger, ledger, "GBP", "Europe/London"))
    writer = running.service.writer(ledger)
    append(writer, mix.terms())
    first, *_ = mix.children(100, chance=Random(3))  # noqa: S311 (a fixed mix)
    append(writer, mix.Batch(first.actor, first.lines[:100]))
    return [line.decode() for line in first.lines[100:]]
