"""A real log and a real store of keys that fail at a chosen moment; the rest is passed on."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ledger.log.ports import Commit, HeldHead, OutcomeUnknown
from ledger.log.refusals import LogUnavailable
from ledger.log.sealing.faults import KeyStoreUnavailable
from ledger.log.sealing.master import Wrapped
from ledger.log.sealing.store import Purpose


class Around:
    """Passes everything on; a test takes one method for itself."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class FailingCommits(Around):
    """A log whose next commits are lost, before or after they are stored."""

    ENDLESS = 10**6
    losses = 0
    stored_first = False

    def hold(self, ledger: str) -> AbstractContextManager[HeldHead]:
        if self.losses >= self.ENDLESS - 1:
            raise LogUnavailable(ledger)
        held: AbstractContextManager[HeldHead] = self.inner.hold(ledger)
        return held

    def append(self, ledger: str, commit: Commit) -> None:
        if self.losses and commit.states:
            self.losses -= 1
            if self.stored_first:
                self.inner.append(ledger, commit)
            raise OutcomeUnknown(ledger)
        self.inner.append(ledger, commit)


class LateKeys(Around):
    """A store where another process always comes first, just before our own key is added."""

    before: Callable[[], object] = staticmethod(lambda: None)

    def add(self, ledger: str, purpose: Purpose, keys: Mapping[str, Wrapped]) -> Sequence[str]:
        before, self.before = self.before, lambda: None
        before()
        taken: Sequence[str] = self.inner.add(ledger, purpose, keys)
        return taken


class LostStore(Around):
    """A store of keys that is out of reach while it is `lost`."""

    lost = False

    def add(self, ledger: str, purpose: Purpose, keys: Mapping[str, Wrapped]) -> Sequence[str]:
        if self.lost:
            raise KeyStoreUnavailable(KeyStoreUnavailable.__doc__)
        taken: Sequence[str] = self.inner.add(ledger, purpose, keys)
        return taken
