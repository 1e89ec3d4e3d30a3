"""What a store of keys promises about identities: sealed rows, and who has read them."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class KeptIdentity(NamedTuple):
    """An identity was kept: whether it is the child's first one, and when."""

    first: bool
    changed_at: datetime.datetime


class SealedIdentity(NamedTuple):
    """An identity as it lies in the store."""

    sealed: bytes
    changed_at: datetime.datetime


class IdentityRead(NamedTuple):
    """Somebody read an identity; reads have growing numbers."""

    number: int
    actor: str
    purpose: str
    read_at: datetime.datetime

    def shown(self) -> dict[str, Any]:
        """The read as it is answered."""
        return {"actor": self.actor, "purpose": self.purpose, "read_at": moment(self.read_at)}


def moment(at: datetime.datetime) -> str:
    """A moment of RFC 3339 in UTC, as answers have it."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Identities(Protocol):
    """The sealed identities of the children of all ledgers. `KeyStore.destroy` deletes them.

    Every method raises `KeyStoreUnavailable`.
    """

    def keep_identity(self, ledger: str, child: str, sealed: bytes) -> KeptIdentity | None:
        """Keep an identity in the place of any other; None, and nothing, without a living key."""
        ...

    def find_identity(self, ledger: str, child: str) -> SealedIdentity | None:
        """The identity of a child, if one is kept."""
        ...

    def note_read(self, ledger: str, child: str, *, actor: str, purpose: str) -> None:
        """Note a read for ever; durable when this returns."""
        ...

    def identity_reads(
        self, ledger: str, child: str, *, after: int, limit: int
    ) -> Sequence[IdentityRead]:
        """The reads of a child's identity behind a number, in order; also of one that is gone."""
        ...
