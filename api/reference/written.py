"""A fact as somebody wrote it down: who, when it was received, and its JSON (`api.md`, Facts)."""

import datetime
from dataclasses import dataclass
from typing import Any, Final

# Facts received on one day are told in this order, so that nothing speaks of what is not there yet.
ORDER_WITHIN_A_DAY: Final = (
    "contract.signed",
    "funder.joined",
    "cap.set",
    "cohort.opened",
    "shares.set",
    "rate_card.issued",
    "order.placed",
    "partner.bank_set",
    "partner.bank_confirmed",
    "child.enrolled",
    "plan.agreed",
    "measurement.recorded",
    "interaction.recorded",
    "register.submitted",
    "child.transferred",
    "child.withdrawn",
    "measurement.corrected",
    "verification.recorded",
    "child.completed",
    "grant.agreed",
    "evidence.attached",
    "fee.invoiced",
    "fee.disputed",
    "fee.paid",
    "fee.credited",
    "settlement.drafted",
    "settlement.approved",
    "settlement.paid",
    "claim.drafted",
    "claim.submitted",
    "claim.approved",
    "receipt.recorded",
    "receipt.allocated",
)
_PLACE: Final = {kind: place for place, kind in enumerate(ORDER_WITHIN_A_DAY)}


@dataclass(frozen=True, slots=True)
class Written:
    """One fact and the actor who recorded it."""

    actor: str
    received_on: datetime.date
    fact: dict[str, Any]

    @property
    def place(self) -> tuple[datetime.date, int]:
        """Where the fact stands among the others: its day, then its kind."""
        return self.received_on, _PLACE[self.fact["type"]]


def written(
    actor: str,
    kind: str,
    name: str,
    effective_on: datetime.date,
    content: dict[str, Any],
    received_on: datetime.date | None = None,
) -> Written:
    """A fact with an id of its own; received on the day it is true unless said otherwise."""
    received = received_on or effective_on
    return Written(
        actor=actor,
        received_on=received,
        fact={
            "type": kind,
            "effective_on": effective_on.isoformat(),
            "received_on": received.isoformat(),
            "id": f"lcf:{name}",
            "data": content,
        },
    )
