"""What moved between two moments, or between two closings, and the events that moved it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query
from psycopg import Connection
from starlette.responses import Response

from api.http.filters import Ref, Whole
from api.http.moment import AsOf, AtMoment, KnownAt, Reading, projected_up_to, version_meant
from api.http.pages import After, Limit
from api.http.problems import shape_invalid
from ledger.events.words import FIRST_DAY, LAST_DAY
from projections.reading import periods
from projections.reading.difference.answer import BY_POSTING, EVENTS_DEFAULT, difference
from projections.reading.difference.ends import Ends
from projections.reading.pair import Page, Pair

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["log"])

EVENTS_MAX: Final = 100
Place = tuple[Connection[Any], str]

Of = Annotated[
    Literal[
        "funders", "partners", "contracts", "trial_balance", "payments", "children", "claims",
        "invoices", "credit_notes", "receipts", "outcomes",
    ] | None,
    Query(description="only figures of this kind; between closings some have no day of posting"),
]  # fmt: skip
Closing = Annotated[
    Whole | None, Query(ge=1, le=10**18, description="the version of a closing: by day of posting")
]
Events = Annotated[
    Whole, Query(ge=0, le=EVENTS_MAX, description="how many events of each figure at most")
]


@dataclass(frozen=True, slots=True)
class End:
    """One of the two moments as it was asked for; what is not given is that of the read."""

    side: Literal["from", "to"]
    as_of: datetime.date | None
    known_at: str | None
    closing: int | None

    async def pair(self, read: Reading) -> Pair:
        """The pair that is meant, once its version is projected."""
        if self.as_of is not None and not FIRST_DAY <= self.as_of <= LAST_DAY:
            raise shape_invalid("a date from 1900 to 2199", f"/query/{self.side}_as_of")
        known_at = read.at.known_at
        if self.known_at is not None:
            known_at = await run_sync(version_meant, read.on, self.known_at)
            await projected_up_to(read.on, known_at)
        return Pair(read.at.as_of if self.as_of is None else self.as_of, known_at)

    def closed(self, connection: Connection[Any], ledger: str, at: Pair) -> dict[str, Any]:
        """The closing that is meant."""
        for name, given in (("as_of", self.as_of), ("known_at", self.known_at)):
            if given is not None:
                raise shape_invalid("a closing is a moment by itself", f"/query/{self.side}_{name}")
        if self.closing is not None:
            found = periods.closing(connection, ledger, self.closing, at)
            if found is not None:
                return dict(found)
        raise shape_invalid("a version at which a period was closed", f"/query/{self.side}_closing")


async def beginning(
    from_as_of: AsOf = None, from_known_at: KnownAt = None, from_closing: Closing = None
) -> End:
    """Read the first moment."""
    return End("from", from_as_of, from_known_at, from_closing)


async def ending(
    to_as_of: AsOf = None, to_known_at: KnownAt = None, to_closing: Closing = None
) -> End:
    """Read the second moment."""
    return End("to", to_as_of, to_known_at, to_closing)


@router.get("/diff", name="read_difference")
async def read_difference(  # noqa: PLR0913 (one filter each)
    *,
    read: AtMoment,
    first: Annotated[End, Depends(beginning)],
    second: Annotated[End, Depends(ending)],
    contract: Ref = None,
    of: Of = None,
    events: Events = EVENTS_DEFAULT,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Read every figure that moved between two moments, and the events that moved it.

    A moment is a pair of dates; what is not given of it is that of `as_of` and `known_at`. Between
    two closings, named by their versions, figures are by the day of posting. Where a figure is a
    sum of money, its events add up to `explained_minor`, and `unexplained_minor` is zero.
    """
    read = replace(read, names_contract=False)  # of two moments, the later one decides that

    def asked(place: Place, ends: Ends, within: str | None) -> Page:
        return difference(
            *place, ends, today=read.today, find_keys=read.find_keys, contract=within, of=of,
            events=events, limit=limit, after=after,
        )  # fmt: skip

    def between_closings(connection: Connection[Any], ledger: str, at: Pair) -> Page:
        closed = [end.closed(connection, ledger, at) for end in (first, second)]
        closings = Ends(_pair_of(closed[0]), _pair_of(closed[1]), posted=True)
        page = asked((connection, ledger), closings, _contract_of(closed, contract))
        return _told(page, closings, [found["closing"] for found in closed])

    if first.closing is not None or second.closing is not None:
        _may_compare_closings(read, of)
        return await read.answer(between_closings)
    ends = Ends(await first.pair(read), await second.pair(read))
    return await read.answer(lambda *place: _told(asked(place[:2], ends, contract), ends))


def _may_compare_closings(read: Reading, of: str | None) -> None:
    if of is not None and of not in BY_POSTING:
        raise shape_invalid("figures that have a day of posting", "/query/of")
    if read.at.as_of is not None:
        raise shape_invalid("a closing has its own day", "/query/as_of")


def _contract_of(closed: Sequence[Mapping[str, Any]], asked: str | None) -> str | None:
    """What both closings are about: one contract, or the ledger, of which one may be asked for."""
    first, second = (found["contract"] for found in closed)
    if first != second:
        raise shape_invalid("a closing of the same contract, or of the ledger", "/query/to_closing")
    if None not in {first, asked} and first != asked:
        raise shape_invalid("the contract that was closed", "/query/contract")
    return asked or first


def _pair_of(closed: Mapping[str, Any]) -> Pair:
    """The last day that was closed, as its closing knew it."""
    return Pair(datetime.date.fromisoformat(closed["to"]), closed["closing"])


def _told(page: Page, ends: Ends, closings: Sequence[int | None] = (None, None)) -> Page:
    """The page, and the moments that it is about."""
    moments = [
        {"as_of": at.as_of, "known_at": at.known_at, "closing": closing}
        for at, closing in zip((ends.before, ends.after), closings, strict=True)
    ]
    return Page(page.items, page.after, dict(zip(("from", "to"), moments, strict=True)))
