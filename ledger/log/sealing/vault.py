"""The identity vault: who a child is, apart from everything else, and every read of it noted.

Optional. The rules, the log and the read tables know nothing of it; its rows live beside the keys
and go with the child's key for its identity. A read is noted, durably, before it is answered.
"""

import datetime
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, Protocol

import msgspec
import structlog

from ledger.log.sealing.cipher import content_key, new_key
from ledger.log.sealing.faults import ChildKeyMissing, IdentityErased
from ledger.log.sealing.identities import Identities, IdentityRead, KeptIdentity, moment
from ledger.log.sealing.identity import Identity, open_identity, seal_identity
from ledger.log.sealing.master import MasterKeys, Wrapped
from ledger.log.sealing.store import KeyPlace, KeyStore, Purpose, context_of

IDENTITY: Final[Purpose] = "identity"
Standing = Literal["none", "kept", "erased"]

log: Final = structlog.get_logger("ledger.vault")


class VaultStore(KeyStore, Identities, Protocol):
    """A store of keys that keeps identities as well."""


class ReadIdentity(NamedTuple):
    """An identity as it was read, and since when it has been so."""

    identity: Identity
    changed_at: datetime.datetime

    def shown(self) -> dict[str, Any]:
        """The identity as it is answered."""
        found = msgspec.to_builtins(self.identity)
        return {"identity": found, "changed_at": moment(self.changed_at)}


class Vault:
    """The identities of children. Every method raises `KeyStoreUnavailable`."""

    def __init__(self, store: VaultStore, master: MasterKeys) -> None:
        """Keep identities in this store, under keys that these master keys wrap."""
        self._store = store
        self._master = master

    def put(self, ledger: str, child: str, identity: Identity) -> KeptIdentity:
        """Keep an identity in the place of any other. Raises `IdentityErased`."""
        key = self._key(ledger, child, make=True)
        if key is None:
            raise IdentityErased(IdentityErased.__doc__)
        sealed = seal_identity(key, identity, ledger=ledger, child=child)
        kept = self._store.keep_identity(ledger, child, sealed)
        if kept is None:  # erased by somebody else just now
            raise IdentityErased(IdentityErased.__doc__)
        return kept

    def get(self, ledger: str, child: str, *, actor: str, purpose: str) -> ReadIdentity | None:
        """The identity of a child, if one is kept; who asks and what for is noted before.

        Raises `ChildKeyMissing`, `ChildKeyDamaged`, `MasterKeyMissing` and `SealBroken`.
        """
        found = self._store.find_identity(ledger, child)
        if found is None:
            return None
        self._store.note_read(ledger, child, actor=actor, purpose=purpose)
        log.info("identity_read", ledger=ledger, actor=actor, purpose=purpose)
        kept = self._kept(ledger, child)
        if kept is None:
            raise ChildKeyMissing(ChildKeyMissing.__doc__)
        if kept.wrapped is None:
            return None  # erased since
        key = self._master.unwrap(kept, context_of(KeyPlace(ledger, child, IDENTITY)))
        identity = open_identity(key, found.sealed, ledger=ledger, child=child)
        return ReadIdentity(identity, found.changed_at)

    def drop(self, ledger: str, child: str) -> bool:
        """Delete a child's identity and destroy its key for ever; whether there was one.

        Nothing is destroyed where nothing is: a mistyped reference bars no child.
        """
        there = self._store.find_identity(ledger, child) is not None
        if there:
            self._store.destroy(ledger, child, [IDENTITY])
        return there

    def reads(
        self, ledger: str, child: str, *, after: int = 0, limit: int
    ) -> Sequence[IdentityRead]:
        """Who has read the identity of a child, when and what for, in order."""
        return self._store.identity_reads(ledger, child, after=after, limit=limit)

    def standing(self, ledger: str, child: str) -> Standing:
        """Whether an identity of the child is kept, or was erased."""
        if self._store.find_identity(ledger, child) is not None:
            return "kept"
        kept = self._kept(ledger, child)
        return "none" if kept is None or kept.wrapped is not None else "erased"

    def content_key(self, ledger: str, child: str, *, make: bool) -> bytes | None:
        """A key for hashes of what was sent; None where the child's key is destroyed or missing."""
        key = self._key(ledger, child, make=make)
        return None if key is None else content_key(key)

    def _kept(self, ledger: str, child: str) -> Wrapped | None:
        return self._store.find(ledger, IDENTITY, [child]).get(child)

    def _key(self, ledger: str, child: str, *, make: bool) -> bytes | None:
        """The child's key for its identity; None where it is destroyed, or missing and not made."""
        context = context_of(KeyPlace(ledger, child, IDENTITY))
        kept = self._kept(ledger, child)
        if kept is None and make:
            fresh = self._master.wrap(new_key(), context)
            taken = self._store.add(ledger, IDENTITY, {child: fresh})
            kept = self._kept(ledger, child) if taken else fresh  # somebody else was first
        if kept is None or kept.wrapped is None:
            return None
        return self._master.unwrap(kept, context)
