"""What is around an event's content: a decision takes it over from the fact that it stands behind.

Whoever reported the fact is whose decision it is, received and recorded with it. A fact follows
from nothing, so it names no causes; a decision has no id, because nobody sent it.
"""

from collections.abc import Iterator

from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event
from projections.bundle.checker.performing import COMPARED, OTHER_DECISIONS


class Envelopes:
    """Holds every decision to its fact; what differs is reported once for a fact."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first event."""
        self._findings = findings
        self._fact: Event | None = None
        self._reported = False

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        if event["type"] in COMPARED or event["type"] in OTHER_DECISIONS:
            self._findings.count("decisions held to their facts")
        else:
            self._fact, self._reported = event, False
        for what in self._differences(event):
            if not self._reported:
                version = event["version"]
                self._findings.fault(EVENTS, what, line=version, version=version)
            self._reported = True

    def _differences(self, event: Event) -> Iterator[str]:
        kind, fact = event["type"], self._fact
        if fact is event:
            if event.get("causes"):
                yield f"{kind} is a fact, and names the causes {event['causes']}"
        elif fact is None:
            yield f"{kind} is a decision, and stands behind no fact"
        else:
            again = [fact["actor"], fact["received_on"], fact["recorded_at"], None]
            names = ("actor", "received_on", "recorded_at", "id")
            for name, due in zip(names, again, strict=True):
                if event.get(name) != due:
                    what = f"{kind}: {name} {event.get(name)} is stored"
                    yield f"{what}, by the fact at version {fact['version']:,} it is {due}"
