"""What a writer asks of seals, and the answer of a log that has none."""

from collections.abc import Collection, Mapping
from typing import Protocol

from ledger.events.codec import AnyEvent
from ledger.events.sealed import Opens
from ledger.events.words import Sealed, Value
from ledger.log.sealing.faults import ChildKeyMissing
from ledger.log.sealing.master import Wrapped


class Seals(Opens, Protocol):
    """How a writer seals what it stores and opens what it reads; `seals` says whether it does."""

    seals: bool

    def load(self) -> None:
        """Learn every key of the ledger."""
        ...

    def sealed(self, event: AnyEvent) -> AnyEvent:
        """The event as it is stored."""
        ...

    def fresh(self, child: str) -> Wrapped | None:
        """The child's key if it is not kept yet."""
        ...

    def keep(self, keys: Mapping[str, Wrapped]) -> None:
        """Keep fresh keys, durably. Raises `KeyTaken` and `KeyStoreUnavailable`."""
        ...

    def refresh(self) -> None:
        """Give up every key that is not kept, and look what is kept instead."""
        ...

    def drop(self, child: str) -> None:
        """Forget the key of a child that was erased."""
        ...

    def content_key(self, child: str, *, make: bool) -> bytes | None:
        """The key for hashes of a child's values; without a key, one is made or None answers."""
        ...

    def destroyed(self) -> Collection[str]:
        """The children whose key was destroyed."""
        ...

    def seal_for(self, child: str, plain: bytes, context: bytes) -> bytes | None:
        """Bytes beside the log under the child's key; None when it has none."""
        ...

    def open_for(self, child: str, sealed: bytes, context: bytes) -> bytes | None:
        """Those bytes; None when the key was destroyed. Raises `ChildKeyMissing`, `SealBroken`."""
        ...


class Unsealed:
    """No seals: values stand in the log as they are. For tests of the rules, and as a floor."""

    seals = False

    def load(self) -> None:
        """Nothing to learn."""

    def sealed(self, event: AnyEvent) -> AnyEvent:
        """The event as it is."""
        return event

    def open(self, child: str, version: int, field: str, sealed: Sealed) -> Value | Sealed:  # noqa: ARG002
        """What was sealed by somebody else has no key here."""
        raise ChildKeyMissing(ChildKeyMissing.__doc__)

    def fresh(self, child: str) -> Wrapped | None:  # noqa: ARG002
        """There are no keys."""
        return None

    def keep(self, keys: Mapping[str, Wrapped]) -> None:
        """There are no keys."""

    def refresh(self) -> None:
        """There are no keys."""

    def drop(self, child: str) -> None:
        """There are no keys."""

    def content_key(self, child: str, *, make: bool) -> bytes | None:  # noqa: ARG002
        """Hashed under the ledger's secret alone."""
        return None

    def destroyed(self) -> Collection[str]:
        """There are no keys."""
        return ()

    def seal_for(self, child: str, plain: bytes, context: bytes) -> bytes | None:  # noqa: ARG002
        """There are no keys."""
        return None

    def open_for(self, child: str, sealed: bytes, context: bytes) -> bytes | None:  # noqa: ARG002
        """There are no keys."""
        raise ChildKeyMissing(ChildKeyMissing.__doc__)
