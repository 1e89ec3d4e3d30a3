"""What is kept of checkpoints: the name of each log, its keys, what was signed, and by whom."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg_pool import ConnectionPool

from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import COSIGNATURE, PLAIN, Note, Signature, VerifierKey
from ledger.log.queries import load_queries

SQL: Final = load_queries(Path(__file__).with_name("checkpoints.sql"))
KEYS_MAX: Final = 1_000


class KnownKey(NamedTuple):
    """A public key, and from when to when it was in use; without `to_version` it is."""

    key: VerifierKey
    from_version: int
    from_at: datetime.datetime
    taken_by: str
    to_version: int | None
    to_at: datetime.datetime | None
    retired_by: str | None

    @property
    def in_use(self) -> bool:
        """Whether what it signs now is taken."""
        return self.to_version is None


class KeptCheckpoint(NamedTuple):
    """A root that was signed."""

    size: int
    root: bytes
    made_at: datetime.datetime


class KeptStamp(NamedTuple):
    """A time stamp of a checkpoint, as its authority answered."""

    size: int
    response: bytes
    stamped_at: datetime.datetime
    added_at: datetime.datetime


class KeptCheckpoints:
    """Checkpoints in a migrated database, only added to, under the role of the log."""

    def __init__(self, pool: ConnectionPool) -> None:
        """Take connections from this pool."""
        self._pool = pool

    @contextmanager
    def adding(self) -> Iterator[Connection[Any]]:
        """One transaction under the role that may change nothing that is there."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(SQL["take_service_role"])
            yield connection

    def named(self, ledger: str, origin: str) -> str:
        """The name of a ledger's log; this one, unless it has another already."""
        with self.adding() as connection:
            connection.execute(SQL["name_origin"], {"ledger": ledger, "origin": origin})
        found = self.origin(ledger)
        return origin if found is None else found

    def origin(self, ledger: str) -> str | None:
        """The name of a ledger's log, if it has one."""
        rows = self._rows("origin", ledger=ledger)
        return str(rows[0][0]) if rows else None

    def ledgers(self) -> list[str]:
        """Ledgers whose log has a name."""
        return [ledger for (ledger,) in self._rows("ledgers")]

    def behind(self) -> list[str]:
        """Ledgers that have moved on since their last checkpoint."""
        return [ledger for (ledger,) in self._rows("behind")]

    def keys(self, ledger: str, kind: int | None = None) -> list[KnownKey]:
        """The keys of a ledger in the order in which they were taken up."""
        return [
            KnownKey(VerifierKey(name, found, bytes(public_key)), *standing)
            for found, name, public_key, *standing in self._rows(
                "keys", ledger=ledger, limit=KEYS_MAX
            )
            if kind in (None, found)
        ]

    def log_keys(self) -> set[bytes]:
        """Every public key that any log is signed with now."""
        return {bytes(public_key) for (public_key,) in self._rows("log_keys")}

    def take_key(self, ledger: str, key: VerifierKey, by: str) -> bool:
        """Take a key up; False when it is known."""
        return self._added("take_key", ledger, key, by)

    def retire_key(self, ledger: str, key: VerifierKey, by: str) -> bool:
        """Give a key up for ever; False when it was given up."""
        return self._added("retire_key", ledger, key, by)

    def _added(self, query: str, ledger: str, key: VerifierKey, by: str) -> bool:
        named = {"kind": key.kind, "name": key.name, "public_key": key.public_key}
        with self.adding() as connection:
            added = connection.execute(SQL[query], {"ledger": ledger, "by": by, **named})
            return added.fetchone() is not None

    def keep(self, ledger: str, checkpoint: Checkpoint, signatures: Sequence[Signature]) -> bool:
        """Keep a checkpoint with the log's own signatures; False when there is one of its size."""
        names = {"ledger": ledger, "size": checkpoint.size, "root": checkpoint.root}
        with self.adding() as connection:
            made = connection.execute(SQL["keep"], names).fetchone() is not None
            if made:
                for signature in signatures:
                    add_signature(connection, ledger, checkpoint.size, signature, PLAIN)
        return made

    def restore_key(self, ledger: str, known: KnownKey) -> None:
        """Keep a key as a copy has it, unless it is known."""
        key = known.key
        named = {"kind": key.kind, "name": key.name, "public_key": key.public_key}
        values = {"ledger": ledger, **named, **known._asdict()}
        del values["key"]
        with self.adding() as connection:
            connection.execute(SQL["restore_key"], values)
            if not known.in_use:
                connection.execute(SQL["restore_retired_key"], values)

    def restore(
        self, ledger: str, found: KeptCheckpoint, lines: Sequence[tuple[int, Signature]]
    ) -> None:
        """Keep a checkpoint and the lines below it, each with its kind, as a copy has them."""
        with self.adding() as connection:
            connection.execute(SQL["restore"], {"ledger": ledger, **found._asdict()})
            for kind, signature in lines:
                add_signature(connection, ledger, found.size, signature, kind)

    def cosign(self, ledger: str, size: int, signature: Signature) -> bool:
        """Keep a witness's line below a checkpoint; False when that key has one there."""
        with self.adding() as connection:
            return add_signature(connection, ledger, size, signature, COSIGNATURE)

    def add_stamp(
        self, ledger: str, size: int, response: bytes, moment: datetime.datetime, by: str
    ) -> bool:
        """Keep a time stamp of a checkpoint; False when it is kept already."""
        values = {"ledger": ledger, "size": size, "response": response, "by": by}
        digest = sha256(response).digest()
        with self.adding() as connection:
            added = connection.execute(
                SQL["add_stamp"], {**values, "digest": digest, "stamped_at": moment}
            )
            return added.fetchone() is not None

    def stamps(self, ledger: str, *, size: int | None, limit: int) -> list[KeptStamp]:
        """Time stamps of one checkpoint, or of all, the latest first."""
        return [
            KeptStamp(found, bytes(response), *moments)
            for found, response, *moments in self._rows(
                "stamps", ledger=ledger, size=size, limit=limit
            )
        ]

    def latest(self, ledger: str) -> KeptCheckpoint | None:
        """The last checkpoint."""
        return self._checkpoint("latest", ledger)

    def of_size(self, ledger: str, size: int) -> KeptCheckpoint | None:
        """The checkpoint of this size."""
        return self._checkpoint("of_size", ledger, size)

    def covering(self, ledger: str, version: int) -> KeptCheckpoint | None:
        """The first checkpoint that holds a version."""
        return self._checkpoint("covering", ledger, version)

    def after(self, ledger: str, size: int, limit: int) -> list[KeptCheckpoint]:
        """The next checkpoints by size."""
        rows = self._rows("after", ledger=ledger, size=size, limit=limit)
        return [KeptCheckpoint(found, bytes(root), made_at) for found, root, made_at in rows]

    def signatures(self, ledger: str, size: int) -> tuple[Signature, ...]:
        """The lines below a checkpoint, the log's own first."""
        return tuple(
            Signature(name, bytes(key_id), bytes(content))
            for name, key_id, content in self._rows("signatures", ledger=ledger, size=size)
        )

    def note(self, ledger: str, origin: str, kept: KeptCheckpoint) -> Note:
        """A kept checkpoint as anybody may check it."""
        text = Checkpoint(origin, kept.size, kept.root).text
        return Note(text, self.signatures(ledger, kept.size))

    def _checkpoint(self, query: str, ledger: str, size: int = 0) -> KeptCheckpoint | None:
        for found, root, made_at in self._rows(query, ledger=ledger, size=size):
            return KeptCheckpoint(found, bytes(root), made_at)
        return None

    def _rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        with self._pool.connection() as connection:
            return connection.execute(SQL[query], parameters).fetchall()


def add_signature(
    connection: Connection[Any], ledger: str, size: int, signature: Signature, kind: int
) -> bool:
    """Add a line below a checkpoint; False when its key has one there."""
    added = connection.execute(
        SQL["add_signature"],
        {
            "ledger": ledger,
            "size": size,
            "kind": kind,
            "name": signature.name,
            "key_id": signature.key_id,
            "content": signature.content,
        },
    )
    return added.fetchone() is not None
