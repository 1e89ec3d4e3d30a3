"""Reading sealed values for an answer: the keys of the children in question, and no longer.

Nothing is kept between two answers, so a key that is destroyed is destroyed for every reader.
"""

from collections.abc import Collection, Mapping

from ledger.events.sealed import ERASED, LOCKED, Opens
from ledger.events.words import Sealed, Value
from ledger.log.sealing.cipher import open_value
from ledger.log.sealing.faults import MasterKeyMissing
from ledger.log.sealing.master import MasterKeys, Wrapped
from ledger.log.sealing.store import KeyPlace, KeyStore, context_of


class KeyReader:
    """Finds keys for reads, as `ledger.events.sealed.FindKeys` has it."""

    def __init__(self, store: KeyStore, master: MasterKeys) -> None:
        """Read keys from this store, and unwrap them under these master keys."""
        self._store = store
        self._master = master

    def __call__(self, ledger: str, children: Collection[str] | None) -> Opens:
        """The keys of some children, or of all. Raises `KeyStoreUnavailable`."""
        nobody = children is not None and not children
        kept = {} if nobody else self._store.find(ledger, "values", children)
        return Found(self._store, self._master, ledger, kept)


class Found:
    """The keys that were found."""

    def __init__(
        self, store: KeyStore, master: MasterKeys, ledger: str, kept: Mapping[str, Wrapped]
    ) -> None:
        """Unwrap each when it is first needed."""
        self._store = store
        self._master = master
        self._ledger = ledger
        self._kept = kept
        self._keys: dict[str, bytes] = {}

    def open(self, child: str, version: int, field: str, sealed: Sealed) -> Value | Sealed:
        """The value; `ERASED` where the key was destroyed, `LOCKED` where there is none.

        Raises `MasterKeyMissing`, `ChildKeyDamaged` and `SealBroken`.
        """
        key = self._keys.get(child)
        if key is None:
            kept = self._kept.get(child)
            if kept is None:
                return LOCKED
            place = KeyPlace(self._ledger, child, "values")
            _, key = unwrapped(self._store, self._master, place, kept)
            if key is None:
                return ERASED
            self._keys[child] = key
        return open_value(key, sealed, ledger=self._ledger, version=version, field=field)


def unwrapped(
    store: KeyStore, master: MasterKeys, place: KeyPlace, kept: Wrapped
) -> tuple[Wrapped, bytes | None]:
    """A child's key as it is kept, and unwrapped; None when it was destroyed.

    What was read before a rotation is under a master key that may be gone by now, so it is looked
    up again. Raises `MasterKeyMissing` and `ChildKeyDamaged`.
    """
    if kept.wrapped is None:
        return kept, None
    try:
        return kept, master.unwrap(kept, context_of(place))
    except MasterKeyMissing:
        found = store.find(place.ledger, place.purpose, [place.child]).get(place.child, kept)
    if found.wrapped is None:
        return found, None
    return found, master.unwrap(found, context_of(place))
