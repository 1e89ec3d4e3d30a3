"""A small contract as raw facts: what the log's tests append."""

import json
from typing import Any

from ledger.events.codec import decode_fact
from ledger.log.ports import LedgerTerms
from ledger.log.requests import AppendRequest, Submitted

WLZ = LedgerTerms("wlz", "West London Zone", "GBP", "Europe/London")
SIGN_UP_MINOR = 168_000


def fact(type_: str, effective_on: str, event_id: str | None = None, **data: Any) -> Submitted:
    """A fact as a client sends it, and as it is read."""
    sent = {"type": type_, "effective_on": effective_on, "data": data}
    if event_id is not None:
        sent["id"] = event_id
    raw = json.dumps(sent).encode()
    return Submitted(decode_fact(raw), raw)


def request(*facts: Submitted, **options: Any) -> AppendRequest:
    """A request by the school's recorder."""
    return AppendRequest("school", facts, **options)


def enrolled(child: str, event_id: str | None = None) -> Submitted:
    """A child signs up; its sign-up is paid at once."""
    return fact(
        "child.enrolled",
        "2024-09-10",
        event_id,
        contract="lcf",
        child=child,
        cohort="2024",
        school="st-anne",
        consent_given_on="2024-09-09",
    )


def interaction(child: str, event_id: str | None = None, day: str = "2024-09-11") -> Submitted:
    """A formal interaction; it releases nothing."""
    return fact("interaction.recorded", day, event_id, contract="lcf", child=child, formal=True)


def contract_terms() -> tuple[Submitted, ...]:
    """A contract whose only trigger is the sign-up, paid by one funder."""
    years = [
        {"from": "2024-09-01", "to": "2025-07-31"},
        {"from": "2025-09-01", "to": "2026-07-31"},
    ]
    line = {"trigger": "SIGN_UP", "kind": "sign_up", "price_minor": SIGN_UP_MINOR}
    terms: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "contract.signed",
            {"title": "Life Chances Fund", "starts_on": "2024-09-01", "ends_on": "2026-07-31"},
        ),
        ("funder.joined", {"funder": "phil", "name": "Philanthropy", "kind": "philanthropy"}),
        ("cohort.opened", {"cohort": "2024", "years": years}),
        ("rate_card.issued", {"card": "card", "triggers": [line]}),
        ("shares.set", {"shares": [{"funder": "phil", "parts": 1}]}),
    )
    return tuple(fact(name, "2024-09-01", contract="lcf", **said) for name, said in terms)
