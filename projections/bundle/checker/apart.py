"""What a fault shows of two values that differ: the place, not the whole of two long lists."""

from typing import Final

SHOWN_MAX: Final = 400


def shortened(text: str) -> str:
    """A text, or its beginning and how long it is."""
    if len(text) <= SHOWN_MAX:
        return text
    return f"{text[:SHOWN_MAX]}... ({len(text):,} characters)"


def apart(name: str, again: object, stored: object) -> str:
    """Where a stored value and one by the rules first differ; of lists also how long they are."""
    where = name
    while step := _into(again, stored):
        place, again, stored = step
        where += place
    return f"{where} {shortened(str(stored))} is stored, the rules say {shortened(str(again))}"


def _into(again: object, stored: object) -> tuple[str, object, object] | None:
    """The place in two values where they first differ, and what stands there; None: no place."""
    if isinstance(again, dict) and isinstance(stored, dict) and again.keys() == stored.keys():
        key = next((key for key in again if again[key] != stored[key]), None)
        return None if key is None else (f" {key}", again[key], stored[key])
    if not (isinstance(again, list) and isinstance(stored, list)):
        return None
    both = zip(again, stored, strict=False)
    shorter = min(len(again), len(stored))
    place = next((n for n, (one, other) in enumerate(both) if one != other), shorter)
    by_rules, kept = (
        found[place] if place < len(found) else "nothing" for found in (again, stored)
    )
    alike = len(again) == len(stored)
    of = f"{len(stored):,}" if alike else f"{len(stored):,} stored and {len(again):,} by the rules"
    return f" {place + 1:,} of {of}:", by_rules, kept
