"""What is noted of done erasures is what the log says: no more, no less, and of nobody else."""

import pytest

from ledger.events.codec import decode_event
from ledger.log.memory import MemoryLog
from ledger.log.sealing.store import MemoryKeyStore
from projections.audit.erasures import ErasuresCheck
from projections.audit.findings import Report
from tests.log.sealed import MASTER, SealedLedger, told


@pytest.fixture(scope="module")
def events():
    """A ledger of which `c1` was erased, at its last version."""
    ledger = SealedLedger(MemoryLog(), MemoryKeyStore(), MASTER).made()
    ledger.say(*told("c1"))
    ledger.erase("c1")
    return [
        decode_event(event.stored_name, event.stored)
        for together in ledger.log.read(ledger.ledger)
        for event in together
    ]


@pytest.mark.parametrize(
    "noted, found",
    [
        ({0: ("c1", "all")}, []),
        ({}, ["erasure_not_noted"]),
        ({0: ("c2", "all")}, ["erasure_differs"]),
        ({0: ("c1", "identity")}, ["erasure_differs"]),
        ({0: ("c1", "all"), -1: ("c1", "all")}, ["erasure_without_event"]),
    ],
)
def test_a_noted_erasure_is_held_against_the_log(events, noted, found):
    last = events[-1].version
    report = Report("wlz")
    check = ErasuresCheck(report, {last + place: row for place, row in noted.items()})
    for event in events:
        check.follow(event)
    check.finish()
    assert [finding.code for finding in report.findings] == found
    assert report.checked == {"erasures": 1}
