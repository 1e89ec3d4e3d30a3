"""Partners: what each earned, invoiced and was paid, within one contract."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from psycopg import Connection

from projections.reading.balances import Balance, balances_of, total
from projections.reading.paging import only, page_of_keys
from projections.reading.pair import Page, Pair
from projections.reading.settlements import banks_of
from projections.reading.terms import ContractTerms, terms_at

TERMS: Final = ("order.placed",)


def partners(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Every partner of every contract (or of one), by contract and name."""
    terms = terms_at(connection, ledger, at, contract=contract, types=TERMS)
    named = sorted(
        {(name, placed.partner) for name, held in terms.items() for placed in held.orders.values()}
    )
    keys, following = page_of_keys(named, first=("", ""), limit=limit, after=after)
    return Page(_positions(connection, ledger, at, keys, terms), following)


def partner(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One partner, or None when no order names it. Raises `SeveralContracts`."""
    terms = terms_at(connection, ledger, at, contract=contract, types=TERMS)
    keys = [
        (found, name)
        for found, held in terms.items()
        if any(placed.partner == name for placed in held.orders.values())
    ]
    key = only(keys, itemgetter(0))
    return None if key is None else _positions(connection, ledger, at, [key], terms)[0]


def _positions(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    keys: Sequence[tuple[str, str]],
    terms: dict[str, ContractTerms],
) -> list[dict[str, Any]]:
    found = balances_of(connection, ledger, at, keys, "partner")
    banks = banks_of(connection, ledger, sorted({name for _, name in keys}), at)
    return [
        {**_position(key, terms[key[0]], found[key]), "bank": banks.get(key[1])} for key in keys
    ]


def _position(
    key: tuple[str, str], terms: ContractTerms, found: Sequence[Balance]
) -> dict[str, Any]:
    contract, name = key
    return {
        "partner": name,
        "contract": contract,
        **figures_of_partner(name, found),
        "orders": [
            {
                "order": order,
                "name": placed.name,
                "unit": placed.unit,
                "rate_minor": placed.rate_minor,
                **figures_of_order(order, name, found),
                "limit_minor": placed.limit_minor,
            }
            for order, placed in sorted(terms.orders.items())
            if placed.partner == name
        ],
    }


def figures_of_partner(name: str, found: Sequence[Balance]) -> dict[str, int]:
    """The figures of a partner in one contract: sums of its series."""
    fees, accrual = f"expenses:partner-fees:{name}", f"liabilities:accrued-fees:{name}"
    payable = f"liabilities:payable:{name}"
    accrued = sum(balance.balance_minor for balance in found if balance.account == fees)
    returned = -total(found, account=payable, detail="returned")
    settled = total(found, account=payable, detail="settled") - returned
    paid = total(found, account=payable, detail="paid") + settled
    return {
        "accrued_minor": accrued,
        "invoiced_minor": total(found, account=accrual, detail="invoiced"),
        "disputed_minor": total(found, account="disputed", detail="disputed"),
        "credited_minor": total(found, account=payable, detail="credited"),
        "paid_minor": paid,
        "settled_minor": settled,
        "returned_minor": returned,
        "owed_minor": accrued - paid,
    }


def figures_of_order(order: str, partner: str, found: Sequence[Balance]) -> dict[str, int]:
    """What an order of a partner accrued, and what it accrued over its limit."""
    fees, detail = f"expenses:partner-fees:{partner}", f"order:{order}"
    return {
        "accrued_minor": total(found, account=fees, detail=detail),
        "over_limit_minor": total(found, account="over-limit", detail=detail),
    }
