"""Why something could be paid or billed that names no decision: the account that it drew on."""

from collections import Counter
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from ledger.events.cash import FeeCredited, FeeInvoiced, FeePaid, RefundPaid
from ledger.events.codec import AnyEvent
from projections.reading.balances import balances
from projections.reading.pair import Pair
from projections.tracing.logged import Trail
from projections.tracing.story import terms_before

STEPS_MAX: Final = 100
NAMED_MAX: Final = 100
Document = dict[str, Any]
DrawnOn = RefundPaid | FeeInvoiced | FeeCredited | FeePaid


class Drawn(NamedTuple):
    """The account that a fact draws on, and the fact's amount as it moves it, in pence."""

    account: str
    moved_minor: int


def account_document(trail: Trail, event: AnyEvent, *, recompute: bool) -> Document:  # noqa: ARG001 (an account is added up, nothing is decided: there is nothing to run again)
    """The why-document of the account that a refund or a partner's document draws on.

    `steps` are what had been posted to it in front of the event, by why it was posted, then the
    event, in pence, what we owe positive (`domain.md` 8). `named` are the events that the fact
    names: an order, or the partner's invoice; empty where it names nothing but the account.
    """
    content: DrawnOn = event.data
    drawn = _drawn(content)
    before = Pair(None, event.version - 1)
    sums: Counter[str] = Counter()
    for found in balances(
        trail.connection, trail.ledger, before, book="journal", contract=content.contract,
        account=drawn.account,
    ):  # fmt: skip
        sums[found.detail] -= found.balance_minor
    stood = sum(sums.values())
    parts = [{"step": name, "amount_minor": sums[name]} for name in sorted(sums)]
    asked = {"account": drawn.account, "contract": content.contract, "known_at": before.known_at}
    terms = terms_before(trail, content.contract, event.version, ("contract.signed",))
    return {
        "about": "account",
        "name": drawn.account,
        "named": trail.nodes(_named(trail, event), "named"),
        "steps": [
            *trail.few("parts of the account", parts, STEPS_MAX),
            {"step": "stood_before", "amount_minor": stood},
            {"step": "moved", "amount_minor": drawn.moved_minor},
            {"step": "stood_after", "amount_minor": stood + drawn.moved_minor},
        ],
        "journal": f"/v1/ledgers/{trail.ledger}/journal?{urlencode(asked)}",
        "contract": {"contract": trail.node(terms[0], "contract")},
        "recompute": None,
    }


def _drawn(content: DrawnOn) -> Drawn:
    match content:
        case RefundPaid():
            return Drawn(f"liabilities:funder-credit:{content.funder}", -content.amount_minor)
        case FeeInvoiced():
            return Drawn(f"liabilities:accrued-fees:{content.partner}", -content.amount_minor)
        case FeeCredited() | FeePaid():
            return Drawn(f"liabilities:payable:{content.partner}", -content.amount_minor)


def _named(trail: Trail, event: AnyEvent) -> list[int]:
    """The versions of what the fact names: the terms of its order, or the partner's invoice."""
    content: DrawnOn = event.data
    match content:
        case FeeInvoiced(order=str(order)):
            terms = terms_before(trail, content.contract, event.version, ("order.placed",))
            placed = trail.events(terms)
            return [found.version for found in placed if found.data.order == order]
        case FeeCredited(invoice=str(invoice)) | FeePaid(invoice=str(invoice)):
            asked = {"contract": content.contract, "partner": content.partner, "invoice": invoice}
            rows = trail.ask_few(
                "named documents", "to_cash.partners_invoice", NAMED_MAX, **asked,
                before=event.version,
            )  # fmt: skip
            return [row["version"] for row in rows]
        case _:
            return []
