"""After a failed commit: find out what is stored, catch up, decide again, commit for certain.

The head row is taken first, so nobody else can commit meanwhile and this writer cannot lose twice.
A commit whose acknowledgement was lost is recognised by its last version and root: if it is there,
its answers are given as they were; if not, its requests are decided again.
"""

import time
from typing import Final

from ledger.log.clerk import Clerk
from ledger.log.clock_watch import Clock
from ledger.log.groups import Group, Pending
from ledger.log.ports import AlreadyKept, HeldHead, Log, OutcomeUnknown, VersionConflict
from ledger.log.refusals import LogUnavailable, Unavailable
from ledger.log.sealing.faults import KeyTaken, MasterKeyUnreadable
from ledger.log.standing import Standing

RETRY_SECONDS: Final = 0.2
RECOVERABLE: Final = (
    VersionConflict,
    AlreadyKept,
    OutcomeUnknown,
    LogUnavailable,
    KeyTaken,
    MasterKeyUnreadable,
)


class Recovery:
    """Recovers one ledger's writer; used by its thread alone."""

    def __init__(
        self, log: Log, ledger: str, standing: Standing, clerk: Clerk, now: Clock, patience: float
    ) -> None:
        """Nothing is to be recovered yet. `patience`: how long to try, in seconds."""
        self._log = log
        self._ledger = ledger
        self._standing = standing
        self._clerk = clerk
        self._now = now
        self._patience = patience
        self._doubtful: Group | None = None
        self._on_top: Group | None = None
        self._requests: list[Pending] = []

    def recover(self, failed: Group, on_top: Group | None) -> None:
        """Answer every request of a failed group, and of the group decided on top of it.

        When the log or the keys stay out of reach they all fail, and may be tried again
        with their ids and keys.
        """
        self._doubtful, self._on_top, self._requests = failed, on_top, []
        give_up_at = time.monotonic() + self._patience
        while True:
            try:
                return self._try_once()
            except RECOVERABLE as failure:
                if time.monotonic() > give_up_at:
                    return self._give_up(failure)
                time.sleep(RETRY_SECONDS)

    def _give_up(self, failure: Exception) -> None:
        """Return to the last state that is certain; the next commit finds out about the rest."""
        fault = (
            failure if isinstance(failure, Unavailable) else LogUnavailable(LogUnavailable.__doc__)
        )
        groups = [group for group in (self._doubtful, self._on_top) if group is not None]
        if groups:
            self._standing.undo_to(groups[0].start)
        waiting = [pending for group in groups for pending in group.waiting] + self._requests
        for pending in waiting:
            pending.answer.set_exception(fault)

    def _try_once(self) -> None:
        with self._log.hold(self._ledger) as held:
            self._resolve(held)
            self._standing.seals.refresh()
            self._standing.catch_up(self._log, self._ledger, held.head)
            self._standing.freeze_without_keys()
            group = self._decide_again()
            group.keep_child_keys()
            held.append(group.commit())
        self._doubtful = None
        self._standing.forget(group.end)
        group.release()

    def _resolve(self, held: HeldHead) -> None:
        """Give the answers of a commit that is stored after all; undo what is not."""
        doubtful, on_top = self._doubtful, self._on_top
        if doubtful is None:
            return
        stored = bool(doubtful.states) and held.holds(doubtful.commit())
        self._doubtful = self._on_top = None
        if stored:
            self._standing.undo_to(doubtful.end)
            doubtful.release()
        else:
            self._standing.undo_to(doubtful.start)
            self._requests += doubtful.waiting
        if on_top is not None:
            self._requests += on_top.waiting
        self._standing.forget(self._standing.place())

    def _decide_again(self) -> Group:
        """Decide the undone requests, knowing what the log keeps under their ids and keys."""
        moment = self._standing.head().next_moment(self._now())
        group = Group(self._standing, moment)
        requests, self._requests = self._requests, []
        group.waiting += requests
        self._doubtful = group
        self._clerk.open_groups[:] = [group]
        self._clerk.look_up_all(requests)
        for pending in requests:
            self._clerk.take(pending, group)
        return group
