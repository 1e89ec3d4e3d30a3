"""Settlements: what each pays whom, who drafted, approved and paid it, and where it stands."""

from operator import itemgetter
from typing import Any, Final

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
from projections.reading.paging import ask_page, only
from projections.reading.pair import Page, Pair

LIST: Final = "settlements.settlements"
BY_SETTLEMENT: Final = {"contract": "", "settlement": ""}


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
    asked = {**at.asked(ledger), "contract": contract, "settlement": None, "state": state}
    rows, following = ask_page(connection, LIST, asked, by=BY_SETTLEMENT, limit=limit, after=after)
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
    asked = {**at.asked(ledger), "contract": contract, "settlement": name, "state": None}
    rows, _ = ask_page(connection, LIST, asked, by=BY_SETTLEMENT, limit=None, after=None)
    return only(rows, itemgetter("contract"))


def collected_of(row: dict[str, Any]) -> SettlementCollected:
    """What a settlement holds."""
    event: AnyEvent = decode_event(f"settlement.collected.v{SCHEMA}", bytes(row["collected"]))
    collected: SettlementCollected = event.data
    return collected


def payment_to(
    connection: Connection[Any], ledger: str, row: dict[str, Any], partner: str, at: Pair
) -> PartnerSettled | None:
    """The payment of a settlement to a partner, or None as long as none went out."""
    asked = {name: row[name] for name in BY_SETTLEMENT}
    asked |= {**at.asked(ledger), "partner": partner}
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
    asked = {**at.asked(ledger), "partners": partners}
    rows = ask(connection, "settlements.banks", asked)
    return {row.pop("partner"): shown(row) for row in rows}
