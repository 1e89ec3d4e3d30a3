"""Verification samples of a claim: a seeded draw, a verdict on each item (`domain.md` 6).

What is drawn is decided, and re-computable in any language, see `ledger.samples.draw_key`.
"""

from typing import Annotated, Literal

from msgspec import Meta

from ledger.events.words import Code, Count, Ref, Shape

SampleMethod = Literal["exact", "extrapolated"]
Size = Annotated[int, Meta(ge=1, le=10**6, description="how many lines; all when there are fewer")]


class SampleDrawn(Shape, frozen=True):
    """A sample of a submitted claim's lines is asked for, by a seed.

    The seed is part of a text that anyone hashes again, so it has the letters of a reference.
    """

    contract: Ref
    claim: Ref
    sample: Ref
    size: Size
    seed: Ref
    method: SampleMethod


class SampleJudged(Shape, frozen=True):
    """A verifier says whether an item of a sample has its evidence; the latest verdict counts."""

    contract: Ref
    sample: Ref
    payment: Ref
    passed: bool
    reason_code: Code | None = None


class SampleClosed(Shape, frozen=True):
    """Every item is judged: what failed comes off the claim."""

    contract: Ref
    sample: Ref


class SampleSelected(Shape, frozen=True):
    """The payments that were drawn, in the order of the draw, and out of how many lines."""

    contract: Ref
    claim: Ref
    sample: Ref
    payments: tuple[Ref, ...]
    method: SampleMethod
    seed: Ref
    size: Size
    population: Count
    rule_version: int
