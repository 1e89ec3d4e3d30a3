"""Remittance advice: what a settlement pays one partner, session by session, and what comes off."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.paging import page_of_keys
from projections.reading.pair import Pair
from projections.reading.settlements import (
    collected_of,
    payment_to,
    return_of,
    returned_of,
    settlement_row,
    sums_of,
)

Event = dict[str, Any]
PAYMENT: Final = ("bank_account", "reference", "fingerprint")
"""What a payment that went out says; before it does they are null."""


def remittance(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    name: str,
    partner: str,
    at: Pair,
    *,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any] | None:
    """What a settlement pays a partner, or None when it holds nothing of it.

    Raises `SeveralContracts`. Before the settlement is paid this is what it would pay. The sums are
    of all fees and reversals, whatever the page of `items`.
    """
    row = settlement_row(connection, ledger, name, at, contract=contract)
    parts = () if row is None else collected_of(row).partners
    part = next((part for part in parts if part.partner == partner), None)
    if row is None or part is None:
        return None
    paid = payment_to(connection, ledger, row, partner, at)
    keys = [(version,) for version in part.accruals]
    held, following = page_of_keys(keys, first=(0,), limit=limit, after=after)
    reversed_minor = _reversed(connection, ledger, part.accruals)
    return shown(
        {
            "contract": row["contract"],
            "settlement": name,
            "partner": partner,
            "state": row["state"],
            "upto": collected_of(row).upto,
            "paid_on": row["paid_on"],
            **{name: getattr(paid, name, None) for name in PAYMENT},
            "items": _items(connection, ledger, [version for (version,) in held]),
            "next": following,
            "fees_minor": part.accrued_minor - reversed_minor,
            "reversed_minor": reversed_minor,
            **sums_of(part),
            "set_off_minor": max(0, min(-part.brought_minor, part.accrued_minor)),
            **return_of(returned_of(row).get(partner)),
        }
    )


def _items(
    connection: Connection[Any], ledger: str, versions: Iterable[int]
) -> list[dict[str, Any]]:
    """The fees and reversals at these versions, each with its register and its order's terms."""
    fees = _events(connection, ledger, versions)
    about = {cause for fee in fees.values() for cause in fee.get("causes", ())}
    about |= {fee["data"]["terms_version"] for fee in fees.values()}
    behind = _events(connection, ledger, about)
    return [_item(fee, behind) for fee in fees.values()]


def _reversed(connection: Connection[Any], ledger: str, versions: Iterable[int]) -> int:
    """What the reversals at these versions take back, in minor units; negative."""
    asked = {"ledger": ledger, "versions": list(versions)}
    [row] = ask(connection, "settlements.reversed", asked)
    return int(row["amount_minor"])


def _events(connection: Connection[Any], ledger: str, versions: Iterable[int]) -> dict[int, Event]:
    asked = {"ledger": ledger, "versions": sorted(versions)}
    rows = ask(connection, "events.events", asked)
    return {row["version"]: msgspec.json.decode(bytes(row["state"])) for row in rows}


def _item(fee: Event, behind: Mapping[int, Event]) -> dict[str, Any]:
    said = fee["data"]
    terms = behind[said["terms_version"]]["data"]
    register = _register(fee, behind) if fee["type"] == "fee.accrued" else None
    return {
        "version": fee["version"],
        "effective_on": fee["effective_on"],
        "order": said["order"],
        "session": said["session"],
        "status": None if register is None else register["status"],
        "unit": terms["unit"],
        "rate_minor": terms["rate_minor"],
        "percent": None if register is None else _percent(register, terms),
        "minutes": None if terms["unit"] != "hour" or register is None else register["minutes"],
        "heads": None if terms["unit"] != "attendee" or register is None else _heads(register),
        "amount_minor": said["amount_minor"],
        "over_limit_minor": said["over_limit_minor"],
        "reverses": said.get("reversed_version"),
    }


def _register(fee: Event, behind: Mapping[int, Event]) -> Event:
    """The register that the fee accrued by: the one among its causes that is of its session."""
    session = (fee["data"]["order"], fee["data"]["session"])
    causes = [behind[cause] for cause in fee["causes"]]
    registers = [c["data"] for c in causes if c["type"] == "register.submitted"]
    return next(data for data in registers if (data["order"], data["session"]) == session)


def _percent(register: Event, terms: Event) -> int:
    """The part of the rate that is due, as the session was delivered or cancelled."""
    if register["status"] == "delivered":
        return 100
    percent: int = terms[f"{register['status']}_percent"]
    return percent


def _heads(register: Event) -> int:
    """Who attended; of a cancelled session, who was expected."""
    who = "attended" if register["status"] == "delivered" else "expected"
    return len(register.get(who, ()))
