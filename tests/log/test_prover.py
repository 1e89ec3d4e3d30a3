"""Proofs made from what the log keeps of a tree, against those made from all leaves."""

from hashlib import sha256
from random import Random

import psycopg
import pytest

from ledger.log.memory import MemoryLog
from ledger.log.ports import Head, Log
from ledger.log.postgres import PostgresLog
from ledger.log.proofs import OutsideTree, proves_consistency, proves_inclusion
from ledger.log.prover import (
    FILLED_AT_ONCE,
    fill_nodes,
    prove_consistency,
    prove_inclusion,
    root_at,
)
from ledger.log.tree import TILE_LEAVES, Frontier, Node, leaf_hash, nodes_between
from tests.log.test_log import WLZ, commit_on

SIZES = (3, 250, 3, 255, 1, 1, 700, 2, 60_000, 5_000)
SIZE = sum(SIZES)
EDGES = (1, 2, 255, 256, 257, 511, 512, 513, 1_215, 61_214, 65_535, 65_536, 65_537, SIZE - 1, SIZE)


DELETE = "DELETE FROM ledger.tree_nodes WHERE {}"


def fill(log: Log) -> list[bytes]:
    """A ledger of 66,215 events in commits of many sizes; its leaves."""
    log.create(WLZ)
    leaves: list[bytes] = []
    head = Head()
    for size in SIZES:
        states = [b"event %d" % (len(leaves) + number) for number in range(size)]
        commit = commit_on(head, *states)
        log.append("wlz", commit)
        leaves += commit.leaves
        head = commit.after()
    return leaves


@pytest.fixture
def wlz(log: Log) -> Log:
    log.create(WLZ)
    return log


@pytest.fixture(scope="module")
def memory() -> tuple[MemoryLog, list[bytes]]:
    log = MemoryLog()
    return log, fill(log)


def test_a_log_keeps_the_nodes_of_every_full_tile_whatever_the_commits(log: Log) -> None:
    leaves = fill(log)
    nodes: list[Node] = []
    Frontier().extend(leaves, nodes)
    assert len(nodes) == SIZE // 256 + SIZE // 65_536 == nodes_between(0, SIZE)
    for node in nodes:
        tile = leaves[node.place << node.level : (node.place + 1) << node.level]
        assert node.hash == Frontier().extend(tile).root()
    assert [*log.missing_nodes("wlz", 8, 9), *log.missing_nodes("wlz", 16, 9)] == []
    assert fill_nodes(log, "wlz") == 0
    for version, size in [(1, 65_536), (65_536, SIZE), (SIZE, SIZE), (700, 1_215)]:
        proof = prove_inclusion(log, "wlz", version, size)
        assert proof.leaf_hash == leaves[version - 1]
        assert proves_inclusion(*proof[:1], version - 1, size, *proof[1:])
        assert proof.root == root_at(log, "wlz", size) == Frontier().extend(leaves[:size]).root()


def test_proofs_at_every_edge_lead_to_the_root_of_all_leaves(
    memory: tuple[MemoryLog, list[bytes]],
) -> None:
    log, leaves = memory
    roots = {size: Frontier().extend(leaves[:size]).root() for size in EDGES}
    for size, root in roots.items():
        assert root_at(log, "wlz", size) == root
        for version in [version for version in EDGES if version <= size]:
            proof = prove_inclusion(log, "wlz", version, size)
            assert (proof.leaf_hash, proof.root) == (leaves[version - 1], root)
            assert proves_inclusion(leaves[version - 1], version - 1, size, proof.hashes, root)
            grown = prove_consistency(log, "wlz", version, size)
            assert grown[1:] == (roots[version], root)
            assert proves_consistency(version, roots[version], size, root, grown.hashes)


def test_a_proof_reads_a_few_hundred_hashes(memory: tuple[MemoryLog, list[bytes]]) -> None:
    class Counting(MemoryLog):
        read = 0

        def hashes(self, ledger, ranges):  # type: ignore[no-untyped-def]
            self.read += sum(found.number for found in ranges)
            return memory[0].hashes(ledger, ranges)

    chance = Random(1)
    for _ in range(200):
        size = chance.randrange(1, SIZE + 1)
        log = Counting()
        prove_inclusion(log, "wlz", chance.randrange(1, size + 1), size)
        prove_consistency(log, "wlz", chance.randrange(size + 1), size)
        assert log.read <= 2 * 3 * 2 * TILE_LEAVES  # proofs, levels, edges of a tree of this size


def test_the_empty_tree_has_its_root_and_begins_every_other(wlz: Log) -> None:
    assert root_at(wlz, "wlz", 0) == sha256(b"").digest()
    wlz.append("wlz", commit_on(Head(), b"one"))
    proof = prove_consistency(wlz, "wlz", 0, 1)
    assert proof == ((), sha256(b"").digest(), leaf_hash(b"one"))
    assert prove_inclusion(wlz, "wlz", 1, 1) == (leaf_hash(b"one"), (), leaf_hash(b"one"))


@pytest.mark.parametrize("version, size", [(0, 1), (2, 1), (1, 0), (1, 2), (2, 300)])
def test_no_proof_of_what_is_not_there(wlz: Log, version: int, size: int) -> None:
    wlz.append("wlz", commit_on(Head(), b"one"))
    with pytest.raises(OutsideTree):
        prove_inclusion(wlz, "wlz", version, size)


def without_nodes(log: Log, dsn: str, which: str = "true") -> None:
    """The log as it was before nodes were kept."""
    if isinstance(log, MemoryLog):
        log._stream("wlz").nodes.clear()
        return
    with psycopg.connect(dsn) as owner:
        owner.execute("ALTER TABLE ledger.tree_nodes DISABLE TRIGGER kept")
        owner.execute(DELETE.format(which))
        owner.execute("ALTER TABLE ledger.tree_nodes ENABLE TRIGGER kept")


def test_nodes_of_an_older_ledger_are_filled_in_before_the_first_proof(
    log: Log, request: pytest.FixtureRequest
) -> None:
    leaves = fill(log)
    without_nodes(log, "" if isinstance(log, MemoryLog) else request.getfixturevalue("dsn"))
    assert len(log.missing_nodes("wlz", 8, SIZE)) == SIZE // 256
    proof = prove_inclusion(log, "wlz", 700, SIZE)
    assert proof.root == Frontier().extend(leaves).root()
    assert fill_nodes(log, "wlz") == 0


def test_filling_that_was_broken_off_goes_on_where_it_was(
    postgres_log: PostgresLog, dsn: str
) -> None:
    leaves = fill(postgres_log)
    nodes: list[Node] = []
    Frontier().extend(leaves, nodes)
    without_nodes(postgres_log, dsn, "level = 16 OR place BETWEEN 3 AND 6 OR place = 250")
    places = postgres_log.missing_nodes("wlz", 8, FILLED_AT_ONCE)
    assert list(places) == [3, 4, 5, 6, 250]
    assert fill_nodes(postgres_log, "wlz") == 6
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT level, place, hash FROM ledger.tree_nodes").fetchall()
    assert sorted(Node(*row) for row in rows) == sorted(nodes)


@pytest.mark.parametrize(
    "change", ["UPDATE ledger.tree_nodes SET hash = hash", "DELETE FROM ledger.tree_nodes"]
)
def test_a_node_stays_as_it_is(postgres_log: PostgresLog, dsn: str, change: str) -> None:
    postgres_log.create(WLZ)
    postgres_log.append("wlz", commit_on(Head(), *[b"event"] * TILE_LEAVES))
    postgres_log.keep_nodes("wlz", [Node(8, 0, bytes(32))])
    kept = root_at(postgres_log, "wlz", TILE_LEAVES)
    assert kept == Frontier().extend([leaf_hash(b"event")] * TILE_LEAVES).root()
    with (
        psycopg.connect(dsn) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(change)
