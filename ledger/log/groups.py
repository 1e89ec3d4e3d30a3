"""A group: requests that are decided one after another and committed together."""

import datetime
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from ledger.events.codec import AnyEvent, decode_event, encode_event
from ledger.invariants import ensure
from ledger.log.ports import Commit, KeptId, KeptKey
from ledger.log.refusals import Unavailable
from ledger.log.requests import AppendAnswer, AppendRequest, Stored, Submitted
from ledger.log.sealing.master import Wrapped
from ledger.log.standing import Place, Standing
from ledger.log.tree import Node, leaf_hash

ERASED_NAME: Final = "child.erased.v1"


@dataclass(slots=True)
class Known:
    """What the log had under a request's ids and key when it was looked up."""

    ids: dict[str, KeptId]
    stored: dict[int, bytes]
    key: KeptKey | None


@dataclass(slots=True, eq=False)
class Pending:
    """A request that waits for its answer; `again` says that it is decided once more."""

    request: AppendRequest
    answer: "Future[AppendAnswer]" = field(default_factory=Future)
    known: Known | None = None
    again: bool = False

    @property
    def ids(self) -> list[str]:
        """The ids of its facts."""
        return [
            submitted.fact.id
            for submitted in self.request.facts
            if isinstance(submitted, Submitted) and submitted.fact.id is not None
        ]


class GroupPlace(NamedTuple):
    """A point within a group."""

    standing: Place
    events: int
    ids: int
    keys: int
    child_keys: int
    nodes: int


class Group:
    """Requests decided together: their events, ids, keys and answers, not yet committed."""

    def __init__(self, standing: Standing, recorded_at: datetime.datetime) -> None:
        """Begin on top of a standing; every event of the group has one moment."""
        self._standing = standing
        self.start = standing.place()
        self.before = standing.head()
        standing.recorded_at = recorded_at
        self.recorded_at = recorded_at
        self.stamp = moment_text(recorded_at)
        self.names: list[str] = []
        self.states: list[bytes] = []
        self.plain: list[bytes] = []
        self.child_keys: dict[str, Wrapped] = {}
        self.leaves: list[bytes] = []
        self.nodes: list[Node] = []
        self.ids: dict[str, KeptId] = {}
        self.keys: dict[tuple[str, str], KeptKey] = {}
        self.waiting: list[Pending] = []
        self.answered: list[tuple[Pending, AppendAnswer]] = []
        self.end = self.start

    def place(self) -> GroupPlace:
        """Name this point."""
        return GroupPlace(
            self._standing.place(),
            len(self.states),
            len(self.ids),
            len(self.keys),
            len(self.child_keys),
            len(self.nodes),
        )

    def undo_to(self, place: GroupPlace) -> None:
        """Return to a point named before."""
        self._standing.undo_to(place.standing)
        for kept in (self.names, self.states, self.plain, self.leaves):
            del kept[place.events :]
        del self.nodes[place.nodes :]
        _cut(self.ids, place.ids)
        _cut(self.keys, place.keys)
        _cut(self.child_keys, place.child_keys)

    def record(self, events: list[AnyEvent]) -> tuple[bytes, ...]:
        """Take in a fact's events; returns their bytes before they are sealed, for the answer."""
        expected = self.before.version + len(self.states) + 1
        ensure(events[0].version == expected, "the book and the log agree on the next version")
        plain = tuple(encode_event(event) for event in events)
        fact, sealed = events[0], self._standing.seals.sealed(events[0])
        stored = plain if sealed is fact else (encode_event(sealed), *plain[1:])
        if sealed is not fact:
            self._note_key(fact.data.child)
        self.names.append(sealed.stored_name)
        self.names += [event.stored_name for event in events[1:]]
        self.states += stored
        self.plain += plain
        self.leaves += [leaf_hash(state) for state in stored]
        return plain

    def _note_key(self, child: str) -> None:
        """A key that is not kept yet is kept before this group is."""
        fresh = self._standing.seals.fresh(child)
        if fresh is not None:
            self.child_keys[child] = fresh

    def grow_since(self, place: GroupPlace) -> None:
        """Add the leaves recorded since a point to the tree."""
        self.nodes += self._standing.grow(self.leaves[place.events :])

    def shown(self, kept: KeptId) -> tuple[bytes, ...]:
        """The bytes of a fact of this group and its decisions, before they were sealed."""
        begin = kept.first_version - self.before.version - 1
        return tuple(self.plain[begin : kept.last_version - self.before.version])

    def keep_child_keys(self) -> None:
        """Keep the keys that this group's values are sealed under; always before its commit."""
        self._standing.seals.keep(self.child_keys)

    def give_up(self, pending: Pending, place: GroupPlace, fault: Unavailable) -> None:
        """Fail a request that cannot be decided; what was decided before it stands."""
        self.undo_to(place)
        self.waiting.remove(pending)
        pending.answer.set_exception(fault)

    def answer(self, pending: Pending, answer: AppendAnswer) -> None:
        """Note the answer to a request; it is given once the group is committed."""
        self.answered.append((pending, answer))
        self.end = self._standing.place()

    def commit(self) -> Commit:
        """What is to be stored."""
        return Commit(
            before=self.before,
            recorded_at=self.recorded_at,
            names=self.names,
            states=self.states,
            leaves=self.leaves,
            ids=self.ids,
            keys=self.keys,
            frontier=self.end.frontier,
            nodes=self.nodes,
        )

    def release(self) -> None:
        """Give every answer, and up the keys of children that this group has erased."""
        for name, state in zip(self.names, self.states, strict=True):
            if name == ERASED_NAME:
                self._standing.drop_key_after(decode_event(name, state))
        before = Stored(self.before.version, self.before.root)
        after = Stored(self.end.frontier.size, self.end.frontier.root())
        for pending, answer in self.answered:
            stored = answer.stored or (after if answer.seal.version > before.size else before)
            pending.answer.set_result(replace(answer, stored=stored))


def _cut(kept: dict[Any, Any], size: int) -> None:
    """Take out what was put in last, down to a size."""
    while len(kept) > size:
        kept.popitem()


def moment_text(moment: datetime.datetime) -> str:
    """A moment as it is stored: RFC 3339 in UTC with six digits, so that text sorts as time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
