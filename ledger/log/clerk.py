"""The clerk decides requests on a standing: ids and keys, the precondition, the rules.

Nothing is looked up on the way in. A taken id or key shows at the commit, as a broken primary key,
or as a refusal by the rules; only then is it looked up, and the request decided again with what is
known. A dry run commits nothing, so it is looked up first.
"""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from ledger.deciding import decide
from ledger.log.clock_watch import Clock
from ledger.log.contents import Contents
from ledger.log.groups import Group, Known, Pending
from ledger.log.ports import KeptId, KeptKey, Log
from ledger.log.refusals import (
    EventIdReused,
    IdempotencyKeyReused,
    IdempotencyKeyRunning,
    LedgerMoved,
    LogUnavailable,
    RequestRefused,
    Unavailable,
)
from ledger.log.replies import (
    answer_again,
    keep_results,
    load_spans,
    recorded_of,
    replayed,
)
from ledger.log.requests import (
    AppendAnswer,
    AppendRequest,
    Barred,
    Recorded,
    Refused,
    Replayed,
    Result,
    Submitted,
)
from ledger.log.standing import Standing
from ledger.refusals import Refusal


class Clerk:
    """Decides one ledger's requests. `open_groups` are those not yet committed, in order."""

    def __init__(self, log: Log, ledger: str, standing: Standing, now: Clock) -> None:
        """Learn the ledger's timezone and secret."""
        self._log = log
        self._ledger = ledger
        self._zone = ZoneInfo(log.terms(ledger).timezone)
        self._contents = Contents(log.secret(ledger), standing.seals)
        self._standing = standing
        self._now = now
        self.open_groups: list[Group] = []

    def take(self, pending: Pending, group: Group) -> None:
        """Decide a request and note its answer in the group, which is the last open one.

        A fault of keys, or a seal that does not open, fails this request alone.
        """
        place = group.place()
        try:
            self._take(pending, group)
        except LogUnavailable:
            raise
        except Unavailable as fault:
            group.give_up(pending, place, fault)

    def _take(self, pending: Pending, group: Group) -> None:
        request = pending.request
        if pending.known is None and (request.dry_run or pending.again):
            self.look_up((pending,))
        place = group.place()
        answer = self._answer(pending, group)
        if answer.refusals and pending.known is None and (request.idempotency_key or pending.ids):
            group.undo_to(place)
            self.look_up((pending,))
            answer = self._answer(pending, group)
        group.answer(pending, answer)

    def look_up_all(self, requests: Sequence[Pending]) -> None:
        """Look up requests that are decided again; each alone where one meets a broken seal."""
        for pending in requests:
            pending.known, pending.again = None, True
        try:
            self.look_up(requests)
        except LogUnavailable:
            raise
        except Unavailable:
            return

    def look_up(self, requests: Sequence[Pending]) -> None:
        """Find what the log keeps under the ids and keys of these requests."""
        ids = dict(self._log.find_ids(self._ledger, [i for one in requests for i in one.ids]))
        spans = [(kept.first_version, kept.last_version) for kept in ids.values()]
        stored = load_spans(self._log, self._ledger, spans, self._standing.seals)
        for pending in requests:
            actor, key = pending.request.actor, pending.request.idempotency_key
            kept = None if key is None else self._log.find_key(self._ledger, actor, key)
            pending.known = Known(ids, stored, kept)

    def _answer(self, pending: Pending, group: Group) -> AppendAnswer:
        request = pending.request
        again = self._under_its_key(pending)
        if again is not None:
            return again
        if request.if_match not in (None, self._standing.version):
            return self._refused((_refused(LedgerMoved),))
        place = group.place()
        today = request.today or self._now().astimezone(self._zone).date()
        results = tuple(
            self._one(submitted, index, pending, group, today)
            for index, submitted in enumerate(request.facts)
        )
        refusals = tuple(result for result in results if isinstance(result, Refused))
        if refusals and request.mode == "atomic":
            group.undo_to(place)
            return self._refused(refusals)
        version = self._standing.book.version
        if request.dry_run:
            group.undo_to(place)
        else:
            group.grow_since(place)
        answer = AppendAnswer(
            version=version,
            results=results,
            seal=self._standing.seal(),
            outcome="partly" if refusals else "done",
            dry_run=request.dry_run,
        )
        self._keep(request, answer, group)
        return answer

    def _one(
        self,
        submitted: Submitted | Barred,
        index: int,
        pending: Pending,
        group: Group,
        today: datetime.date,
    ) -> Result:
        """Decide one fact."""
        if isinstance(submitted, Barred):
            return Refused(submitted.code, submitted.detail, submitted.pointer, index)
        fact = submitted.fact
        if fact.id is not None:
            earlier = self._earlier(fact.id, submitted, index, pending.known)
            if earlier is not None:
                return earlier
        try:
            events = decide(
                self._standing.book,
                fact,
                actor=pending.request.actor,
                today=today,
                recorded_at=group.stamp,
            )
        except Refusal as refusal:
            return Refused(refusal.code, refusal.detail, refusal.pointer, index)
        recorded = Recorded(events[0].version, group.record(events))
        if fact.id is not None:
            first, last = recorded.first_version, recorded.last_version
            group.ids[fact.id] = KeptId(self._contents.of_fact(submitted), first, last)
        return recorded

    def _earlier(
        self, event_id: str, sent: Submitted, index: int, known: Known | None
    ) -> Replayed | Refused | None:
        """What the fact became when it was recorded before, here or in the log."""
        kept = known and known.ids.get(event_id)
        if kept and known:
            found = replayed(kept, known.stored)
        else:
            holders = [group for group in self.open_groups if event_id in group.ids]
            if not holders:
                return None
            kept = holders[0].ids[event_id]
            found = Replayed(kept.first_version, holders[0].shown(kept))
        return (
            found
            if self._contents.is_fact(sent, kept.content_hash)
            else _refused(EventIdReused, index)
        )

    def _under_its_key(self, pending: Pending) -> AppendAnswer | None:
        """The answer that the request's key alone decides."""
        request = pending.request
        if request.idempotency_key is None:
            return None
        if pending.known is not None and pending.known.key is not None:
            kept = pending.known.key
            if not self._is_again(request, kept):
                return self._refused((_refused(IdempotencyKeyReused),))
            again = answer_again(self._log, self._ledger, kept, self._standing.seals)
            return replace(again, dry_run=request.dry_run)
        name = (request.actor, request.idempotency_key)
        if any(name in group.keys for group in self.open_groups):
            return self._refused((_refused(IdempotencyKeyRunning),))
        return None

    def _is_again(self, request: AppendRequest, kept: KeptKey) -> bool:
        recorded = recorded_of(kept)
        return len(recorded) == len(request.facts) and self._contents.is_request(
            request, kept.content_hash, recorded=recorded
        )

    def _refused(self, refusals: tuple[Refused, ...]) -> AppendAnswer:
        seal = self._standing.seal()
        return AppendAnswer(seal.version, refusals, seal, "refused")

    def _keep(self, request: AppendRequest, answer: AppendAnswer, group: Group) -> None:
        """Keep a given answer under the request's key."""
        if request.idempotency_key is None or answer.dry_run:
            return
        group.keys[request.actor, request.idempotency_key] = KeptKey(
            content_hash=self._contents.of_request(request, answer.results),
            version=answer.version,
            root=answer.seal.root,
            results=keep_results(answer.results),
        )


def _refused(refusal: type[RequestRefused], index: int | None = None) -> Refused:
    return Refused(refusal.code, refusal.__doc__ or "", "", index)
