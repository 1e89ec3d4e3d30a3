"""Settlements performed again: what each run holds, pays and takes back, by the rules.

What differs is reported once for a settlement, which is then taken as it is stored.
"""

from typing import Final

from projections.bundle.checker.expected import Behind
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import Event
from projections.bundle.checker.settling import (
    COLLECTED,
    SETTLED,
    UNSETTLED,
    Banks,
    PartnerDesk,
)

OF_SETTLEMENTS: Final = (COLLECTED, SETTLED, UNSETTLED)


class SettlementsAgain:
    """Performs the settlements of every contract again."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first event."""
        counted = "settlement decisions performed again"
        self._behind = Behind(findings, counted, lambda said: str(said["settlement"]))
        self._desks: dict[str, PartnerDesk] = {}
        self._banks: Banks = {}

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        kind = event["type"]
        if kind in OF_SETTLEMENTS:
            self._behind.hold(event)
            desk = self._desk(event)
            (desk.hold if kind == COLLECTED else desk.pay)(event)
            return
        self._behind.begin(event)
        if kind == "partner.bank_set":
            self._banks[event["data"]["partner"]] = event
        elif kind.startswith("settlement."):
            self._step(self._desk(event), event)
        elif kind.startswith("fee.") or kind == "order.placed":
            self._desk(event).partners.learn(event)

    def finish(self) -> None:
        """Nothing follows behind the last event."""
        self._behind.close()

    def _desk(self, event: Event) -> PartnerDesk:
        return self._desks.setdefault(event["data"]["contract"], PartnerDesk())

    def _step(self, desk: PartnerDesk, event: Event) -> None:
        match event["type"]:
            case "settlement.drafted":
                self._behind.expect([desk.collected(event)])
            case "settlement.paid":
                self._behind.expect(desk.settled(event, self._banks))
            case "settlement.returned":
                self._behind.expect(desk.unsettled(event))
            case "settlement.withdrawn":
                desk.let_go(event["data"]["settlement"])
            case _:
                pass
