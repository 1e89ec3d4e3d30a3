"""The folds' memory, read back from the tables of one generation."""

from pathlib import Path
from typing import Any, Final

from msgspec import convert
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.events.catalogue import SCHEMA
from ledger.events.claims import FunderAmount
from ledger.events.codec import decode_event
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.log.queries import load_queries
from projections.folds.bearings import Bearings
from projections.folds.journal import UNNUMBERED
from projections.rows import Cash, Series

QUERIES: Final = load_queries(Path(__file__).with_name("bearings.sql"))


def load_bearings(connection: Connection[Any], *, ledger: str, generation: int) -> Bearings:
    """What the folds would remember, had they run all the way in this process."""
    bearings = Bearings()
    place = {"ledger": ledger, "generation": generation}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for contract, claim, submitted, sampled, funders in cursor.execute(
            QUERIES["claims"], place
        ):
            shares = convert(funders, list[FunderAmount])
            bearings.add_to_claim(contract, claim, shares, sampled=sampled)
            bearings.claims[contract, claim].submitted |= submitted
        bearings.invoiced.update(cursor.execute(QUERIES["invoiced"], place))
        for note, contract, funder in cursor.execute(QUERIES["noted"], place):
            bearings.noted[note] = (contract, funder)
        for kind, stored in cursor.execute(QUERIES["terms"], place):
            bearings.learn_terms(decode_event(f"{kind}.v{SCHEMA}", bytes(stored)))
        for row in cursor.execute(QUERIES["cash"], place):
            bearings.learn_cash(Cash(*row))
        for step, contract, first_on, last_on, hardness, root, reason, actor in cursor.execute(
            QUERIES["periods"], place
        ):
            bearings.learn_period(
                PeriodClosed(first_on, last_on, hardness, (), 0, root, contract)
                if step == "closed"
                else PeriodReopened(first_on, last_on, reason, contract),
                actor,
            )
        bearings.late.update(cursor.execute(QUERIES["late"], place))
        for contract, child, trigger, reference, payment in cursor.execute(
            QUERIES["withheld"], place
        ):
            bearings.withheld[contract, child, trigger, reference] = payment
        for *numbered, postings in cursor.execute(QUERIES["series"], place):
            key = Series(*numbered)
            bearings.series[key._replace(series=UNNUMBERED)] = key.series
            bearings.counts.append(postings)
            bearings.day_sums.append({})
        for series, day, amount_minor in cursor.execute(QUERIES["day_sums"], place):
            bearings.day_sums[series][day] = int(amount_minor)
    return bearings
