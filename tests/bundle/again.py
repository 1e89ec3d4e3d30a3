"""Events performed again by the checker's own rules."""

import json
from collections.abc import Iterable

from ledger.events.codec import AnyEvent, encode_event
from projections.bundle.checker.claims_again import ClaimsAgain
from projections.bundle.checker.envelopes import Envelopes
from projections.bundle.checker.fees_again import Fees
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.performing import Performance
from projections.bundle.checker.settlements_again import SettlementsAgain


def performed_again(events: Iterable[AnyEvent]) -> Findings:
    """What the checker finds in the payments, fees, claims and settlements of these events."""
    findings = Findings()
    parts = (
        Performance(findings, lambda *_: None),
        Fees(findings),
        ClaimsAgain(findings),
        SettlementsAgain(findings),
    )
    envelopes = Envelopes(findings)
    for event in events:
        document = json.loads(encode_event(event))
        envelopes.follow(document)
        for part in parts:
            part.follow(document)
    for part in parts:
        part.finish()
    return findings


def must_be_performed_again(events: Iterable[AnyEvent]) -> None:
    """Hold that the checker's rules come to the same payments, fees, claims and settlements."""
    findings = performed_again(events)
    assert not findings.faults, "\n".join(map(str, findings.faults))
