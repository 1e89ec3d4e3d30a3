"""What every store of keys promises, in memory and in PostgreSQL: what is destroyed stays so."""

import threading

import psycopg
import pytest

from ledger.log.sealing.faults import (
    KeyStoreUnavailable,
    MasterRetired,
    RotationRunning,
)
from ledger.log.sealing.master import (
    Wrapped,
)
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.store import KeyPlace, KeyStore

TOMBSTONE = Wrapped("", None)
ONE = Wrapped("m", b"one")
OTHER = Wrapped("m", b"other")
C1 = KeyPlace("wlz", "c1", "values")


class BrokenOff(Exception):
    """The process died here."""


def kept(store: KeyStore, place: KeyPlace = C1) -> Wrapped | None:
    return store.find(place.ledger, place.purpose, [place.child]).get(place.child)


def test_a_key_is_kept_and_found_by_ledger_purpose_and_child(store: KeyStore) -> None:
    assert store.add("wlz", "values", {"c1": ONE, "c2": OTHER}) == []
    assert store.find("wlz", "values") == {"c1": ONE, "c2": OTHER}
    assert store.find("wlz", "values", ["c2", "nobody"]) == {"c2": OTHER}
    assert store.find("wlz", "values", []) == {}
    assert store.find("wlz", "identity") == store.find("elsewhere", "values") == {}


def test_a_child_has_one_key_and_the_second_one_is_named_as_taken(store: KeyStore) -> None:
    store.add("wlz", "values", {"c1": ONE})
    assert store.add("wlz", "values", {"c1": ONE}) == []
    assert list(store.add("wlz", "values", {"c1": OTHER, "c2": OTHER})) == ["c1"]
    assert store.find("wlz", "values") == {"c1": ONE, "c2": OTHER}
    assert store.add("wlz", "identity", {"c1": OTHER}) == []
    assert store.add("elsewhere", "values", {"c1": OTHER}) == []


def test_of_two_who_add_a_key_at_once_one_is_told_that_it_is_taken(store: KeyStore) -> None:
    told: list[tuple[bytes, list[str]]] = []
    together = threading.Barrier(8)

    def add(number: int) -> None:
        key = Wrapped("m", bytes([number]))
        together.wait()
        taken = store.add("wlz", "values", {f"c{n}": key for n in range(20)})
        told.append((bytes([number]), list(taken)))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.find("wlz", "values")
    for number, taken in told:
        assert set(taken) == {child for child, key in found.items() if key.wrapped != number}


def test_a_destroyed_key_leaves_a_tombstone_and_destroying_it_again_changes_nothing(
    store: KeyStore,
) -> None:
    store.add("wlz", "values", {"c1": ONE, "c2": OTHER})
    store.add("wlz", "identity", {"c1": ONE})
    for _ in range(2):
        store.destroy("wlz", "c1", ("values",))
        assert store.find("wlz", "values") == {"c1": TOMBSTONE, "c2": OTHER}
        assert store.find("wlz", "identity") == {"c1": ONE}


def test_a_child_that_never_had_a_key_has_a_tombstone_afterwards(store: KeyStore) -> None:
    store.destroy("wlz", "c1", ("values", "identity"))
    assert kept(store) == kept(store, C1._replace(purpose="identity")) == TOMBSTONE


def test_no_key_is_made_for_an_erased_child(store: KeyStore) -> None:
    store.add("wlz", "values", {"c1": ONE})
    store.destroy("wlz", "c1", ("values",))
    assert list(store.add("wlz", "values", {"c1": ONE})) == ["c1"]
    assert not store.replace(C1, ONE, OTHER)
    assert not store.replace(C1, TOMBSTONE, OTHER)
    assert kept(store) == TOMBSTONE


def test_a_key_is_wrapped_anew_only_if_it_is_still_what_it_was(store: KeyStore) -> None:
    store.add("wlz", "values", {"c1": ONE})
    assert not store.replace(C1, OTHER, ONE)
    assert not store.replace(C1._replace(child="c2"), ONE, OTHER)
    assert store.replace(C1, ONE, Wrapped("n", b"anew"))
    assert kept(store) == Wrapped("n", b"anew")


def test_which_master_keys_are_in_use_and_which_keys_are_under_another_one(
    store: KeyStore,
) -> None:
    store.add("wlz", "values", {"c1": ONE, "c2": Wrapped("n", b"two"), "c3": OTHER})
    store.destroy("wlz", "c3", ("values",))
    assert store.masters() == {"m", "n"}
    assert list(store.not_under("n", 10)) == [(C1, ONE)]
    store.add("elsewhere", "identity", {"c1": ONE})
    assert len(store.not_under("n", 10)) == 2
    assert len(store.not_under("n", 1)) == 1
    store.destroy("wlz", "c2", ("values",))
    assert store.masters() == {"m"}


def test_nothing_is_wrapped_under_a_master_key_that_has_retired(store: KeyStore) -> None:
    store.add("wlz", "values", {"c1": ONE})
    for _ in range(2):
        store.retire("m")
    with pytest.raises(MasterRetired):
        store.add("wlz", "values", {"c2": Wrapped("n", b"two"), "c3": OTHER})
    assert store.find("wlz", "values") == {"c1": ONE}
    assert store.replace(C1, ONE, Wrapped("n", b"anew"))
    store.add("wlz", "values", {"c2": Wrapped("n", b"two")})
    store.destroy("wlz", "c2", ("values",))
    assert store.masters() == {"n"}


def test_one_rotation_runs_at_a_time_and_the_next_may_follow_a_broken_one(store: KeyStore) -> None:
    def die() -> None:
        with store.alone():
            with pytest.raises(RotationRunning):
                store.alone().__enter__()
            raise BrokenOff

    with pytest.raises(BrokenOff):
        die()
    with store.alone():
        assert store.masters() == frozenset()


@pytest.fixture
def destroyed(dsn: str) -> str:
    """A database with a living key and a destroyed one."""
    store = PostgresKeyStore(dsn)
    store.add("wlz", "values", {"c1": ONE, "c2": OTHER})
    store.destroy("wlz", "c1", ("values",))
    store.close()
    return dsn


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE child_keys.data_keys SET wrapped = 'one', master = 'm', destroyed_at = NULL",
        "UPDATE child_keys.data_keys SET child = 'c3' WHERE child = 'c2'",
        "UPDATE child_keys.data_keys SET ledger = 'elsewhere' WHERE child = 'c2'",
        "UPDATE child_keys.data_keys SET destroyed_at = now() WHERE child = 'c1'",
        "DELETE FROM child_keys.data_keys WHERE child = 'c1'",
        "DELETE FROM child_keys.data_keys WHERE child = 'c2'",
        "TRUNCATE child_keys.data_keys",
        (
            "INSERT INTO child_keys.data_keys VALUES ('wlz', 'c1', 'values', 'm', 'one')"
            " ON CONFLICT (ledger, child, purpose) DO UPDATE SET wrapped = excluded.wrapped,"
            " master = excluded.master, destroyed_at = NULL"
        ),
    ],
)
def test_the_database_refuses_to_bring_a_destroyed_key_back(destroyed: str, statement: str) -> None:
    with (
        psycopg.connect(destroyed) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(statement)
    with psycopg.connect(destroyed) as connection:
        rows = connection.execute("SELECT child, wrapped FROM child_keys.data_keys ORDER BY child")
        assert rows.fetchall() == [("c1", None), ("c2", b"other")]


def test_a_store_out_of_reach_says_so(store: KeyStore) -> None:
    store.add("wlz", "values", {"c1": ONE})
    store.close()
    if not isinstance(store, PostgresKeyStore):
        assert kept(store) == ONE
        return
    with pytest.raises(KeyStoreUnavailable) as refused:
        store.find("wlz", "values")
    assert refused.value.code == "key_store_unavailable"


def test_the_keys_may_live_in_another_database_than_the_log(dsn: str) -> None:
    store = PostgresKeyStore(dsn)
    store.add("wlz", "values", {"c1": ONE})
    other = PostgresKeyStore(dsn)
    assert kept(other) == ONE
    for each in (store, other):
        each.close()


def test_the_statistics_of_the_database_keep_no_key(dsn: str) -> None:
    """Statistics are copies of values, and stay on the disk when a row is gone."""
    PostgresKeyStore(dsn).add(
        "wlz", "values", {f"c{n}": Wrapped("m", n.to_bytes(2)) for n in range(300)}
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")
        kept = connection.execute(
            "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'child_keys'"
        ).fetchall()
    assert ("data_keys", "child") in kept
    assert not {("data_keys", "wrapped"), ("identities", "sealed")} & set(kept)
