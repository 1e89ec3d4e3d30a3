"""The books: the trial balance, and the journal line by line."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.filters import Account, FirstOn, LastOn, PostedFrom, PostedUpto, Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from projections.reading import journal, trial_balance

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["books"])


@router.get("/trial-balance", name="read_trial_balance")
async def read_trial_balance(
    read: AtMoment, contract: Ref = None, fund: Ref = None, posted_upto: PostedUpto = None
) -> Response:
    """Read every account's balance, debit positive; the total is zero.

    With `posted_upto` by the day of posting, which up to a closed day never changes; with `as_of`
    beside it, only what is effective by then.
    """
    if posted_upto is not None:
        return await read.answer(
            lambda connection, ledger, at: trial_balance.posted_trial_balance(
                connection, ledger, at.known_at, posted_upto=posted_upto, as_of=at.as_of,
                contract=contract, fund=fund,
            )
        )  # fmt: skip
    return await read.answer(
        lambda connection, ledger, at: trial_balance.trial_balance(
            connection, ledger, at, contract=contract, fund=fund
        )
    )


@router.get("/journal", name="list_journal")
async def list_journal(  # noqa: PLR0913 (one filter each)
    *,
    read: AtMoment,
    first_on: FirstOn = None,
    last_on: LastOn = None,
    posted_from: PostedFrom = None,
    posted_upto: PostedUpto = None,
    account: Account = None,
    contract: Ref = None,
    fund: Ref = None,
    funder: Ref = None,
    partner: Ref = None,
    child: Ref = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List the journal's lines in the order of their versions.

    A line effective in a closed period is posted on the first open day, as `prior_period`.
    """
    return await read.answer(
        lambda connection, ledger, at: journal.journal_lines(
            connection, ledger, at,
            first_on=first_on, last_on=last_on, posted_from=posted_from, posted_upto=posted_upto,
            account=account, contract=contract, fund=fund,
            funder=funder, partner=partner, child=child, limit=limit, after=after,
        )
    )  # fmt: skip
