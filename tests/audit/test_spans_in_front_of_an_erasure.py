"""A span that ends in front of an erasure: the key is gone already, and nothing is wrong."""

from collections.abc import Iterator, Sequence

from ledger.log.memory import MemoryLog
from ledger.log.ports import StoredEvent
from ledger.log.sealing.reader import KeyReader
from ledger.log.sealing.store import MemoryKeyStore
from projections.audit.reperform import reperform
from projections.audit.reperformance import Span
from tests.log.sealed import MASTER, SealedLedger, told


class ReadOneByOne(MemoryLog):
    """A log that is longer than what is read of it at once."""

    def read(
        self, ledger: str, *, after: int = 0, upto: int | None = None, chunk: int = 1
    ) -> Iterator[Sequence[StoredEvent]]:
        return super().read(ledger, after=after, upto=upto, chunk=chunk)


def findings(ledger: SealedLedger, last: int | None) -> list[str]:
    keys = KeyReader(ledger.store, ledger.master)
    done = reperform(ledger.log, ledger.ledger, Span(last=last), find_keys=keys)
    assert done.report.erased == 1
    return [finding.code for finding in done.report.findings]


def test_an_erasure_behind_the_span_is_not_missed_and_one_that_nobody_recorded_is():
    ledger = SealedLedger(ReadOneByOne(), MemoryKeyStore(), MASTER).made()
    ledger.say(*told("c1"))
    span = ledger.log.head("wlz").version - 1
    ledger.store.destroy("wlz", "c1", ("values",))
    assert findings(ledger, None) == ["erasure_missing"]
    ledger.erase("c1")
    assert findings(ledger, None) == []
    assert findings(ledger, span) == []
