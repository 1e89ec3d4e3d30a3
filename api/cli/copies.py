"""A ledger as lines of JSON, and back: the exact stored bytes, commit by commit.

The first line says which ledger it is; a line before each commit holds its boundaries, its root
and what is kept of event ids and idempotency keys; each event is a line of exactly its stored
bytes; the last line says where the ledger stood. What is read back has the same bytes and the same
roots, or it is refused at the first line that differs. A copy holds everything, so it is to be kept
like the database itself.
"""

import datetime
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ledger.log.ports import (
    CommitRow,
    Head,
    KeptId,
    KeptKey,
    LedgerTerms,
    Log,
    StoredEvent,
)

FORMAT: Final = 1


class First(msgspec.Struct, forbid_unknown_fields=True):
    """The first line: the ledger's terms, and the secret of its hashes of contents."""

    copy: int
    ledger: str
    name: str
    currency: str
    timezone: str
    secret: str

    @property
    def terms(self) -> LedgerTerms:
        """What the ledger is made with."""
        return LedgerTerms(self.ledger, self.name, self.currency, self.timezone)


class CopiedId(msgspec.Struct, array_like=True):
    """An event id, the keyed hash of its content, and the versions it became."""

    id: str
    content_hash: str
    first_version: int
    last_version: int


class CopiedKey(msgspec.Struct, array_like=True):
    """An idempotency key and what is kept under it."""

    actor: str
    key: str
    content_hash: str
    version: int
    root: str
    results: str


class Boundary(msgspec.Struct, tag="commit", forbid_unknown_fields=True):
    """The line before a commit's events."""

    first_version: int
    last_version: int
    recorded_at: datetime.datetime
    root: str
    ids: list[CopiedId]
    keys: list[CopiedKey]


class Last(msgspec.Struct, tag="end", forbid_unknown_fields=True):
    """The last line: where the ledger stood."""

    version: int
    root: str


class Named(msgspec.Struct):
    """What is read of an event to copy it: everything else stays bytes."""

    type: str
    schema: int
    version: int
    id: str | None = None


_named: Final = msgspec.json.Decoder(Named)


def lines_of(log: Log, ledger: str, head: Head) -> Iterator[bytes]:
    """The lines of a ledger up to a head of it, without their line ends."""
    terms, secret = log.terms(ledger), log.secret(ledger).hex()
    yield msgspec.json.encode(
        First(FORMAT, terms.ledger, terms.name, terms.currency, terms.timezone, secret)
    )
    events = _events(log, ledger, upto=head.version)
    keys = deque(log.keys(ledger))
    for commit in _commits(log, ledger, upto=head.version):
        stored = [next(events) for _ in range(commit.first_version, commit.last_version + 1)]
        of_commit = []
        while keys and keys[0][2].version <= commit.last_version:
            of_commit.append(keys.popleft())
        yield msgspec.json.encode(_boundary(commit, stored, of_commit))
        yield from (event.stored for event, _ in stored)
    yield msgspec.json.encode(Last(head.version, head.root.hex()))


def _commits(log: Log, ledger: str, *, upto: int) -> Iterator[CommitRow]:
    for commits in log.commits(ledger):
        yield from (commit for commit in commits if commit.last_version <= upto)


def _events(log: Log, ledger: str, *, upto: int) -> Iterator[tuple[StoredEvent, CopiedId | None]]:
    """Each event, with what is kept of its id."""
    for stored in log.read(ledger, upto=upto):
        ids = [_named.decode(event.stored).id for event in stored]
        kept = log.find_ids(ledger, [found for found in ids if found is not None])
        for event, found in zip(stored, ids, strict=True):
            yield event, None if found is None else _copied(found, kept[found])


def _copied(found: str, kept: KeptId) -> CopiedId:
    return CopiedId(found, kept.content_hash.hex(), kept.first_version, kept.last_version)


def _boundary(
    commit: CommitRow,
    stored: Sequence[tuple[StoredEvent, CopiedId | None]],
    keys: Sequence[tuple[str, str, KeptKey]],
) -> Boundary:
    return Boundary(
        first_version=commit.first_version,
        last_version=commit.last_version,
        recorded_at=commit.recorded_at,
        root=commit.root.hex(),
        ids=[kept for _, kept in stored if kept is not None],
        keys=[
            CopiedKey(
                actor,
                key,
                kept.content_hash.hex(),
                kept.version,
                kept.root.hex(),
                kept.results.hex(),
            )
            for actor, key, kept in keys
        ],
    )
