"""What the writer is asked, and what it answers.

Answers carry the stored bytes of events, so that a door can splice them into its own answer without
reading them.
"""

import datetime
from dataclasses import dataclass
from typing import Literal

from ledger.events.codec import Fact


@dataclass(frozen=True, slots=True)
class Submitted:
    """A fact, and the bytes in which it was sent."""

    fact: Fact
    raw: bytes


@dataclass(frozen=True, slots=True)
class Barred:
    """A fact that was stopped at the door: its shape, or its sender's role."""

    raw: bytes
    code: str
    detail: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class AppendRequest:
    """Facts to append. `today` is the day in the ledger's timezone unless it is given."""

    actor: str
    facts: tuple[Submitted | Barred, ...]
    mode: Literal["atomic", "independent"] = "atomic"
    idempotency_key: str | None = None
    if_match: int | None = None
    dry_run: bool = False
    today: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact and the decisions that followed, as stored: the fact first."""

    first_version: int
    events: tuple[bytes, ...]

    @property
    def last_version(self) -> int:
        """The version of the last decision, or of the fact."""
        return self.first_version + len(self.events) - 1


@dataclass(frozen=True, slots=True)
class Replayed(Recorded):
    """A fact that was recorded before under the same id, with its decisions of then."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A fact that was not taken; without an index it is the whole request."""

    code: str
    detail: str
    pointer: str = ""
    index: int | None = None


Result = Recorded | Replayed | Refused


@dataclass(frozen=True, slots=True)
class Seal:
    """A version, the leaf hash of its event, and the root of the tree up to it."""

    version: int
    leaf_hash: bytes | None
    root: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the commit ended that stored a version, and the root of the tree up to there."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class AppendAnswer:
    """What became of a request.

    `done`: a result for each fact, none refused. `partly`: a result for each fact of an independent
    batch, some refused. `refused`: nothing is stored, and `results` are the refusals alone.
    `version` is the ledger's after the request (of a dry run: what it would have been), the seal is
    at the version that the ledger really has. `replayed`: the first answer to the same key again.
    `stored` is where the commit ended that stored the seal's version; none until it is stored.
    """

    version: int
    results: tuple[Result, ...]
    seal: Seal
    outcome: Literal["done", "partly", "refused"]
    replayed: bool = False
    dry_run: bool = False
    stored: Stored | None = None

    @property
    def refusals(self) -> tuple[Refused, ...]:
        """The refused facts, in order."""
        return tuple(result for result in self.results if isinstance(result, Refused))
