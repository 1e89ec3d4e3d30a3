"""Verification samples: what was drawn of a claim, what was said of it, what that took off."""

from operator import itemgetter
from typing import Any, Final

from psycopg import Connection

from ledger.samples import ITEMS_MAX
from projections.reading.asking import ask, shown
from projections.reading.paging import ask_page, only
from projections.reading.pair import Page, Pair

BY_SAMPLE: Final = {"contract": "", "sample": ""}


def samples(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    claim: str | None = None,
    sample: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Samples by contract and name, each with what was said of its items, which `sample` lists.

    `sampled_minor`, `failed_minor` and `unsampled_minor` are what funders pay of the items, of
    those that failed, and of the lines that were not drawn: a deduction is the third times the
    second over the first, rounded half up.
    """
    asked = {**at.asked(ledger), "contract": contract, "claim": claim, "sample": sample}
    rows, following = ask_page(
        connection, "samples.samples", asked, by=BY_SAMPLE, limit=limit, after=after
    )
    return Page([shown(row) for row in rows], following)


def sample(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One sample with its items in the order of the draw, or None. Raises `SeveralContracts`."""
    found = samples(connection, ledger, at, contract=contract, sample=name).items
    kept = only(found, itemgetter("contract"))
    if kept is None:
        return None
    asked = {**at.asked(ledger), "contract": kept["contract"], "sample": name}
    items = ask(connection, "samples.items", {**asked, "limit": ITEMS_MAX})
    return {**kept, "items": [shown(item) for item in items]}
