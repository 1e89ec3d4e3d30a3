"""Idempotency keys of the doors that write no facts: keys, ledgers and identities.

The key is kept for ever under the name of the key that asked, with a hash of the request and the
answer without any secret. Facts have their own table beside the log, in the log's transaction.
A plain hash of a name would be the name to whoever guesses, so what must be forgotten with a child
comes here hashed already, under a key that goes with the child's own.
"""

import hashlib
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg_pool import ConnectionPool

from api.http.problems import Problem
from ledger.log.queries import load_queries

SQL: Final = load_queries(Path(__file__).with_name("kept_answers.sql"))

Transaction = Connection[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door answers: a status, a document, and the fields of it that are never kept."""

    status: int
    document: dict[str, Any] | None
    unkept: tuple[str, ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A writing request: who asks, under which idempotency key, and what.

    `keyed` is the hash of the part that is not in `request`; None when its key is gone for ever.
    """

    actor: str
    idempotency_key: str | None
    request: bytes
    keyed: bytes | None = b""

    @property
    def names(self) -> dict[str, Any]:
        """The parameters of the statements."""
        return {
            "actor": self.actor,
            "idempotency_key": self.idempotency_key,
            "request_hash": self._hash + (self.keyed or b""),
        }

    @property
    def _hash(self) -> bytes:
        return hashlib.sha256(self.request).digest()

    def came_before_as(self, kept: bytes) -> bool:
        """Whether this is the request that was hashed; without its key the open part decides."""
        if self.keyed is None:
            return kept.startswith(self._hash)
        return kept == self._hash + self.keyed


Doing = Callable[[Transaction, bool], Answer]
"""Do the work in this transaction; the flag says that an earlier try may have got half way."""


def once(pool: ConnectionPool, asked: Asked, do: Doing) -> Answer:
    """Do the work, or give the first answer again. Only answers that say yes are kept."""
    with pool.connection() as connection:
        if asked.idempotency_key is None:
            return do(connection, False)  # noqa: FBT003 (the flag is explained at Doing)
        with _alone(connection, asked.names):
            return _answer(connection, asked, do)


@contextmanager
def _alone(connection: Transaction, names: dict[str, Any]) -> Any:  # noqa: ANN401 (a generator)
    locked = connection.execute(SQL["try_lock"], names).fetchone()
    connection.commit()
    if locked != (True,):
        raise Problem("idempotency_key_running", "the first request of this key is still running")
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(SQL["unlock"], names)
        connection.commit()


def _answer(connection: Transaction, asked: Asked, do: Doing) -> Answer:
    names = asked.names
    kept = connection.execute(SQL["find_answer"], names).fetchone()
    if kept is None:
        connection.execute(SQL["begin_answer"], names)
        connection.commit()
    else:
        request_hash, status, document = kept
        if not asked.came_before_as(bytes(request_hash)):
            raise Problem("idempotency_key_reused", "the key came with another request before")
        if status is not None:
            return Answer(status, msgspec.json.decode(document or b"null"), replayed=True)
    try:
        answer = do(connection, kept is not None)
    except Problem:
        connection.rollback()
        connection.execute(SQL["free_key"], names)
        connection.commit()
        raise
    connection.execute(
        SQL["keep_answer"], {**names, "status": answer.status, "answer": _without_secrets(answer)}
    )
    connection.commit()
    return answer


def _without_secrets(answer: Answer) -> bytes:
    document = answer.document
    if document is not None:
        document = {name: value for name, value in document.items() if name not in answer.unkept}
    return msgspec.json.encode(document)
