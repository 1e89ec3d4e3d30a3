"""The fees performed again: each stored accrual and reversal against what the rules say is due.

Fees stand right behind the register, or the terms, that they follow from. What differs is reported
once for an order, which is then taken as it is stored.
"""

from typing import Final

from projections.bundle.checker.expected import Behind
from projections.bundle.checker.fees import (
    ACCRUED,
    TAKEN_BACK,
    Lesson,
    Order,
    Reckoning,
    StandingFee,
)
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import Event

FEES: Final = (ACCRUED, TAKEN_BACK)


class Fees:
    """Performs the fees of every order of a ledger again."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first event."""
        self._behind = Behind(findings, "fees performed again", lambda said: str(said["order"]))
        self._orders: dict[tuple[str, str], Order] = {}

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        kind, said = event["type"], event["data"]
        if kind in FEES:
            self._behind.hold(event)
            self._apply(self._orders[said["contract"], said["order"]], event)
            return
        self._behind.begin(event)
        if kind in ("order.placed", "register.submitted"):
            key = (said["contract"], said["order"])
            self._learn(self._orders.setdefault(key, Order()), event)

    def finish(self) -> None:
        """Nothing is due behind the last event."""
        self._behind.close()

    def _learn(self, order: Order, event: Event) -> None:
        reckoning = Reckoning(order, event)
        if event["type"] == "order.placed":
            order.placed.append(event)
            self._behind.expect(reckoning.after_terms())
            return
        session = event["data"]["session"]
        if session in order.lessons:
            order.lessons[session].register = event
        else:
            order.lessons[session] = Lesson(event)
        self._behind.expect(reckoning.after_register(session))

    def _apply(self, order: Order, event: Event) -> None:
        """Let a fee stand, or go, as it is stored."""
        said = event["data"]
        order.used += said["amount_minor"]
        order.lessons[said["session"]].fee = (
            None
            if event["type"] == TAKEN_BACK
            else StandingFee(
                version=event["version"],
                day=event["effective_on"],
                order=said["order"],
                partner=said["partner"],
                amount=said["amount_minor"],
                over_limit=said["over_limit_minor"],
                terms_version=said["terms_version"],
            )
        )
