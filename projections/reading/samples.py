"""Verification samples: what was drawn of a claim, what was said of it, what that took off."""

from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.pair import (
    Page,
    Pair,
    SeveralContracts,
    bounded,
    cursor_of,
    keys_of,
    page_of,
)


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
    """Samples by contract and name, each with its items in the order of the draw.

    `sampled_minor`, `failed_minor` and `unsampled_minor` are what funders pay of the items, of
    those that failed, and of the lines that were not drawn: a deduction is the third times the
    second over the first, rounded half up.
    """
    most = bounded(limit)
    start = keys_of(after, (str, str)) or ("", "")
    asked = {
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "contract": contract,
        "claim": claim,
        "sample": sample,
        "after_contract": start[0],
        "after_sample": start[1],
        "limit": most + 1,
    }
    rows, following = page_of(
        ask(connection, "samples.samples", asked),
        most,
        lambda row: cursor_of(row["contract"], row["sample"]),
    )
    return Page([shown(row) for row in rows], following)


def sample(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One sample, or None. Raises `SeveralContracts`."""
    found = samples(connection, ledger, at, contract=contract, sample=name).items
    if len(found) > 1:
        raise SeveralContracts([item["contract"] for item in found])
    return found[0] if found else None
