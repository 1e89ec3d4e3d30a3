"""The statement of financial activities: income, expenditure and funds carried forward, by fund.

The form is that of a charity's accounts. Income stands under the heading of its contract's income
class: an unconditional grant is a donation, anything that must be earned is a charitable activity.
The ledger knows no transfers between funds, and only a fund's name, not whether it is restricted.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import Connection

from projections.reading.balances import Balance
from projections.reading.pair import Pair
from projections.reading.span import WHOLE, Span, closing, opening
from projections.reading.terms import ContractTerms, terms_at

HEADINGS: Final = {
    "unconditional_grant": "donations_and_legacies",
    "performance_grant": "charitable_activities",
    "exchange": "charitable_activities",
}
SUMS: Final = (
    "income_minor", "expenditure_minor", "net_movement_minor", "brought_forward_minor",
    "carried_forward_minor", "net_assets_minor",
)  # fmt: skip
Line = tuple[str, str]


def activities(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    span: Span = WHOLE,
) -> dict[str, Any]:
    """Each fund in the span, and all of them together.

    What is carried forward equals the fund's net assets: assets less liabilities.
    """
    filters = {"book": "journal", "contract": contract}
    began = opening(connection, ledger, at, span, **filters)
    ended = closing(connection, ledger, at, span, **filters)
    # A contract's class is what was signed, on whatever day; only what was known counts.
    terms = terms_at(connection, ledger, at.known, contract=contract, types=("contract.signed",))
    funds = [
        _fund(
            fund, [b for b in began if b.fund == fund], [b for b in ended if b.fund == fund], terms
        )
        for fund in sorted({balance.fund for balance in ended})
    ]
    # 0021: a fund that only something late is about is none of a closed period.
    funds = [fund for fund in funds if any(fund[name] for name in SUMS)]
    totals = {name: sum(fund[name] for fund in funds) for name in SUMS}
    return {"contract": contract, **span.told, "funds": funds, "totals": totals}


def _fund(
    fund: str,
    began: Iterable[Balance],
    ended: Iterable[Balance],
    terms: Mapping[str, ContractTerms],
) -> dict[str, Any]:
    income, spent = _lines(began, ended, "income:", -1), _lines(began, ended, "expenses:", 1)
    brought = -sum(b.balance_minor for b in began if _is_activity(b))
    earned, used = sum(income.values()), sum(spent.values())
    return {
        "fund": fund,
        "income": [
            {"contract": contract, **_class_of(terms.get(contract)), "amount_minor": minor}
            for (_, contract), minor in sorted(income.items())
        ],
        "income_minor": earned,
        "expenditure": [
            {"kind": kind, "contract": contract, "amount_minor": minor}
            for (kind, contract), minor in sorted(spent.items())
        ],
        "expenditure_minor": used,
        "net_movement_minor": earned - used,
        "brought_forward_minor": brought,
        "carried_forward_minor": brought + earned - used,
        "net_assets_minor": sum(b.balance_minor for b in ended if not _is_activity(b)),
    }


def _is_activity(balance: Balance) -> bool:
    return balance.account.startswith(("income:", "expenses:"))


def _lines(
    began: Iterable[Balance], ended: Iterable[Balance], side: str, sign: int
) -> dict[Line, int]:
    """The movement of each kind of account and contract; credits positive on the income side."""
    sums: dict[Line, int] = {}
    for found, way in ((began, -1), (ended, 1)):
        for balance in found:
            if balance.account.startswith(side):
                line = (balance.account.split(":")[1].replace("-", "_"), balance.contract)
                sums[line] = sums.get(line, 0) + way * sign * balance.balance_minor
    return {line: amount for line, amount in sums.items() if amount}


def _class_of(terms: ContractTerms | None) -> dict[str, str | None]:
    """The income class of a contract, and the heading that it stands under."""
    if terms is None or terms.contract is None:
        return {"income_class": None, "heading": "charitable_activities"}
    held = terms.contract.income_class
    return {"income_class": held, "heading": HEADINGS[held]}
