"""The auditor's desk: samples of payments, fees, invoices, receipts and entries; journal tests.

A draw is a pure function of the frozen population and the auditor's words: nothing is stored.
"""

import datetime
import io
from fractions import Fraction
from typing import Annotated, Any, Final, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.http.accept import weights_of
from api.http.books import span_of
from api.http.filters import Day, Ref, Whole
from api.http.moment import AtMoment, Reading, Writer
from api.http.pages import After, Limit
from api.http.problems import shape_invalid
from projections.audit.journal_tests import Limits, Scope, TestName, journal_tests
from projections.reading.span import Span
from projections.sampling.drawing import Method
from projections.sampling.samples import Asked, Population, draw_sample, sample_page
from projections.sampling.sheet import sheet_csv, sheet_workbook
from projections.sampling.sizes import SIZE_MAX, Plan, SizeOutOfReach, Table

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/audit", tags=["audit"])

SHEET: Final = "text/csv"
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VARIES: Final = {"Vary": "Accept"}
USUAL: Final = Limits()
CONFIDENCE_MIN: Final = Fraction(50)
WHOLE: Final = Fraction(100)
PERCENT: Final = r"^[0-9]{1,2}(\.[0-9]{1,4})?$"
HOUR: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
WORDS: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$"

Percent = Annotated[str | None, Query(pattern=PERCENT, description="in percent")]
Words = Annotated[str, Query(pattern=WORDS, description="the auditor's words")]
Size = Annotated[
    Whole | None, Query(ge=1, le=SIZE_MAX, description="items or monetary units; or plan it")
]


From = Annotated[
    Day | None,
    Query(alias="from", description="effective, or for the journal posted, on this day or after"),
]
Upto = Annotated[
    Day | None,
    Query(alias="to", description="effective, or for the journal posted, on this day or before"),
]


class Planned(NamedTuple):
    """How many: a number, or the confidence and the rates from which one follows."""

    size: int | None
    confidence: str | None
    tolerable: str | None
    expected: str | None
    table: Table | None

    def meant(self, method: Method) -> int | Plan:
        """The size, or the plan of one. Only whole items have deviations to count."""
        rates = (self.confidence, self.tolerable, self.expected, self.table)
        if self.size is not None:
            if any(rate is not None for rate in rates):
                raise shape_invalid("name a size or plan one", "/query/size")
            return self.size
        if self.confidence is None or self.tolerable is None:
            raise shape_invalid("a size, or confidence and tolerable", "/query/size")
        table: Table = self.table or "poisson"
        if method == "monetary_unit" and table != "poisson":
            raise shape_invalid("monetary units are planned by poisson", "/query/table")
        return _plan(self.confidence, self.tolerable, self.expected or "0", table)


def _plan(confidence: str, tolerable: str, expected: str, table: Table) -> Plan:
    """A plan in exact fractions; what could never be said is refused."""
    sure, most, some = (Fraction(text) for text in (confidence, tolerable, expected))
    if not CONFIDENCE_MIN <= sure < WHOLE:
        raise shape_invalid("at least 50 and less than 100", "/query/confidence")
    if not most > 0:
        raise shape_invalid("above 0", "/query/tolerable")
    if some >= most:
        raise shape_invalid("less than what is tolerable", "/query/expected")
    return Plan(sure / WHOLE, most / WHOLE, some / WHOLE, table)


def planned(
    size: Size = None,
    confidence: Percent = None,
    tolerable: Percent = None,
    expected: Percent = None,
    table: Table | None = None,
) -> Planned:
    """The parameters that say how many."""
    return Planned(size, confidence, tolerable, expected, table)


async def days_of(first_on: From = None, last_on: Upto = None) -> Span:
    """The days that are looked at; a span that ends before it begins is refused."""
    return await span_of(first_on, last_on)


Days = Annotated[Span, Depends(days_of)]
HowMany = Annotated[Planned, Depends(planned)]


@router.get("/sample", name="read_audit_sample")
async def read_audit_sample(  # noqa: PLR0913 (each is a part of the question)
    *,
    read: AtMoment,
    of: Population,
    method: Method,
    seed: Words,
    many: HowMany,
    contract: Ref = None,
    span: Days,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Draw a sample of what stands at the pair, by the auditor's words and the log's root there.

    With `Accept: text/csv`, or that of a workbook, the whole sample as a sheet to be filled in.
    """
    asked = Asked(of, method, seed, many.meant(method), contract, span)
    kind = _kind_wanted(read.request.headers.get("accept", ""))

    def question(connection: Any, ledger: str, at: Any) -> dict[str, Any]:  # noqa: ANN401 (asked by Reading)
        try:
            sample = draw_sample(connection, ledger, asked, at)
        except SizeOutOfReach as beyond:
            raise shape_invalid(str(beyond), "/query/tolerable") from None
        if kind is not None:
            return sample_page(sample, ledger)
        return sample_page(sample, ledger, limit=limit, after=after)

    return await read.answer(question, write=_writer(read, kind))


Hour = Annotated[str, Query(pattern=HOUR, description="in the ledger's time zone")]
Workdays = Annotated[str, Query(pattern=r"^[1-7]{1,7}$", description="from Monday as 1")]
DaysApart = Annotated[Whole, Query(ge=0, le=10_000)]
Sum = Annotated[Whole, Query(ge=1, le=10**15, description="in pence")]


def limits_of(  # noqa: PLR0913 (one limit each)
    *,
    office_from: Hour = "08:00",
    office_to: Hour = "18:00",
    workdays: Workdays = "12345",
    back_dated_days: DaysApart = USUAL.back_dated_days,
    round_minor: Sum = USUAL.round_minor,
    bank_days: DaysApart = USUAL.bank_days,
    seldom_entries: Annotated[Whole, Query(ge=1, le=10_000)] = USUAL.seldom_entries,
    limit_minor: Sum = USUAL.limit_minor,
    below_percent: Annotated[Whole, Query(ge=1, le=100)] = USUAL.below_percent,
) -> Limits:
    """The parameters of the tests; office hours are within one day."""
    if office_to <= office_from:
        raise shape_invalid("later than office_from", "/query/office_to")
    days = tuple(sorted({int(day) for day in workdays}))
    opens, ends = map(datetime.time.fromisoformat, (office_from, office_to))
    about = (back_dated_days, round_minor, bank_days, seldom_entries, limit_minor, below_percent)
    return Limits(opens, ends, days, *about)


@router.get("/journal-tests", name="read_journal_tests")
async def read_journal_tests(
    *,
    read: AtMoment,
    contract: Ref = None,
    span: Days,
    limits: Annotated[Limits, Depends(limits_of)],
    test: Annotated[TestName | None, Query(description="only this test, page by page")] = None,
    limit: Limit = 10,
    after: After = None,
) -> Response:
    """Run the journal tests over entries by day of posting; each with its first items."""
    if after is not None and test is None:
        raise shape_invalid("name the test whose items go on", "/query/test")
    scope = Scope(read.on.terms.timezone, contract, span, limits)
    return await read.answer(
        lambda connection, ledger, at: journal_tests(
            connection, ledger, at, scope=scope, only=test, limit=limit, after=after
        )
    )


def _kind_wanted(accept: str) -> Literal["csv", "xlsx"] | None:
    """A sheet, where the client would rather have one than JSON."""
    weights = weights_of(accept)
    json = weights.get("application/json", weights.get("*/*", 0))
    csv, xlsx = weights.get(SHEET, 0), weights.get(WORKBOOK, 0)
    if max(csv, xlsx) == 0 or max(csv, xlsx) < json:
        return None
    return "csv" if csv >= xlsx else "xlsx"


def _writer(read: Reading, kind: Literal["csv", "xlsx"] | None) -> Writer | None:
    if kind is None:
        return None

    def write(sample: dict[str, Any], headers: dict[str, str]) -> Response:
        if kind == "csv":
            content: bytes = "".join(sheet_csv(sample, read.on.ledger)).encode()
            return _file(content, SHEET, f"{_named(sample)}.csv", headers)
        target = io.BytesIO()
        sheet_workbook(target, sample, read.on.ledger)
        return _file(target.getvalue(), WORKBOOK, f"{_named(sample)}.xlsx", headers)

    return write


def _named(sample: dict[str, Any]) -> str:
    return f"sample-{sample['of']}-{sample['method']}-{sample['frozen']['version']}"


def _file(content: bytes, kind: str, name: str, headers: dict[str, str]) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers={**headers, **VARIES, **disposition})
