"""Whether what is noted of done erasures is what the log says, and the other way round."""

from dataclasses import dataclass

from ledger.events.codec import AnyEvent
from ledger.events.privacy import ChildErased
from projections.audit.findings import Report

Noted = tuple[str, str]
"""The child and the scope (`all` or `identity`) that are noted of an erasure."""


@dataclass(slots=True)
class ErasuresCheck:
    """Holds each row of `ledger.erasures`, by its version, against the erasure in the log.

    A start with restored keys destroys again what these rows name: one that is missing, or of
    somebody else, would let a key come back (0016).
    """

    report: Report
    noted: dict[int, Noted]

    def follow(self, event: AnyEvent) -> None:
        """Take the next event."""
        if not isinstance(event.data, ChildErased):
            return
        noted = self.noted.pop(event.version, None)
        if noted is None:
            self.report.find("erasure_not_noted", event.version, "its key may not be destroyed yet")
        elif noted != (event.data.child, event.data.scope):
            self.report.find("erasure_differs", event.version, "of another child or scope")
        self.report.count("erasures")

    def finish(self) -> None:
        """What is noted and stands nowhere in the log."""
        for version in sorted(self.noted):
            self.report.find("erasure_without_event", version, "no child was erased there")
