"""A decision as it is read aloud."""

from typing import Any, NamedTuple


class Decision(NamedTuple):
    """A decision as it is read aloud; in an expected one, what is None is not asked about."""

    decision: str
    subject: str
    about: str | None
    on: str | None = None
    amount: int | None = None
    split: dict[str, Any] | None = None
    reason: str | None = None
    evidence: tuple[int, ...] | None = None
    card: str | None = None
