"""What somebody with every right on the database can do to a ledger, hashes made anew included."""
# ruff: noqa: S608 (statements are put together from the constants of this file)

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from psycopg import Connection

from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.signing.signer import Signer
from ledger.log.tree import Frontier, Node, leaf_hash
from tests.audit.recorded import LEDGER, OTHER

PLACE = {"ledger": LEDGER, "other": OTHER}


@dataclass
class Forger:
    """A connection on which no trigger guards anything, and a chance."""

    connection: Connection[Any]
    chance: Random

    def change(self, statement: str, **values: object) -> None:
        """Run a statement, which must change something."""
        changed = self.connection.execute(statement, {**PLACE, **values}).rowcount
        assert changed > 0, f"nothing was changed by {statement}"

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, {**PLACE, **values}).fetchall()

    def one(self, query: str, **values: object) -> tuple[Any, ...]:
        """One of the rows, by chance."""
        return self.chance.choice(sorted(self.rows(query, **values)))

    @property
    def version(self) -> int:
        return self.rows("select version from ledger.heads where ledger = %(ledger)s")[0][0]

    def some_version(self, upto: int | None = None) -> int:
        return self.chance.randint(1, upto or self.version)

    def state(self, version: int) -> bytes:
        found = self.rows(
            "select state from ledger.events"
            " where originator_id = %(ledger)s and originator_version = %(version)s",
            version=version,
        )
        return bytes(found[0][0])

    def write(self, version: int, state: bytes, *, leaf: bool) -> None:
        """Put other bytes in the place of an event's, with or without their leaf hash."""
        self.change(
            "update ledger.events set state = %(state)s,"
            " leaf_hash = case when %(leaf)s then %(hash)s else leaf_hash end"
            " where originator_id = %(ledger)s and originator_version = %(version)s",
            version=version,
            state=state,
            leaf=leaf,
            hash=leaf_hash(state),
        )

    def flip(self, content: bytes) -> bytes:
        """One byte of it is another one."""
        flipped = bytearray(content)
        flipped[self.chance.randrange(len(flipped))] ^= self.chance.randint(1, 255)
        return bytes(flipped)

    def edit(self, version: int, change: Callable[[dict[str, Any]], None]) -> None:
        """Change an event as what it says, in canonical bytes, with its leaf hash."""
        document = json.loads(self.state(version))
        change(document)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.write(version, text.encode(), leaf=True)

    def make_anew(self) -> None:
        """Every hash, node and root that follows from the events as they are now."""
        commits = dict(
            self.rows("select last_version, root from ledger.commits where ledger = %(ledger)s")
        )
        asked = self.rows(
            "select distinct version, root from ledger.idempotency_keys where ledger = %(ledger)s"
        )
        frontier, nodes, roots = Frontier(), list[Node](), {0: Frontier().root()}
        for number, (state,) in enumerate(
            self.rows(
                "select state from ledger.events where originator_id = %(ledger)s"
                " order by originator_version"
            ),
            start=1,
        ):
            frontier = frontier.extend((leaf_hash(bytes(state)),), nodes)
            roots[number] = frontier.root()
        cursor = self.connection.cursor()
        cursor.executemany(
            "update ledger.commits set root = %s where ledger = %s and last_version = %s",
            [(roots[v], LEDGER, v) for v in commits if roots.get(v, commits[v]) != commits[v]],
        )
        cursor.executemany(
            "update ledger.idempotency_keys set root = %s where ledger = %s and version = %s",
            [(roots[v], LEDGER, v) for v, root in asked if roots.get(v, root) != root],
        )
        cursor.execute("delete from ledger.tree_nodes where ledger = %s", (LEDGER,))
        cursor.executemany(
            "insert into ledger.tree_nodes values (%s, %s, %s, %s)",
            [(LEDGER, *node) for node in nodes],
        )
        cursor.execute(
            "update ledger.heads set version = %s, root = %s, frontier = %s, recorded_at ="
            " (select max(recorded_at) from ledger.commits where ledger = %s) where ledger = %s",
            (frontier.size, frontier.root(), frontier.to_bytes(), LEDGER, LEDGER),
        )

    def sign_anew(self, signer: Signer) -> None:
        """Every checkpoint of what the events give now, under somebody else's key alone."""
        (origin,) = self.rows("select origin from ledger.origins where ledger = %(ledger)s")[0]
        key = signer.key(origin)
        leaves = [
            leaf_hash(bytes(state))
            for (state,) in self.rows(
                "select state from ledger.events where originator_id = %(ledger)s"
                " order by originator_version"
            )
        ]
        sizes = [
            size
            for (size,) in self.rows(
                "select size from ledger.checkpoints where ledger = %(ledger)s"
            )
        ]
        for table in ("checkpoint_signatures", "checkpoints", "verifier_keys"):
            self.connection.execute(f"delete from ledger.{table} where ledger = %s", (LEDGER,))
        self.change(
            "insert into ledger.verifier_keys (ledger, kind, name, public_key, from_version,"
            " taken_by) values (%(ledger)s, 1, %(name)s, %(key)s, 1, 'service')",
            name=key.name,
            key=key.public_key,
        )
        for size in sizes:
            if size <= len(leaves):
                self._checkpoint(origin, signer, size, Frontier().extend(leaves[:size]).root())

    def _checkpoint(self, origin: str, signer: Signer, size: int, root: bytes) -> None:
        line = signer.signed(origin, Checkpoint(origin, size, root).text)
        said = {"size": size, "root": root, "name": line.name, "id": line.key_id}
        self.change(
            "insert into ledger.checkpoints values (%(ledger)s, %(size)s, %(root)s)", **said
        )
        self.change(
            "insert into ledger.checkpoint_signatures (ledger, size, kind, name, key_id, content)"
            " values (%(ledger)s, %(size)s, 1, %(name)s, %(id)s, %(content)s)",
            **said,
            content=line.content,
        )
