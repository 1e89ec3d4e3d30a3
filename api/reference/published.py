"""The published figures of the contract, read from the csv files beside this module."""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from ledger.events.words import FunderKind

MINOR_PER_POUND: Final = 100


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One published payment: the first and last day of its period, and its whole pounds."""

    first_on: datetime.date
    last_on: datetime.date
    amount_minor: int
    reading: str
    count: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """The most that one funder committed to the contract."""

    funder: str
    name: str
    kind: FunderKind
    limit_minor: int


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """One published percentage: an outcome area of a cohort, or a share of all children."""

    measure: str
    year: str
    percent: int


def payments() -> tuple[PublishedRow, ...]:
    """The eleven published rows, in order of time."""
    return tuple(
        PublishedRow(
            first_on=datetime.date.fromisoformat(f"{row['period_start']}-01"),
            last_on=last_day_of_month(row["period_end"]),
            amount_minor=int(row["amount_gbp"]) * MINOR_PER_POUND,
            reading=row["reading"],
            count=int(row["count"]) if row["count"] else None,
            note=row["note"],
        )
        for row in _rows("wlz_lcf_payments.csv")
    )


def commitments() -> tuple[Commitment, ...]:
    """The six listed funders, in the order of the publication."""
    return tuple(
        Commitment(
            funder=row["funder"],
            name=row["name"],
            kind=_kind(row["kind"]),
            limit_minor=int(row["maximum_gbp"]) * MINOR_PER_POUND,
        )
        for row in _rows("wlz_lcf_commitments.csv")
    )


def results() -> tuple[PublishedResult, ...]:
    """The percentages that the programme published."""
    return tuple(
        PublishedResult(
            measure=row["measure"], year=row["year"], percent=int(row["result_percent"])
        )
        for row in _rows("wlz_results.csv")
    )


def last_day_of_month(month: str) -> datetime.date:
    """The last day of a month written as `2020-03`."""
    inside = datetime.date.fromisoformat(f"{month}-28") + datetime.timedelta(days=4)
    return inside - datetime.timedelta(days=inside.day)


def _kind(written: str) -> FunderKind:
    match written:
        case "central_government" | "local_authority" | "philanthropy":
            return written
        case _:
            message = f"the commitments name a kind of funder that is not known: {written}"
            raise ValueError(message)


def _rows(name: str) -> Iterator[dict[str, str]]:
    written = files(__package__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(written.splitlines())
