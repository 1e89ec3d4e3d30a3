"""Where the erasures of some children stand: what was destroyed, asked for, or declined."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from ledger.events.words import ErasureScope, RetainedKind
from ledger.retention import takes
from projections.reading.asking import ask
from projections.reading.pair import Pair


@dataclass(slots=True)
class ErasureStanding:
    """One child's erasures: the scopes that were destroyed, and the last request that was not."""

    destroyed: set[ErasureScope] = field(default_factory=set)
    request: dict[str, Any] | None = None
    declined_on: datetime.date | None = None

    def learn(self, step: dict[str, Any]) -> None:
        """Let one more step happen. A second person's request changes nothing by itself."""
        match step["step"]:
            case "declined" if self.request is not None:
                self.request["answered_by"] = step["actor"]
                self.declined_on = step["effective_on"]
            case "erased":
                self.destroyed.add(step["scope"])
                self.request = self.declined_on = None
            case "requested" if not self.is_open:
                self.request = _request(step)
                self.declined_on = None
            case _:
                pass

    @property
    def is_open(self) -> bool:
        """Whether a request waits for a second person."""
        return self.request is not None and self.declined_on is None

    def has_taken(self, kind: RetainedKind) -> bool:
        """Whether this kind of data is gone."""
        return any(takes(scope, kind) for scope in self.destroyed)

    def asks_for(self, kind: RetainedKind) -> bool:
        """Whether somebody has asked for this kind, and nobody has answered."""
        return self.is_open and self.request is not None and takes(self.request["scope"], kind)


def standings_of(
    connection: Connection[Any], ledger: str, children: Sequence[str], at: Pair
) -> dict[str, ErasureStanding]:
    """Where the erasure of each child stands, of those about whom anybody ever asked."""
    asked = {"ledger": ledger, "known_at": at.known_at, "children": list(children)}
    found: dict[str, ErasureStanding] = {}
    for step in ask(connection, "retention.erasures", asked):
        found.setdefault(step["child"], ErasureStanding()).learn(step)
    return found


def _request(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "basis": step["basis"],
        "scope": step["scope"],
        "requested_by": step["actor"],
        "requested_on": step["effective_on"].isoformat(),
        "requested_version": step["version"],
        "answered_by": None,
    }
