"""Every change of a book, remembered so that it can be undone.

All writing to a book goes through these primitives. Each notes how to take itself back; a refused
item, a failed commit or a dry run is undone to a mark, in reverse order, and the book is byte for
byte what it was. Nothing is ever taken out of a mapping, so its order comes back as well.
"""

from collections.abc import Callable, MutableMapping, MutableSequence
from typing import Any, Final, TypeVar

from ledger.invariants import ensure

Key = TypeVar("Key")
Item = TypeVar("Item")

ABSENT: Final = object()


class Changes:
    """An undo journal. Marks are positions that stay valid when older entries are forgotten."""

    __slots__ = ("_forgotten", "_steps", "journalling")

    def __init__(self) -> None:
        """Start with nothing to undo."""
        self._steps: list[tuple[Callable[..., object], ...]] = []
        self._forgotten = 0
        self.journalling = True

    def mark(self) -> int:
        """Name this point, to return to it later."""
        return self._forgotten + len(self._steps)

    def undo_to(self, mark: int) -> None:
        """Take back every change made since the mark, the latest first."""
        ensure(mark >= self._forgotten, "what is final is not undone")
        while self._forgotten + len(self._steps) > mark:
            undo, *arguments = self._steps.pop()
            undo(*arguments)

    def forget(self, mark: int) -> None:
        """Give up the means to return to before the mark: those changes are final."""
        done = mark - self._forgotten
        if done > 0:
            del self._steps[:done]
            self._forgotten = mark

    def put(self, mapping: MutableMapping[Key, Item], key: Key, value: Item) -> None:
        """Set one entry of a mapping."""
        if self.journalling:
            self._steps.append((_unput, mapping, key, mapping.get(key, ABSENT)))  # type: ignore[arg-type]
        mapping[key] = value

    def assign(self, thing: object, name: str, value: object) -> None:
        """Set one attribute."""
        if self.journalling:
            self._steps.append((setattr, thing, name, getattr(thing, name)))  # type: ignore[arg-type]
        setattr(thing, name, value)

    def append(self, series: MutableSequence[Item], value: Item) -> None:
        """Add one item at the end of a list or an array."""
        if self.journalling:
            self._steps.append((series.pop,))
        series.append(value)

    def add(self, members: set[Key], member: Key) -> None:
        """Add a member to a set."""
        if member not in members:
            if self.journalling:
                self._steps.append((members.discard, member))  # type: ignore[arg-type]
            members.add(member)

    def note(self, undo: Callable[..., object]) -> None:
        """Remember how to take back a change that the caller makes itself."""
        if self.journalling:
            self._steps.append((undo,))


def _unput(mapping: MutableMapping[Any, Any], key: object, before: object) -> None:
    if before is ABSENT:
        del mapping[key]
    else:
        mapping[key] = before
