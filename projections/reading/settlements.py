"""Settlements: what each pays whom, who drafted, approved and paid it, and where it stands."""

from typing import Any

from psycopg import Connection

from ledger.events.catalogue import SCHEMA
from ledger.events.codec import AnyEvent, decode_event
from ledger.events.settlements import (
    PartnerPart,
    PartnerSettled,
    PartnerUnsettled,
    SettlementCollected,
)
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


def settlements(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    state: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Settlements by contract and name."""
    most = bounded(limit)
    start = keys_of(after, (str, str)) or ("", "")
    found = _rows(
        connection, ledger, at, start=start, contract=contract, state=state, limit=most + 1
    )
    rows, following = page_of(
        found, most, lambda row: cursor_of(row["contract"], row["settlement"])
    )
    return Page([_shown(row) for row in rows], following)


def settlement(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One settlement, or None. Raises `SeveralContracts`."""
    row = settlement_row(connection, ledger, name, at, contract=contract)
    return None if row is None else _shown(row)


def settlement_row(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None
) -> dict[str, Any] | None:
    """One settlement as its tables have it. Raises `SeveralContracts`."""
    rows = _rows(connection, ledger, at, contract=contract, settlement=name)
    if len(rows) > 1:
        raise SeveralContracts([row["contract"] for row in rows])
    return rows[0] if rows else None


def _rows(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    start: tuple[str, str] = ("", ""),
    **filters: str | int | None,
) -> list[dict[str, Any]]:
    asked = dict.fromkeys(("contract", "settlement", "state", "limit")) | filters
    asked |= {"after_contract": start[0], "after_settlement": start[1]}
    asked |= {"ledger": ledger, "day": at.day, "known_at": at.known_at}
    return ask(connection, "settlements.settlements", asked)


def collected_of(row: dict[str, Any]) -> SettlementCollected:
    """What a settlement holds."""
    event: AnyEvent = decode_event(f"settlement.collected.v{SCHEMA}", bytes(row["collected"]))
    collected: SettlementCollected = event.data
    return collected


def payment_to(
    connection: Connection[Any], ledger: str, row: dict[str, Any], partner: str, at: Pair
) -> PartnerSettled | None:
    """The payment of a settlement to a partner, or None as long as none went out."""
    asked = {
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "contract": row["contract"],
        "settlement": row["settlement"],
        "partner": partner,
    }
    rows = ask(connection, "settlements.payment", asked)
    if not rows:
        return None
    event: AnyEvent = decode_event(f"partner.settled.v{SCHEMA}", bytes(rows[0]["stored"]))
    paid: PartnerSettled = event.data
    return paid


def returned_of(row: dict[str, Any]) -> dict[str, AnyEvent]:
    """The payments of a settlement that came back, by partner."""
    events: list[AnyEvent] = [
        decode_event(f"partner.unsettled.v{SCHEMA}", bytes(stored))
        for stored in row["returned"] or ()
    ]
    return {event.data.partner: event for event in events}


def return_of(event: AnyEvent | None) -> dict[str, Any]:
    """When a payment came back, and why; nothing when it did not."""
    if event is None:
        return {"returned_on": None, "return_reason_code": None}
    unsettled: PartnerUnsettled = event.data
    day = event.effective_on.isoformat()
    return {"returned_on": day, "return_reason_code": unsettled.reason_code}


def sums_of(part: PartnerPart) -> dict[str, int]:
    """The sums of one partner: accrued and brought forward, less what is paid, is carried."""
    return {
        "accrued_minor": part.accrued_minor,
        "brought_minor": part.brought_minor,
        "disputed_minor": part.disputed_minor,
        "pay_minor": part.pay_minor,
        "carried_minor": part.carried_minor,
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    collected = collected_of(row)
    paid_terms = row.pop("paid")
    paid: AnyEvent | None = None
    if paid_terms is not None:
        paid = decode_event(f"settlement.paid.v{SCHEMA}", bytes(paid_terms))
    returned = returned_of(row)
    del row["collected"], row["returned"]
    parts = [
        {
            "partner": part.partner,
            "accruals": len(part.accruals),
            **sums_of(part),
            "funds": [
                {"fund": borne.fund, "amount_minor": borne.amount_minor} for borne in part.funds
            ],
            **return_of(returned.get(part.partner)),
        }
        for part in collected.partners
    ]
    totals = [sums_of(part) for part in collected.partners]
    return shown(
        {
            **row,
            "upto": collected.upto,
            "known_at_version": collected.known_at,
            "bank_account": None if paid is None else paid.data.bank_account,
            "reference": None if paid is None else paid.data.reference,
            **{name: sum(sums[name] for sums in totals) for name in totals[0]},
            "returned_minor": -sum(event.data.amount_minor for event in returned.values()),
            "partners": parts,
        }
    )


def banks_of(
    connection: Connection[Any], ledger: str, partners: list[str], at: Pair
) -> dict[str, dict[str, Any]]:
    """The bank details of partners, by their fingerprint: who set them, and who confirmed them."""
    asked = {"ledger": ledger, "day": at.day, "known_at": at.known_at, "partners": partners}
    rows = ask(connection, "settlements.banks", asked)
    return {row.pop("partner"): shown(row) for row in rows}
