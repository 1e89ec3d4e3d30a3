"""Settlements performed again: what each run holds, pays and takes back, by the rules.

A step, a paper of a partner's, or bank details that the rules refuse are faults of their own. What
differs is reported once for a settlement, which is then taken as it is stored.
"""

from typing import Final

from projections.bundle.checker.expected import Behind
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event
from projections.bundle.checker.partner_banks import Banks
from projections.bundle.checker.partner_funds import PAPERS
from projections.bundle.checker.settling import (
    COLLECTED,
    SETTLED,
    UNSETTLED,
    PartnerDesk,
)
from projections.bundle.checker.settling_steps import objections_to_draft, objections_to_step

OF_SETTLEMENTS: Final = (COLLECTED, SETTLED, UNSETTLED)


class SettlementsAgain:
    """Performs the settlements of every contract again."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first event."""
        counted = "settlement decisions performed again"
        self._findings = findings
        self._behind = Behind(findings, counted, lambda said: str(said["settlement"]))
        self._desks: dict[str, PartnerDesk] = {}
        self._banks = Banks()

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        kind = event["type"]
        if kind in OF_SETTLEMENTS:
            self._behind.hold(event)
            self._apply(self._desk(event), event)
            return
        self._behind.begin(event)
        if kind in ("partner.bank_set", "partner.bank_confirmed"):
            self._object(event, self._banks.objection(event))
            self._banks.learn(event)
        elif kind.startswith("settlement."):
            self._step(self._desk(event), event)
        elif kind in PAPERS:
            self._object(event, self._desk(event).partners.objection(event))
            self._desk(event).partners.learn(event)
        elif kind in ("order.placed", "fee.accrued", "fee.reversed"):
            self._desk(event).partners.learn(event)

    def finish(self) -> None:
        """Nothing follows behind the last event."""
        self._behind.close()

    def _desk(self, event: Event) -> PartnerDesk:
        return self._desks.setdefault(event["data"]["contract"], PartnerDesk())

    def _object(self, event: Event, why: str) -> None:
        if why:
            version = event["version"]
            what = f"{event['type']} is stored, and the rules refuse it: {why}"
            self._findings.fault(EVENTS, what, line=version, version=version)

    def _step(self, desk: PartnerDesk, event: Event) -> None:
        if event["type"] == "settlement.drafted":
            due = desk.collected(event)
            self._behind.refuse(event, objections_to_draft(desk, event, due))
            self._behind.expect([due])
            return
        self._behind.refuse(event, objections_to_step(desk, event, self._banks))
        if event["type"] == "settlement.returned":
            self._behind.expect(desk.unsettled(event))
            return
        if event["type"] == "settlement.paid":
            self._behind.expect(desk.settled(event, self._banks))
        desk.step(event)

    def _apply(self, desk: PartnerDesk, event: Event) -> None:
        """Let a decision stand as it is stored."""
        if event["type"] == COLLECTED:
            desk.hold(event)
            return
        desk.pay(event)
        if event["type"] == UNSETTLED:
            self._banks.doubt(event["data"]["partner"])
