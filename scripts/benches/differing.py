"""The difference of two year-ends, in turns with a COPY of the postings that lie between them."""

import datetime
from typing import Final

import psycopg

from benches.measure import Meter, Result, timed
from ledger.log.postgres import PostgresLog
from projections.reading.difference.answer import difference
from projections.reading.difference.ends import Ends
from projections.reading.pair import Pair

ROUNDS: Final = 5
YEAR_ENDS: Final = (datetime.date(2022, 8, 31), datetime.date(2023, 8, 31))
TODAY: Final = datetime.date(2026, 1, 1)
FLOOR: Final = "COPY of the postings between them to the client"
COPY: Final = (
    "COPY (SELECT posting.* FROM projections.postings AS posting "
    "WHERE posting.ledger = %(ledger)s "
    "AND posting.generation = projections.live(%(ledger)s) "
    "AND posting.effective_on > %(first)s AND posting.effective_on <= %(last)s) TO STDOUT"
)


def differing(dsn: str, ledger: str) -> Result:
    """Every figure of funders, partners and accounts that moved in a year, with its events."""
    log = PostgresLog(dsn)
    ends = Ends(*(Pair(day, log.head(ledger).version) for day in YEAR_ENDS))
    log.close()
    ours, floor = Meter(), Meter()
    with psycopg.connect(dsn, autocommit=True) as connection, connection.cursor() as cursor:
        for _ in range(ROUNDS):
            between = {"ledger": ledger, "first": YEAR_ENDS[0], "last": YEAR_ENDS[1]}
            with timed(floor):
                with cursor.copy(COPY, between) as copy:
                    for _ in copy:
                        pass
                floor.things += cursor.rowcount
            with timed(ours, cursor.rowcount):
                for of in ("funders", "partners", "trial_balance"):
                    difference(connection, ledger, ends, today=TODAY, of=of, limit=1_000)
    return Result("difference of two year-ends", "postings between", ours, FLOOR, floor, "-")
