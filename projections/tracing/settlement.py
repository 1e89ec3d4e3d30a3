"""Why a partner was paid by a settlement, or owed again: its fees, what was brought and carried."""

from typing import Any, Final

from ledger.events.codec import AnyEvent
from ledger.events.settlements import PartnerPart, PartnerSettled, PartnerUnsettled
from projections.tracing.logged import Trail
from projections.tracing.recompute import Again
from projections.tracing.story import terms_before

FEES_SHOWN_MAX: Final = 100
Document = dict[str, Any]


def settlement_document(trail: Trail, event: AnyEvent, *, recompute: bool) -> Document | None:
    """The why-document of a settlement as far as it is of the partner that an event names.

    `steps` lead in pence from the fees to what was paid: accrued and brought forward, less what is
    carried forward, of which `disputed` is held back (`domain.md` 7). None before it is effective.
    """
    content: PartnerSettled | PartnerUnsettled = event.data
    named = {"contract": content.contract, "settlement": content.settlement}
    rows = trail.ask("to_cash.settlement", **named, partner=content.partner)
    if not rows:
        return None
    collected = trail.event(rows[0]["collected"])
    part = next(one for one in collected.data.partners if one.partner == content.partner)
    shown = trail.few("settled fees", part.accruals, FEES_SHOWN_MAX)
    fees = trail.events(shown)
    whole = len(shown) == len(part.accruals)
    steps = _steps(part, [fee.data.amount_minor for fee in fees] if whole else None, content)
    terms = terms_before(trail, content.contract, collected.version, ("contract.signed",))
    path = f"/v1/ledgers/{trail.ledger}/fees"
    return {
        "about": "settlement",
        "name": content.settlement,
        "partner": content.partner,
        "decision": trail.node(collected.version, "settlement"),
        "steps": steps,
        "acts": trail.nodes(rows[0]["steps"], "settlement"),
        "fees": [
            {
                "fee": fee.version,
                "amount_minor": fee.data.amount_minor,
                "path": f"{path}/{fee.version}/why",
            }
            for fee in fees
        ],
        "contract": {"contract": trail.node(terms[0], "contract")},
        "recompute": _again(collected.version, steps).shown() if recompute else None,
    }


def _steps(
    part: PartnerPart, fees: list[int] | None, paid: PartnerSettled | PartnerUnsettled
) -> list[Document]:
    """From the fees to the payment; the fees are added up where all of them are shown."""
    accrued: Document = {"step": "accrued", "count": len(part.accruals)}
    accrued |= {"amount_minor": part.accrued_minor}
    if fees is not None:
        accrued["holds"] = sum(fees) == part.accrued_minor
    total = part.accrued_minor + part.brought_minor - part.carried_minor
    amount = abs(paid.amount_minor)
    last: Document = {"step": "sum", "amount_minor": total, "document_minor": amount}
    return [
        accrued,
        {"step": "brought_forward", "amount_minor": part.brought_minor},
        {"step": "disputed", "amount_minor": part.disputed_minor},
        {"step": "carried_forward", "amount_minor": part.carried_minor},
        {**last, "holds": total == amount == part.pay_minor},
    ]


def _again(version: int, steps: list[Document]) -> Again:
    again = Again()
    again.performed.append({"version": version, "type": "settlement"})
    for step in steps:
        if not step.get("holds", True):
            stored = step.get("document_minor", "what its fees add up to")
            again.differ(version, step["step"], step["amount_minor"], stored)
    return again
