"""The difference of two year-ends, in turns with a COPY of the postings that lie between."""

import datetime
from typing import Final, NamedTuple

import psycopg

from benches.measure import Meter, timed
from ledger.log.postgres import PostgresLog
from projections.reading.difference.answer import KINDS, difference
from projections.reading.difference.ends import Ends
from projections.reading.pair import LIMIT_MAX, Pair

ROUNDS: Final = 3
YEAR_ENDS: Final = (datetime.date(2022, 8, 31), datetime.date(2023, 8, 31))
TODAY: Final = datetime.date(2026, 1, 1)
COPY: Final = (
    "COPY (SELECT posting.* FROM projections.postings AS posting "
    "WHERE posting.ledger = %(ledger)s "
    "AND posting.generation = projections.live(%(ledger)s) "
    "AND posting.effective_on > %(first)s AND posting.effective_on <= %(last)s) TO STDOUT"
)


class Moved(NamedTuple):
    """An answer: of which kind of figures, how many are on its page, and what it took."""

    of: str
    figures: int
    ours: Meter
    floor: Meter


def differing(dsn: str, ledger: str) -> list[Moved]:
    """Every figure that moved in a year, with its events: of all kinds together, and of each."""
    log = PostgresLog(dsn)
    ends = Ends(*(Pair(day, log.head(ledger).version) for day in YEAR_ENDS))
    log.close()
    kinds = dict.fromkeys(kind.of for kind in KINDS)
    with psycopg.connect(dsn, autocommit=True) as connection:
        return [_differing(connection, ledger, ends, of) for of in (None, *kinds)]


def _differing(connection: psycopg.Connection, ledger: str, ends: Ends, of: str | None) -> Moved:
    between = {"ledger": ledger, "first": YEAR_ENDS[0], "last": YEAR_ENDS[1]}
    ours, floor = Meter(), Meter()
    figures = 0
    for _ in range(ROUNDS):
        with timed(floor), connection.cursor() as cursor:
            with cursor.copy(COPY, between) as copy:
                for _ in copy:
                    pass
            floor.things += cursor.rowcount
        with timed(ours, 1):
            page = difference(connection, ledger, ends, today=TODAY, of=of, limit=LIMIT_MAX)
        figures = len(page.items)
    return Moved(of or "everything", figures, ours, floor)


def differences(found: list[Moved]) -> str:
    """One line a kind of figures."""
    between = found[0].floor.things // ROUNDS
    lines = [
        "Difference of two year-ends, a page of at most 1,000 figures, each with its events. The",
        f"floor is a COPY of the {between:,} postings between them to the client, in turns.",
        "",
        "| of | figures | ms | floor, ms | times the floor | CPU s here / PostgreSQL |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for of, figures, ours, floor in found:
        ms, floor_ms = (meter.seconds / ROUNDS * 1000 for meter in (ours, floor))
        cpu = f"{ours.cpu_here:.1f} / {ours.cpu_postgres:.1f}"
        times = ours.seconds / floor.seconds
        lines.append(f"| {of} | {figures:,} | {ms:.1f} | {floor_ms:.1f} | {times:.1f} | {cpu} |")
    return "\n".join(lines) + "\n\n"
