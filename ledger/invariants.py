"""The second kind of no: a broken invariant stops the program (`design.md` 8).

A refusal is expected and has a code; this is a defect, and going on would store a wrong decision.
"""

from typing import TypeVar

Thing = TypeVar("Thing")


class InvariantBroken(Exception):
    """Something that the rules hold impossible has happened."""


def ensure(condition: bool, why: str) -> None:  # noqa: FBT001 (reads as a sentence)
    """Stop the program unless `condition` holds; `why` is the claim that was broken."""
    if not condition:
        raise InvariantBroken(why)


def present(thing: Thing | None, why: str) -> Thing:
    """The thing, which is there; `why` is the claim that was broken when it is not."""
    if thing is None:
        raise InvariantBroken(why)
    return thing
