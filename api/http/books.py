"""The books: statements, aged balances, the cash book, activities by fund, accrued income."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.http.contracts import UNKNOWN_FUNDER
from api.http.filters import PATTERN, Day, PostedUpto, Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.problems import shape_invalid
from projections.reading import accrued_income, activities, aged, cash_book, statements
from projections.reading.span import Span

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["books"])

SpanFrom = Annotated[Day | None, Query(alias="from", description="posted on this day or after")]
SpanTo = Annotated[Day | None, Query(alias="to", description="posted on this day or before")]
BankAccount = Annotated[str | None, Query(pattern=PATTERN, description="only this bank account")]


async def span_of(first_on: SpanFrom = None, last_on: SpanTo = None) -> Span:
    """The span of a book; one that ends before it begins is refused."""
    if first_on is not None and last_on is not None and last_on < first_on:
        raise shape_invalid("a day on or after `from`", "/query/to")
    return Span(first_on, last_on)


InSpan = Annotated[Span, Depends(span_of)]


@router.get("/statements/funders/{funder}", name="read_funder_statement")
async def read_funder_statement(
    *,
    read: AtMoment,
    funder: str,
    contract: Ref = None,
    span: InSpan,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Read a funder's statement: opening, movements with reasons, closing, and open items."""
    statement = partial(
        statements.funder_statement, contract=contract, span=span, limit=limit, after=after
    )
    return await read.about(funder, statement, UNKNOWN_FUNDER)


def _add_aged(path: str, name: str, find: Callable[..., dict[str, Any]], says: str) -> None:
    @router.get(path, name=name, description=says)
    async def aged_balances(
        read: AtMoment,
        contract: Ref = None,
        posted_upto: PostedUpto = None,
        limit: Limit = 100,
        after: After = None,
    ) -> Response:
        return await read.answer(
            partial(
                find, today=read.today, posted_upto=posted_upto,
                contract=contract, limit=limit, after=after,
            )
        )  # fmt: skip


for door in (
    (
        "/aged-debtors", "read_aged_debtors", aged.aged_debtors,
        "Read what funders owe of their invoices, by days past due at `as_of`, or today.",
    ),
    (
        "/aged-creditors", "read_aged_creditors", aged.aged_creditors,
        "Read what partners are owed, by the age of their fees at `as_of`, or today.",
    ),
):  # fmt: skip
    _add_aged(*door)


@router.get("/accrued-income", name="read_accrued_income")
async def read_accrued_income(
    *,
    read: AtMoment,
    contract: Ref = None,
    posted_upto: PostedUpto = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Read what is released and not invoiced, and what is received and not allocated."""
    return await read.answer(
        partial(
            accrued_income.accrued_income, posted_upto=posted_upto or datetime.date.max,
            contract=contract, limit=limit, after=after,
        )
    )  # fmt: skip


@router.get("/cash-book", name="read_cash_book")
async def read_cash_book(
    *,
    read: AtMoment,
    bank_account: BankAccount = None,
    contract: Ref = None,
    span: InSpan,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Read what went through each bank account, with a running balance."""
    return await read.answer(
        partial(
            cash_book.cash_book,
            bank_account=bank_account, contract=contract, span=span, limit=limit, after=after,
        )
    )  # fmt: skip


@router.get("/activities", name="read_activities")
async def read_activities(
    *,
    read: AtMoment,
    contract: Ref = None,
    span: InSpan,
) -> Response:
    """Read the statement of financial activities: income, expenditure and funds, by fund."""
    return await read.answer(partial(activities.activities, contract=contract, span=span))
