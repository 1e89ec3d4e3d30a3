"""What the log has told so far: of each version its kind, contract, child and actor.

Checks that follow a version to what it names ask here. Words are kept once, so that a million
events take some thirty megabytes.
"""

from dataclasses import dataclass, field
from sys import intern
from typing import Any, Final, NamedTuple

from ledger.events.catalogue import DECISIONS
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, PaymentReleased
from ledger.events.delivery import RegisterSubmitted
from ledger.events.terms import RateCardIssued, SharesSet

WHOLE: Final = (PaymentReleased, FeeAccrued, RateCardIssued, SharesSet)
"""Events that are kept whole, because others have to agree with them."""
DECIDED: Final = frozenset(DECISIONS.values())


class Unreadable:
    """The kind of an event whose bytes cannot be read."""


class Known(NamedTuple):
    """What is known of one version."""

    kind: type[Any]
    contract: str | None = None
    child: str | None = None
    actor: str | None = None

    @property
    def is_decision(self) -> bool:
        """Whether the rules decided it."""
        return self.kind in DECIDED


UNREADABLE: Final = Known(Unreadable)


@dataclass(slots=True)
class KnownEvents:
    """Learns event after event; nothing behind the last one is known."""

    rows: list[Known | None] = field(default_factory=lambda: [None])
    alike: dict[Known, Known] = field(default_factory=dict)
    listed: dict[int, frozenset[str]] = field(default_factory=dict)
    whole: dict[int, AnyEvent] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The version of the last event."""
        return len(self.rows) - 1

    def learn(self, version: int, event: AnyEvent | None) -> None:
        """Learn the next event, or that it cannot be read; versions left out are not known."""
        self.rows.extend([None] * (version - len(self.rows)))
        if event is None:
            self.rows.append(UNREADABLE)
            return
        content = event.data
        kind = type(content)
        found = Known(
            kind,
            getattr(content, "contract", None),
            getattr(content, "child", None),
            event.actor,
        )
        self.rows.append(self.alike.setdefault(found, found))
        if kind is RegisterSubmitted:
            self.listed[version] = frozenset(map(intern, content.expected))
        elif kind in WHOLE:
            self.whole[version] = event

    def at(self, version: int) -> Known | None:
        """What is known of a version; nothing of one that is not there."""
        return self.rows[version] if 0 < version < len(self.rows) else None

    def is_about(self, version: int, child: str) -> bool:
        """Whether an event is about a child, or is a register that lists it."""
        known = self.at(version)
        return known is not None and (known.child == child or child in self.listed.get(version, ()))

    def decisions_end(self, first: int) -> int:
        """The version of the last decision that follows a fact; its own when none does."""
        last = first
        while (known := self.at(last + 1)) is not None and known.is_decision:
            last += 1
        return last
