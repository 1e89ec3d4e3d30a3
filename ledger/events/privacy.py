"""Forgetting: who asked for a child's erasure, that it happened, and how long things are kept.

The scope `all` destroys every key of the child and freezes it; `identity` destroys the key of its
row in the identity vault alone. The basis is a ground of UK GDPR, article 17(1)(a) to (e).
"""

from typing import Annotated

from msgspec import Meta

from ledger.events.words import (
    Basis,
    Code,
    ErasureScope,
    Ref,
    RetainedAfter,
    RetainedKind,
    Shape,
    Version,
    require,
)


class ErasureRequested(Shape, frozen=True, omit_defaults=False):
    """Somebody asks that a child be forgotten; when a second person asks the same, it is."""

    child: Ref
    basis: Basis
    scope: ErasureScope = "all"


class ErasureDeclined(Shape, frozen=True):
    """A request for erasure that is not followed, by anybody who may ask for one."""

    child: Ref
    reason_code: Code


class ChildErased(Shape, frozen=True):
    """A child is forgotten: who asked first, who confirmed (the actor), on which ground."""

    child: Ref
    basis: Basis
    scope: ErasureScope
    requested_by: str
    requested_version: Version


class RetentionSet(Shape, frozen=True):
    """How many months a kind of data is kept, counted from an event of the programme."""

    contract: Ref
    kind: RetainedKind
    months: Annotated[int, Meta(ge=1, le=1200)]
    after: RetainedAfter

    def __post_init__(self) -> None:
        """Refuse to count financial records from a child: they are the whole contract's."""
        require(
            not (self.kind == "financial_records" and self.after == "left_programme"),
            "financial records are counted from contract_ended or last_payment",
        )
