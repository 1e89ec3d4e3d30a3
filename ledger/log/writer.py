"""The one writer of a ledger in this process: a queue, a thread, and group commit.

Requests are decided one after another on the book in memory; those that wait while a commit is
under way share the next one. A large group is committed in a second thread while the next group is
decided on top of it; a small one is committed at once, for the exchange between threads would cost
more than it saves. No answer, not even a refusal or a dry run, is given before the state it was
decided on has committed and is known to be the ledger's latest.

Two processes may serve one ledger without a lease: each commit checks the head's version. Who loses
undoes, takes the head row first, catches up, decides again and commits, so nobody loses twice. A
lease with forwarding would save those second decisions where two processes write much at once; it
is not needed to be right, and so it is not there.

Two requests with one idempotency key at once: the second is refused as `idempotency_key_running`
while the first has not committed; if another process answers the first, the second waits for it.
"""

import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Final

from ledger.log.clerk import Clerk
from ledger.log.clock_watch import Clock, ClockWatch, utc_now
from ledger.log.groups import Group, Pending
from ledger.log.ports import Log
from ledger.log.recovery import RECOVERABLE, Recovery
from ledger.log.refusals import ClockSkewed, LogUnavailable, WriterStopped
from ledger.log.requests import AppendAnswer, AppendRequest
from ledger.log.sealing.seals import Seals
from ledger.log.snapshots.snapshots import Snapshots, started

GROUP_EVENTS_MAX: Final = 1_000
GROUP_REQUESTS_MAX: Final = 500
INLINE_EVENTS_MAX: Final = 200
PATIENCE_SECONDS: Final = 20.0


class Writer:
    """Appends to one ledger. Making it replays the log, from a snapshot on if one fits."""

    def __init__(
        self,
        log: Log,
        ledger: str,
        seals: Seals | None = None,
        snapshots: Snapshots | None = None,
        *,
        now: Clock = utc_now,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Load the ledger and start. Raises `LedgerUnknown`, `LogUnavailable` and faults of keys.

        Without `seals` values are stored as they are. `patience`: for how many seconds a lost log
        is waited for before requests fail.
        """
        self.ledger = ledger
        self.failure: BaseException | None = None
        self._log = log
        self._standing = started(log, ledger, seals, snapshots)
        self._clerk = Clerk(log, ledger, self._standing, now)
        self._watch = ClockWatch(log, now)
        self._recovery = Recovery(log, ledger, self._standing, self._clerk, now, patience)
        self._inbox: SimpleQueue[Pending | None] = SimpleQueue()
        self._to_commit: SimpleQueue[Group | None] = SimpleQueue()
        self._outcomes: SimpleQueue[BaseException | None] = SimpleQueue()
        self._gathering: Group | None = None
        self._in_flight: Group | None = None
        self._closing = threading.Event()
        self._door = threading.Lock()
        self._threads = (
            threading.Thread(target=self._write, name=f"writer of {ledger}", daemon=True),
            threading.Thread(target=self._commit, name=f"commits of {ledger}", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def submit(self, request: AppendRequest) -> "Future[AppendAnswer]":
        """Queue a request. The future answers, or raises an `Unavailable`."""
        pending = Pending(request)
        with self._door:
            if self._closing.is_set():
                pending.answer.set_exception(WriterStopped(self.ledger))
            else:
                self._inbox.put(pending)
        return pending.answer

    @property
    def waiting(self) -> int:
        """How many requests are queued and not yet decided."""
        return self._inbox.qsize()

    @property
    def running(self) -> bool:
        """Whether requests are taken. A writer that failed says why in `failure`."""
        return not self._closing.is_set()

    def close(self) -> None:
        """Answer what is queued, then stop."""
        self._stop_taking()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def _stop_taking(self) -> None:
        with self._door:
            if not self._closing.is_set():
                self._closing.set()
                self._inbox.put(None)

    def _write(self) -> None:
        """Decide requests until the writer is closed; a defect fails whoever waits, and stops."""
        try:
            while not (self._closing.is_set() and self._inbox.empty()):
                pending = self._inbox.get()
                if pending is not None:
                    self._take(pending)
                self._finish_commit(wait=False)
                if self._gathering is not None and (self._inbox.empty() or self._is_full()):
                    self._send()
            self._finish_commit(wait=True)
            self._send()
            self._finish_commit(wait=True)
        except BaseException as failure:
            self.failure = failure
            self._fail_everybody(failure)
            raise
        finally:
            self._to_commit.put(None)

    def _take(self, pending: Pending) -> None:
        """Decide a request in the group that is gathering."""
        if not pending.answer.set_running_or_notify_cancel():
            return
        try:
            now = self._watch.moment(self._standing.recorded_at)
        except (ClockSkewed, LogUnavailable) as unavailable:
            pending.answer.set_exception(unavailable)
            return
        if self._gathering is None:
            self._gathering = Group(self._standing, self._standing.head().next_moment(now))
            self._clerk.open_groups.append(self._gathering)
        place = self._gathering.place()
        self._gathering.waiting.append(pending)
        try:
            self._clerk.take(pending, self._gathering)
        except LogUnavailable as unavailable:
            self._gathering.give_up(pending, place, unavailable)

    def _is_full(self) -> bool:
        group = self._gathering
        return group is not None and (
            len(group.states) >= GROUP_EVENTS_MAX or len(group.waiting) >= GROUP_REQUESTS_MAX
        )

    def _send(self) -> None:
        """Commit the gathered group, unless another commit is under way and there is still room."""
        if self._in_flight is not None:
            if not self._is_full():
                return
            self._finish_commit(wait=True)
        group = self._gathering
        if group is None:
            return
        self._gathering = None
        self._in_flight = group
        if len(group.states) > INLINE_EVENTS_MAX:
            self._to_commit.put(group)
            return
        self._settle(self._try_commit(group))

    def _commit(self) -> None:
        """The second thread: commit what is sent."""
        while (group := self._to_commit.get()) is not None:
            self._outcomes.put(self._try_commit(group))
            self._inbox.put(None)

    def _try_commit(self, group: Group) -> BaseException | None:
        try:
            group.keep_child_keys()
            self._log.append(self.ledger, group.commit())
        except BaseException as failure:  # noqa: BLE001 (handed to the writer's thread)
            return failure
        return None

    def _finish_commit(self, *, wait: bool) -> None:
        if self._in_flight is not None and (wait or not self._outcomes.empty()):
            self._settle(self._outcomes.get())

    def _settle(self, outcome: BaseException | None) -> None:
        """Answer a committed group, or recover from a failed one."""
        group = self._in_flight
        if group is None:
            return
        if outcome is None:
            self._in_flight = None
            self._clerk.open_groups.remove(group)
            self._standing.forget(group.end)
            group.release()
        elif isinstance(outcome, RECOVERABLE):
            self._recovery.recover(group, self._gathering)
            self._in_flight = self._gathering = None
            self._clerk.open_groups.clear()
        else:
            raise outcome

    def _fail_everybody(self, failure: BaseException) -> None:
        """Nobody waits for ever: fail what is decided, in flight and queued."""
        self._stop_taking()
        stopped = WriterStopped(f"{self.ledger}: {type(failure).__name__}")
        stopped.__cause__ = failure
        groups = [group for group in (self._in_flight, self._gathering) if group is not None]
        waiting = [pending for group in groups for pending in group.waiting]
        while not self._inbox.empty():
            pending = self._inbox.get()
            if pending is not None:
                waiting.append(pending)
        for pending in waiting:
            if not pending.answer.done():
                pending.answer.set_exception(stopped)
