"""Funders: what each committed, was charged, and paid, within one contract."""

from collections.abc import Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any, Final

from psycopg import Connection

from projections.reading.balances import Balance, balances_of, total
from projections.reading.paging import only, page_of_keys
from projections.reading.pair import Page, Pair
from projections.reading.terms import ContractTerms, terms_at

TERMS: Final = ("contract.signed", "funder.joined", "cap.set")
PLACES: Final = 6


def funders(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Every funder of every contract (or of one), by contract and name."""
    terms = terms_at(connection, ledger, at, contract=contract, types=TERMS)
    named = sorted((name, funder) for name, held in terms.items() for funder in held.funders)
    keys, following = page_of_keys(named, first=("", ""), limit=limit, after=after)
    return Page(_positions(connection, ledger, at, keys, terms), following)


def funder(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One funder, or None when no contract has it. Raises `SeveralContracts`."""
    terms = terms_at(connection, ledger, at, contract=contract, types=TERMS)
    keys = [(found, name) for found, held in terms.items() if name in held.funders]
    key = only(keys, itemgetter(0))
    return None if key is None else _positions(connection, ledger, at, [key], terms)[0]


def _positions(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    keys: Sequence[tuple[str, str]],
    terms: dict[str, ContractTerms],
) -> list[dict[str, Any]]:
    found = balances_of(connection, ledger, at, keys, "funder")
    return [_position(key, terms[key[0]], found[key]) for key in keys]


def _position(
    key: tuple[str, str], terms: ContractTerms, found: Sequence[Balance]
) -> dict[str, Any]:
    contract, name = key
    joined = terms.funders[name]
    return {
        "funder": name,
        "contract": contract,
        "name": joined.name,
        "kind": joined.kind,
        "fund": joined.fund,
        **figures_of_funder(name, found, terms.limit_of(name)),
    }


def figures_of_funder(
    name: str, found: Sequence[Balance], cap: int | None
) -> dict[str, int | str | None]:
    """The figures of a funder in one contract: sums of its series, and its cap in force."""
    due = f"assets:accrued-income:{name}"
    released = total(found, account=due, detail="released")
    reversed_minor = -total(found, account=due, detail="reversed")
    deducted = -total(found, account=due, detail="deducted")
    claimed = total(found, account="claimed", detail="claimed")
    return {
        "committed_minor": cap,
        "released_minor": released,
        "reversed_minor": reversed_minor,
        "recognised_minor": released - reversed_minor,
        "deducted_minor": deducted,
        "unfunded_minor": total(found, account="unfunded", detail="unfunded"),
        "exact_share_minor": exact_decimal(exact_share(found)),
        "unclaimed_minor": released - reversed_minor - deducted - claimed,
        "claimed_minor": claimed,
        **_cash(name, found),
        "headroom_minor": None if cap is None else cap - released + reversed_minor,
    }


def _cash(name: str, found: Sequence[Balance]) -> dict[str, int]:
    """What was invoiced and what came, and what is left of either.

    A credit note that was paid out in cash is no credit any more: it stands under
    `credit_refunded_minor` alone, and outstanding is invoiced less credited less allocated.
    """
    receivable, credit = f"assets:receivable:{name}", f"liabilities:funder-credit:{name}"
    invoiced = total(found, account=receivable, detail="invoiced")
    written_off = -total(found, account=receivable, detail="written-off")
    paid_out = total(found, account=receivable, detail="credit-refunded")
    credited = written_off - total(found, account=receivable, detail="credited") - paid_out
    received = -total(found, account=credit, detail="received")
    allocated = total(found, account=credit, detail="allocated") + total(
        found, account=credit, detail="allocation-reversed"
    )
    refunded = total(found, account=credit, detail="refunded")
    return {
        "invoiced_minor": invoiced,
        "credited_minor": credited,
        "written_off_minor": written_off,
        "credit_refunded_minor": paid_out,
        "received_minor": received,
        "allocated_minor": allocated,
        "refunded_minor": refunded,
        "unallocated_minor": received - allocated - refunded,
        "outstanding_minor": invoiced - credited - allocated,
    }


def exact_share(found: Sequence[Balance]) -> Fraction:
    """The exact share of all standing payments, before rounding and caps."""
    return sum(
        (
            Fraction(balance.balance_minor * balance.parts, balance.parts_total)
            for balance in found
            if balance.detail == "exact"
        ),
        start=Fraction(0),
    )


def exact_decimal(amount: Fraction) -> str:
    """A fraction as a decimal: exact when it ends, else rounded half up at six places."""
    places, scaled = 0, abs(amount)
    rest = amount.denominator
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        places = max(places, power)
    if rest != 1:
        places = PLACES
    digits = str((scaled * 10**places * 2 + 1) // 2).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if amount < 0 and int(digits) else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
