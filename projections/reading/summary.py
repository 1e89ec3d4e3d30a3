"""The summary: payments by month, quarter or year of their effective date, and by trigger."""

import datetime
from collections import defaultdict
from typing import Any, Final, Literal

from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.pair import Pair

Period = Literal["month", "quarter", "year"]
MONTHS: Final[dict[Period, int]] = {"month": 1, "quarter": 3, "year": 12}
SUMS: Final = (
    "count", "amount_minor", "released_minor", "reversed_minor", "unfunded_minor",
)  # fmt: skip


def summary(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    by: Period = "month",
) -> dict[str, Any]:
    """Counts and amounts by period and trigger; count and amount are releases less reversals."""
    asked = {
        **at.asked(ledger),
        "contract": contract,
        "by": by,
        "months": MONTHS[by],
    }
    shares: defaultdict[tuple[datetime.date, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in ask(connection, "summary.funders", asked):
        shares[row["first_on"], row["trigger"], row["kind"]].append(
            {"funder": row["funder"], "amount_minor": row["amount_minor"]}
        )
    return {
        "items": [
            {
                "period": period_of(row["first_on"], by),
                "from": row["first_on"].isoformat(),
                "to": row["last_on"].isoformat(),
                "trigger": row["trigger"],
                "kind": row["kind"],
                **{name: row[name] for name in SUMS},
                "funders": shares[row["first_on"], row["trigger"], row["kind"]],
            }
            for row in ask(connection, "summary.periods", asked)
        ]
    }


def period_of(first_on: datetime.date, by: Period) -> str:
    """What a period is called, by its first day."""
    match by:
        case "month":
            return f"{first_on.year:04}-{first_on.month:02}"
        case "quarter":
            return f"{first_on.year:04}-Q{(first_on.month + 2) // 3}"
        case "year":
            return f"{first_on.year:04}"
