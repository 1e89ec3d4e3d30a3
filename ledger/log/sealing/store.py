"""Where children's keys are kept: what is promised, and the store in memory for tests."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, NamedTuple, Protocol

from ledger.log.sealing.identities import IdentityRead, KeptIdentity, SealedIdentity
from ledger.log.sealing.master import Wrapped

Purpose = Literal["values", "identity"]
PURPOSES: Final[tuple[Purpose, ...]] = ("values", "identity")


class KeyPlace(NamedTuple):
    """Whose key it is, and what for."""

    ledger: str
    child: str
    purpose: Purpose


def context_of(place: KeyPlace) -> bytes:
    """What a wrapped key is bound to: no reference can hold the byte between the parts."""
    return b"\0".join((b"key", *(part.encode() for part in place)))


class KeyStore(Protocol):
    """The keys of the children of all ledgers; it may live in another database than the log.

    Every method raises `KeyStoreUnavailable`.
    """

    def find(
        self, ledger: str, purpose: Purpose, children: Collection[str] | None = None
    ) -> dict[str, Wrapped]:
        """The keys of these children, or of all; a destroyed one is there without its bytes."""
        ...

    def add(self, ledger: str, purpose: Purpose, keys: Mapping[str, Wrapped]) -> Sequence[str]:
        """Keep new keys for ever; those children are named that have another one already."""
        ...

    def destroy(self, ledger: str, child: str, purposes: Collection[Purpose]) -> None:
        """Destroy keys; a tombstone stays, also where there was none. Twice is as once.

        With the key for the identity the identity itself goes, at once.
        """
        ...

    def masters(self) -> frozenset[str]:
        """The names of the master keys under which keys are wrapped."""
        ...

    def not_under(self, master: str, limit: int) -> Sequence[tuple[KeyPlace, Wrapped]]:
        """Some of the keys that are wrapped under another master key."""
        ...

    def replace(self, place: KeyPlace, before: Wrapped, after: Wrapped) -> bool:
        """Wrap a key anew, unless it was destroyed or wrapped anew meanwhile."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class MemoryKeyStore:
    """A store that lasts as long as the object."""

    def __init__(self) -> None:
        """Begin empty."""
        self._keys: dict[KeyPlace, Wrapped] = {}
        self._identities: dict[tuple[str, str], SealedIdentity] = {}
        self._reads: list[tuple[str, str, IdentityRead]] = []

    def find(
        self, ledger: str, purpose: Purpose, children: Collection[str] | None = None
    ) -> dict[str, Wrapped]:
        """The keys of these children, or of all."""
        return {
            place.child: wrapped
            for place, wrapped in tuple(self._keys.items())
            if (place.ledger, place.purpose) == (ledger, purpose)
            and (children is None or place.child in children)
        }

    def add(self, ledger: str, purpose: Purpose, keys: Mapping[str, Wrapped]) -> Sequence[str]:
        """Keep new keys."""
        taken = []
        for child, wrapped in keys.items():
            kept = self._keys.setdefault(KeyPlace(ledger, child, purpose), wrapped)
            if kept != wrapped:
                taken.append(child)
        return taken

    def destroy(self, ledger: str, child: str, purposes: Collection[Purpose]) -> None:
        """Leave tombstones."""
        for purpose in purposes:
            self._keys[KeyPlace(ledger, child, purpose)] = Wrapped("", None)
            if purpose == "identity":
                self._identities.pop((ledger, child), None)

    def masters(self) -> frozenset[str]:
        """The names of the master keys in use."""
        return frozenset(kept.master for kept in self._keys.values() if kept.wrapped is not None)

    def not_under(self, master: str, limit: int) -> Sequence[tuple[KeyPlace, Wrapped]]:
        """Keys under other master keys."""
        others = [
            (place, kept)
            for place, kept in sorted(self._keys.items())
            if kept.wrapped is not None and kept.master != master
        ]
        return others[:limit]

    def replace(self, place: KeyPlace, before: Wrapped, after: Wrapped) -> bool:
        """Wrap anew."""
        if before.wrapped is None or self._keys.get(place) != before:
            return False
        self._keys[place] = after
        return True

    def keep_identity(self, ledger: str, child: str, sealed: bytes) -> KeptIdentity | None:
        """Keep an identity."""
        key = self._keys.get(KeyPlace(ledger, child, "identity"))
        if key is None or key.wrapped is None:
            return None
        first = (ledger, child) not in self._identities
        kept = SealedIdentity(sealed, datetime.datetime.now(datetime.UTC))
        self._identities[ledger, child] = kept
        return KeptIdentity(first, kept.changed_at)

    def find_identity(self, ledger: str, child: str) -> SealedIdentity | None:
        """The identity of a child."""
        return self._identities.get((ledger, child))

    def note_read(self, ledger: str, child: str, *, actor: str, purpose: str) -> None:
        """Note a read."""
        number = len(self._reads) + 1
        read = IdentityRead(number, actor, purpose, datetime.datetime.now(datetime.UTC))
        self._reads.append((ledger, child, read))

    def identity_reads(
        self, ledger: str, child: str, *, after: int, limit: int
    ) -> Sequence[IdentityRead]:
        """The reads of a child's identity."""
        found = [
            read
            for of_ledger, of_child, read in self._reads
            if (of_ledger, of_child) == (ledger, child) and read.number > after
        ]
        return found[:limit]

    def close(self) -> None:
        """Nothing to let go of."""
