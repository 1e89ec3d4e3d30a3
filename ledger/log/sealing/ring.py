"""The ring: the keys of one ledger's children, in the memory of its writer.

A key is made when the first value of a child is sealed, and is kept, durably, before the commit
that holds the value: so no stored value is ever without its key. A crash in between leaves a key
that nothing was sealed with; it is found and used the next time.
"""

from collections.abc import Collection, Mapping

from ledger.events.catalogue import SEALED_SCHEMA
from ledger.events.codec import AnyEvent
from ledger.events.sealed import ERASED, sealed_fields, with_fields
from ledger.events.words import Sealed, Value
from ledger.invariants import ensure
from ledger.log.sealing.cipher import (
    content_key,
    decrypt,
    encrypt,
    new_key,
    open_value,
    seal_value,
)
from ledger.log.sealing.faults import ChildKeyMissing, KeyTaken
from ledger.log.sealing.master import MasterKeys, Wrapped
from ledger.log.sealing.reader import unwrapped
from ledger.log.sealing.store import KeyPlace, KeyStore, context_of


class Ring:
    """The keys of one ledger's children for their values; used by one writer."""

    seals = True

    def __init__(self, store: KeyStore, master: MasterKeys, ledger: str) -> None:
        """Know none yet."""
        self._store = store
        self._master = master
        self._ledger = ledger
        self._kept: dict[str, Wrapped] = {}
        self._keys: dict[str, bytes] = {}
        self._fresh: dict[str, Wrapped] = {}

    def load(self) -> None:
        """Learn every key of the ledger; each is unwrapped when it is first needed."""
        self._kept = self._store.find(self._ledger, "values")

    def sealed(self, event: AnyEvent) -> AnyEvent:
        """The event with its values sealed under the key of its child."""
        fields = sealed_fields(event.data)
        if not fields:
            return event
        child = event.data.child
        key = self._key(child) or self._make(child)
        ensure(child in self._fresh or child in self._kept, "a key that seals is or will be kept")
        values = {
            field: seal_value(
                key,
                getattr(event.data, field),
                ledger=self._ledger,
                version=event.version,
                field=field,
            )
            for field in fields
        }
        return with_fields(event, SEALED_SCHEMA, values)

    def open(self, child: str, version: int, field: str, sealed: Sealed) -> Value | Sealed:
        """The value, or `ERASED`. Raises `ChildKeyMissing` where a key should be."""
        key = self._known_key(child)
        if key is None:
            return ERASED
        return open_value(key, sealed, ledger=self._ledger, version=version, field=field)

    def seal_for(self, child: str, plain: bytes, context: bytes) -> bytes | None:
        """Bytes beside the log under the child's kept key; None when it has none."""
        key = None if child in self._fresh else self._key(child)
        return None if key is None else encrypt(key, plain, context)

    def open_for(self, child: str, sealed: bytes, context: bytes) -> bytes | None:
        """Those bytes; None when the key was destroyed."""
        key = self._known_key(child)
        return None if key is None else decrypt(key, sealed, context)

    def _known_key(self, child: str) -> bytes | None:
        """The key of a child that must have one; None when it was destroyed."""
        if child in self._fresh or child not in self._kept:
            self._look_again(child)
        key = self._key(child)
        if key is None and child not in self._kept:
            raise ChildKeyMissing(ChildKeyMissing.__doc__)
        return key

    def _look_again(self, child: str) -> None:
        """Another process may have made the child's key since.

        What is stored was sealed under a kept key, never under one that is fresh here.
        """
        found = self._store.find(self._ledger, "values", [child])
        if found:
            self._fresh.pop(child, None)
            self._keys.pop(child, None)
            self._kept |= found

    def fresh(self, child: str) -> Wrapped | None:
        """The child's key if it is not kept yet."""
        return self._fresh.get(child)

    def keep(self, keys: Mapping[str, Wrapped]) -> None:
        """Keep fresh keys, durably."""
        if not keys:
            return
        keys = {child: self._under_current(child, wrapped) for child, wrapped in keys.items()}
        taken = self._store.add(self._ledger, "values", keys)
        if taken:
            raise KeyTaken(self._ledger)
        for child, wrapped in keys.items():
            self._kept[child] = wrapped
            self._fresh.pop(child, None)

    def _under_current(self, child: str, wrapped: Wrapped) -> Wrapped:
        """A key that waited while the master key was rotated is wrapped anew."""
        key = self._keys.get(child)
        if key is None or child not in self._fresh or wrapped.master == self._master.current():
            return wrapped
        anew = self._master.wrap(key, context_of(KeyPlace(self._ledger, child, "values")))
        self._fresh[child] = anew
        return anew

    def refresh(self) -> None:
        """Give up every key that is not kept: another process may have made the child's key."""
        given_up = list(self._fresh)
        self._fresh.clear()
        for child in given_up:
            self._keys.pop(child, None)
        if given_up:
            self._kept |= self._store.find(self._ledger, "values", given_up)

    def drop(self, child: str) -> None:
        """Forget the key of an erased child."""
        self._keys.pop(child, None)
        self._fresh.pop(child, None)
        self._kept[child] = Wrapped("", None)

    def content_key(self, child: str, *, make: bool) -> bytes | None:
        """The key for hashes of a child's values."""
        key = self._key(child)
        if key is None and make:
            key = self._make(child)
        return None if key is None else content_key(key)

    def destroyed(self) -> Collection[str]:
        """The children whose key was destroyed, as far as the ring has learned."""
        return [child for child, kept in self._kept.items() if kept.wrapped is None]

    def _key(self, child: str) -> bytes | None:
        """The child's key; None when there is none, or it was destroyed."""
        key = self._keys.get(child)
        if key is not None:
            return key
        if child not in self._kept:
            return None
        place = KeyPlace(self._ledger, child, "values")
        self._kept[child], key = unwrapped(self._store, self._master, place, self._kept[child])
        if key is not None:
            self._keys[child] = key
        return key

    def _make(self, child: str) -> bytes:
        """A new key. Beside a tombstone it comes to nothing: the store takes no second one."""
        key = new_key()
        place = KeyPlace(self._ledger, child, "values")
        self._fresh[child] = self._master.wrap(key, context_of(place))
        self._keys[child] = key
        return key
