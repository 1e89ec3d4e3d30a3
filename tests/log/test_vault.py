"""The identity vault on each store of keys: kept sealed, read with a note, gone with its key."""

import datetime
import threading
from collections.abc import Iterator

import msgspec
import psycopg
import pytest
from structlog.testing import capture_logs

from ledger.log.sealing.cipher import NONCE_BYTES, encrypt, new_key
from ledger.log.sealing.faults import IdentityErased, SealBroken
from ledger.log.sealing.identity import WIDTH, Contact, Identity, open_identity, seal_identity
from ledger.log.sealing.master import GivenKeys, text_of
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.store import KeyPlace, MemoryKeyStore, context_of
from ledger.log.sealing.vault import Vault, VaultStore

MASTER = GivenKeys(text_of(bytes(range(32))))
TAG_BYTES = 16
ADA = Identity(
    name="Ada Marked-Name",
    date_of_birth=datetime.date(2011, 3, 9),
    school_number="marked-number-77",
    contacts=(Contact("mother_phone", "020 7946 0999"),),
)
BEA = Identity(name="Bea Other-Name")


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[VaultStore]:
    """An empty store of each kind."""
    if request.param == "memory":
        yield MemoryKeyStore()
        return
    kept = PostgresKeyStore(request.getfixturevalue("dsn"))
    yield kept
    kept.close()


@pytest.fixture
def vault(store: VaultStore) -> Vault:
    return Vault(store, MASTER)


def read(vault: Vault, child: str = "c-1", ledger: str = "wlz") -> Identity | None:
    found = vault.get(ledger, child, actor="the-custodian", purpose="call_home")
    return None if found is None else found.identity


def test_an_identity_reads_as_it_was_put(vault: Vault) -> None:
    assert read(vault) is None
    assert vault.standing("wlz", "c-1") == "none"
    first = vault.put("wlz", "c-1", ADA)
    assert first.first is True
    assert read(vault) == ADA
    assert vault.standing("wlz", "c-1") == "kept"
    second = vault.put("wlz", "c-1", BEA)
    assert (second.first, second.changed_at > first.changed_at) == (False, True)
    assert read(vault) == BEA


def test_an_identity_is_of_one_child_in_one_ledger(vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    assert read(vault, "c-2") is None
    assert read(vault, "c-1", "another") is None
    vault.put("another", "c-1", BEA)
    assert (read(vault), read(vault, "c-1", "another")) == (ADA, BEA)


def test_every_read_is_noted_with_who_and_what_for(vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=5)
    vault.get("wlz", "c-1", actor="one", purpose="call_home")
    vault.get("wlz", "c-1", actor="two", purpose="subject_access")
    noted = vault.reads("wlz", "c-1", limit=10)
    assert [(found.actor, found.purpose) for found in noted] == [
        ("one", "call_home"),
        ("two", "subject_access"),
    ]
    assert all(found.read_at >= began for found in noted)
    [rest] = vault.reads("wlz", "c-1", after=noted[0].number, limit=10)
    assert rest == noted[1]
    assert vault.reads("wlz", "c-1", limit=1) == [noted[0]]
    assert list(vault.reads("another", "c-1", limit=10)) == []


def test_nothing_is_noted_where_nothing_is_read(vault: Vault) -> None:
    assert read(vault) is None
    assert list(vault.reads("wlz", "c-1", limit=10)) == []


def test_a_read_is_noted_although_its_answer_fails(store: VaultStore, vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    store.keep_identity("wlz", "c-1", encrypt(new_key(), b"{}", b"elsewhere"))
    with pytest.raises(SealBroken):
        read(vault)
    assert len(vault.reads("wlz", "c-1", limit=10)) == 1


def test_a_line_of_the_log_says_who_read_and_nothing_of_the_child(vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    with capture_logs() as lines:
        read(vault)
    [line] = [line for line in lines if line["event"] == "identity_read"]
    assert (line["actor"], line["purpose"]) == ("the-custodian", "call_home")
    assert set(line) == {"event", "log_level", "ledger", "actor", "purpose"}


def test_with_its_key_an_identity_goes_and_no_other_comes(store: VaultStore, vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    read(vault)
    store.destroy("wlz", "c-1", ("identity",))
    assert store.find_identity("wlz", "c-1") is None
    assert read(vault) is None
    assert vault.standing("wlz", "c-1") == "erased"
    with pytest.raises(IdentityErased):
        vault.put("wlz", "c-1", ADA)
    assert store.find_identity("wlz", "c-1") is None
    assert len(vault.reads("wlz", "c-1", limit=10)) == 1, "who had read it stays written down"


def test_a_child_erased_before_it_had_an_identity_takes_none(
    store: VaultStore, vault: Vault
) -> None:
    store.destroy("wlz", "c-1", ("values", "identity"))
    with pytest.raises(IdentityErased):
        vault.put("wlz", "c-1", ADA)


def test_the_key_for_values_is_another_and_may_go_alone(store: VaultStore, vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    store.destroy("wlz", "c-1", ("values",))
    assert read(vault) == ADA


def test_an_identity_can_be_dropped_once(vault: Vault) -> None:
    assert vault.drop("wlz", "c-1") is False
    vault.put("wlz", "c-1", ADA)
    assert vault.drop("wlz", "c-1") is True
    assert vault.drop("wlz", "c-1") is False
    assert vault.standing("wlz", "c-1") == "erased"
    with pytest.raises(IdentityErased):
        vault.put("wlz", "c-1", ADA)


def test_a_store_keeps_no_identity_without_a_living_key(store: VaultStore) -> None:
    assert store.keep_identity("wlz", "c-1", b"sealed") is None
    store.destroy("wlz", "c-1", ("identity",))
    assert store.keep_identity("wlz", "c-1", b"sealed") is None
    assert store.find_identity("wlz", "c-1") is None


def test_the_hash_key_of_a_child_goes_with_its_identity(vault: Vault) -> None:
    assert vault.content_key("wlz", "c-1", make=False) is None
    key = vault.content_key("wlz", "c-1", make=True)
    assert key is not None
    vault.put("wlz", "c-1", ADA)
    assert vault.content_key("wlz", "c-1", make=False) == key
    assert vault.content_key("wlz", "c-2", make=True) != key
    vault.drop("wlz", "c-1")
    assert vault.content_key("wlz", "c-1", make=True) is None


def test_two_vaults_that_make_the_key_at_once_agree_on_one(store: VaultStore) -> None:
    made: list[bytes | None] = []
    starting = threading.Barrier(6)

    def make() -> None:
        vault = Vault(store, MASTER)
        starting.wait()
        made.append(vault.content_key("wlz", "c-1", make=True))

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1


def test_no_identity_survives_a_race_with_its_erasure(dsn: str) -> None:
    store = PostgresKeyStore(dsn)
    vault = Vault(store, MASTER)
    for number in range(12):
        child = f"c-{number}"
        vault.put("wlz", child, ADA)
        starting = threading.Barrier(2)

        def put(child: str = child, starting: threading.Barrier = starting) -> None:
            starting.wait()
            try:
                for _ in range(5):
                    vault.put("wlz", child, BEA)
            except IdentityErased:
                return

        thread = threading.Thread(target=put)
        thread.start()
        starting.wait()
        store.destroy("wlz", child, ("identity",))
        thread.join()
        assert store.find_identity("wlz", child) is None
    store.close()


def test_an_identity_cannot_be_moved_to_another_child(store: VaultStore, vault: Vault) -> None:
    vault.put("wlz", "c-1", ADA)
    vault.put("wlz", "c-2", BEA)
    moved = store.find_identity("wlz", "c-1")
    assert moved is not None
    store.keep_identity("wlz", "c-2", moved.sealed)
    with pytest.raises(SealBroken):
        read(vault, "c-2")
    key = MASTER.unwrap(
        store.find("wlz", "identity")["c-1"], context_of(KeyPlace("wlz", "c-1", "identity"))
    )
    assert open_identity(key, moved.sealed, ledger="wlz", child="c-1") == ADA
    with pytest.raises(SealBroken):
        open_identity(key, moved.sealed, ledger="another", child="c-1")


def test_the_length_of_a_seal_tells_nothing_of_an_identity() -> None:
    key = new_key()
    long = Identity(name="n" * 200, contacts=(Contact("k", "v" * 200),) * 10)
    lengths = {len(seal_identity(key, one, ledger="wlz", child="c-1")) for one in (ADA, BEA, long)}
    assert lengths == {NONCE_BYTES + WIDTH + TAG_BYTES}


def test_an_identity_shows_no_content_by_itself() -> None:
    assert "Marked" not in f"{ADA} {ADA!r} {ADA.contacts}"
    assert "7946" not in repr(ADA.contacts[0])


@pytest.mark.parametrize(
    "wrong",
    [
        b'{"name":""}',
        b'{"name":"a\\u0000b"}',
        b'{"name":"a\\nb"}',
        b'{"name":"a","nickname":"b"}',
        b'{"name":"a","date_of_birth":"1899-12-31"}',
        b'{"name":"a","date_of_birth":"9 March"}',
        b'{"name":"a","contacts":[{"kind":"Mother","value":"1"}]}',
        b'{"name":"a","contacts":[{"kind":"mother","value":"1","note":"b"}]}',
        b'{"date_of_birth":"2011-03-09"}',
        b'{"name":"%b"}' % (b"a" * 201),
        b'{"name":"a","contacts":[%b]}' % b",".join([b'{"kind":"k","value":"v"}'] * 11),
    ],
)
def test_an_identity_has_four_fields_and_narrow_limits(wrong: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(wrong, type=Identity)


def test_a_dump_of_the_keys_database_says_nothing_of_a_child(dsn: str) -> None:
    store = PostgresKeyStore(dsn)
    vault = Vault(store, MASTER)
    vault.put("wlz", "c-1", ADA)
    read(vault)
    store.close()
    with psycopg.connect(dsn) as connection:
        tables = ("data_keys", "identities", "identity_reads")
        rows = [
            row
            for table in tables
            for row in connection.execute(f"select * from child_keys.{table}")  # noqa: S608
        ]
    assert len(rows) == 3
    dumped = b"\n".join(
        bytes(cell) if isinstance(cell, bytes) else str(cell).encode()
        for row in rows
        for cell in row
    )
    for marked in (b"Ada", b"Marked", b"2011", b"marked-number-77", b"7946", b"mother"):
        assert marked not in dumped


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE child_keys.identity_reads SET actor = 'nobody'",
        "DELETE FROM child_keys.identity_reads",
        "TRUNCATE child_keys.identity_reads",
    ],
)
def test_who_read_an_identity_cannot_be_taken_back(dsn: str, change: str) -> None:
    store = PostgresKeyStore(dsn)
    vault = Vault(store, MASTER)
    vault.put("wlz", "c-1", ADA)
    read(vault)
    with (
        psycopg.connect(dsn, autocommit=True) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(change)
    assert len(vault.reads("wlz", "c-1", limit=10)) == 1
    store.close()
