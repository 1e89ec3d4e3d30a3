"""Reading sealed values for an answer: the keys of the children in question, and no longer.

Nothing is kept between two answers, so a key that is destroyed is destroyed for every reader.
"""

from collections.abc import Collection, Mapping

from ledger.events.sealed import ERASED, LOCKED, Opens
from ledger.events.words import Sealed, Value
from ledger.log.sealing.cipher import open_value
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
        if children is not None and not children:
            return Found(ledger, {}, self._master)
        return Found(ledger, self._store.find(ledger, "values", children), self._master)


class Found:
    """The keys that were found."""

    def __init__(self, ledger: str, kept: Mapping[str, Wrapped], master: MasterKeys) -> None:
        """Unwrap each when it is first needed."""
        self._ledger = ledger
        self._kept = kept
        self._master = master
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
            if kept.wrapped is None:
                return ERASED
            place = KeyPlace(self._ledger, child, "values")
            key = self._keys[child] = self._master.unwrap(kept, context_of(place))
        return open_value(key, sealed, ledger=self._ledger, version=version, field=field)
