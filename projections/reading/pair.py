"""The two axes of every read, and pages of lists."""

import base64
import binascii
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

Item = TypeVar("Item")
LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1_000
BIGINT_MAX: Final = 2**63 - 1
NUL: Final = "\0"


class Pair(NamedTuple):
    """Effective by a day, inclusive (None: no limit), as known at a version."""

    as_of: datetime.date | None
    known_at: int

    @property
    def day(self) -> datetime.date:
        """The last day that counts."""
        return datetime.date.max if self.as_of is None else self.as_of

    def asked(self, ledger: str) -> dict[str, Any]:
        """The parameters that a query about a ledger at the pair begins with."""
        return {"ledger": ledger, "day": self.day, "known_at": self.known_at}

    @property
    def known(self) -> "Pair":
        """The same version without a day, for terms whose own day decides nothing.

        A contract may be signed, and a cohort opened, after the children whom it is about.
        """
        return Pair(None, self.known_at)


class CursorUnreadable(ValueError):
    """A cursor that no list of this kind gave out."""


class SeveralContracts(ValueError):
    """The name occurs in several contracts; say which one is meant."""

    def __init__(self, contracts: Sequence[str]) -> None:
        """Name the contracts."""
        super().__init__("name one of the contracts: " + ", ".join(contracts))
        self.contracts = tuple(contracts)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the cursor behind its last item; None when that was the last page.

    `about` is what the answer says of the whole list, beside its items.
    """

    items: list[dict[str, Any]]
    after: str | None
    about: Mapping[str, Any] = field(default_factory=dict)


def cursor_of(*keys: str | int) -> str:
    """An opaque cursor behind the row with these keys."""
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).rstrip(b"=").decode()


def keys_of(cursor: str | None, kinds: tuple[type[Any], ...]) -> tuple[Any, ...] | None:
    """The keys in a cursor, of the types asked for; None without a cursor.

    Raises `CursorUnreadable`.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        keys = msgspec.json.decode(raw, type=tuple[str | int, ...])
    except (binascii.Error, UnicodeError, msgspec.MsgspecError) as unreadable:
        raise CursorUnreadable(cursor) from unreadable
    if len(keys) != len(kinds) or not all(map(_may_be_key, keys, kinds)):
        raise CursorUnreadable(cursor)
    return keys


def _may_be_key(key: str | int, kind: type[Any]) -> bool:
    """Whether a row can have this key: a text of PostgreSQL has no NUL, a bigint 64 bits."""
    if isinstance(key, int):
        return kind is int and 0 <= key <= BIGINT_MAX
    return kind is str and NUL not in key


def bounded(limit: int | None) -> int:
    """How many items a page may have."""
    return LIMIT_DEFAULT if limit is None else max(1, min(limit, LIMIT_MAX))


def page_of(
    rows: Sequence[Item], limit: int, key: Callable[[Item], str]
) -> tuple[Sequence[Item], str | None]:
    """Cut one row more than the limit off, and say where the next page begins."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], key(rows[limit - 1])
