"""Events performed again by the checker's own rules."""

import json
from collections.abc import Iterable

from ledger.events.codec import AnyEvent, encode_event
from projections.bundle.checker.claims_again import ClaimsAgain
from projections.bundle.checker.fees_again import Fees
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.performing import Performance


def performed_again(events: Iterable[AnyEvent]) -> Findings:
    """What the checker finds in the payments, fees and claims of these events."""
    findings = Findings()
    performance = Performance(findings, lambda *_: None)
    fees, claims = Fees(findings), ClaimsAgain(findings)
    for event in events:
        document = json.loads(encode_event(event))
        performance.follow(document)
        fees.follow(document)
        claims.follow(document)
    performance.finish()
    fees.finish()
    claims.finish()
    return findings


def must_be_performed_again(events: Iterable[AnyEvent]) -> None:
    """Hold that the checker's rules come to the same payments, fees and claims."""
    findings = performed_again(events)
    assert not findings.faults, "\n".join(map(str, findings.faults))
