"""The root that an export and a sample name is read from the nodes of the tree (0025)."""

import psycopg
import pytest

from ledger.events.cash import ReceiptRecorded
from ledger.events.codec import encode_event
from ledger.log.tree import TILE_LEAVES, Frontier, Node, leaf_hash
from projections.exports.figures import root_at
from tests.projections import given
from tests.projections.history import CONTRACT, LEDGER

INSIDE = (1, TILE_LEAVES - 1, TILE_LEAVES, TILE_LEAVES + 1, 2 * TILE_LEAVES, 600)
"""Versions inside of one commit."""


@pytest.fixture
def leaves(history):
    given.terms(history)
    while history.version < 2 * TILE_LEAVES + 100:
        history.add(ReceiptRecorded(CONTRACT, "phil", f"r{history.version}", 1), "2020-01-06")
    return [leaf_hash(encode_event(event)) for event in history.events]


def roots(dsn, versions=INSIDE):
    with psycopg.connect(dsn) as connection:
        return [root_at(connection, LEDGER, version) for version in versions]


def roots_of(leaves, versions=INSIDE):
    return [Frontier().extend(leaves[:version]).root() for version in versions]


def without_nodes(dsn, *instead):
    """A ledger from before there were nodes, or one with others."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from ledger.tree_nodes")
        for node in instead:
            connection.execute("insert into ledger.tree_nodes values ('wlz', %s, %s, %s)", node)


def test_the_root_inside_of_a_commit_is_that_of_all_leaves_up_to_there(dsn, history, leaves):
    history.store(dsn)
    assert roots(dsn) == roots_of(leaves)
    without_nodes(dsn)
    assert roots(dsn) == roots_of(leaves), "also where no node was ever kept"


def test_the_leaves_under_a_kept_node_are_not_read_again(dsn, history, leaves):
    history.store(dsn)
    first, second = (leaves[begin : begin + TILE_LEAVES] for begin in (0, TILE_LEAVES))
    tiles = [Frontier().extend(tile).root() for tile in (first, second)]
    without_nodes(dsn, Node(8, 0, tiles[1]), Node(8, 1, tiles[0]))
    exchanged = [*second, *first, *leaves[2 * TILE_LEAVES :]]
    behind = (2 * TILE_LEAVES, 600)
    assert roots(dsn, behind) == roots_of(exchanged, behind) != roots_of(leaves, behind)
