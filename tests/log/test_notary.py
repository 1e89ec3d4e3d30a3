"""The notary: signs what begins with what it signed before, under keys that come and go."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg_pool import ConnectionPool

from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import PLAIN
from ledger.log.ports import Head
from ledger.log.postgres import PostgresLog
from ledger.log.signing.faults import (
    LogRewritten,
    SigningKeyMissing,
    SigningKeyRetired,
    SigningKeyUnreadable,
)
from ledger.log.signing.kept import KeptCheckpoints
from ledger.log.signing.keys import make_signing_file, read_signers, signers_in
from ledger.log.signing.notary import Notary
from ledger.log.signing.signer import Signer
from ledger.log.tree import Frontier, leaf_hash
from tests.log.test_log import WLZ, commit_on

OLD, NEW, THIRD = (Signer(bytes([number]) * 32) for number in (1, 2, 3))
TABLES = (
    "origins",
    "verifier_keys",
    "retired_verifier_keys",
    "checkpoints",
    "checkpoint_signatures",
    "time_stamps",
)


@pytest.fixture
def kept(dsn: str) -> Iterator[KeptCheckpoints]:
    with ConnectionPool(dsn, min_size=1, open=True) as pool:
        yield KeptCheckpoints(pool)


@pytest.fixture
def ledger(postgres_log: PostgresLog) -> PostgresLog:
    postgres_log.create(WLZ)
    append(postgres_log, b"one", b"two", b"three")
    return postgres_log


def append(log: PostgresLog, *states: bytes) -> Head:
    commit = commit_on(log.head("wlz"), *states)
    log.append("wlz", commit)
    return commit.after()


def notary(log: PostgresLog, kept: KeptCheckpoints, *signers: Signer) -> Notary:
    made = Notary(log, kept, signers, "ledger.example")
    made.open()
    return made


def test_a_checkpoint_is_made_once_where_the_ledger_stands(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    signing = notary(ledger, kept, OLD)
    first = signing.checkpoint("wlz")
    assert signing.checkpoint("wlz") == first
    checkpoint, _ = open_checkpoint(str(first), OLD.key("ledger.example/wlz"))
    head = ledger.head("wlz")
    assert checkpoint == Checkpoint("ledger.example/wlz", head.version, head.root)
    assert [found.size for found in kept.after("wlz", 0, 9)] == [3]
    append(ledger, b"four")
    assert kept.behind() == ["wlz"]
    signing.checkpoint("wlz")
    assert kept.behind() == []
    assert [found.size for found in kept.after("wlz", 0, 9)] == [3, 4]
    covering = signing.covering("wlz", 2)
    assert covering == first
    assert Checkpoint.from_text(signing.holding("wlz", 2).text).size == 4


def test_two_notaries_at_once_keep_one_checkpoint(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    one, two = notary(ledger, kept, OLD), notary(ledger, kept, OLD)
    assert one.checkpoint("wlz") == two.checkpoint("wlz")
    made = Checkpoint(one.origin("wlz"), 3, ledger.head("wlz").root)
    assert kept.keep("wlz", made, ()) is False


def forged(dsn: str, change: str, *values: object) -> None:
    """Change what the triggers guard, as somebody who owns the database can."""
    with psycopg.connect(dsn) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(change, values)


def test_a_log_that_was_rewritten_is_not_signed_again(
    ledger: PostgresLog, kept: KeptCheckpoints, dsn: str
) -> None:
    signing = notary(ledger, kept, OLD)
    signing.checkpoint("wlz")
    leaves = [leaf_hash(state) for state in (b"one", b"TWO", b"three", b"four")]
    other = Frontier().extend(leaves)
    append(ledger, b"four")
    for version, leaf in enumerate(leaves, 1):
        forged(dsn, "UPDATE ledger.events SET leaf_hash = %s WHERE originator_version = %s",
               leaf, version)  # fmt: skip
    forged(dsn, "UPDATE ledger.heads SET root = %s, frontier = %s", other.root(), other.to_bytes())
    for ask in (
        lambda: signing.checkpoint("wlz"),
        lambda: signing.at_size("wlz", 2),
        lambda: signing.covering("wlz", 4),
    ):
        with pytest.raises(LogRewritten):
            ask()
    assert [found.size for found in kept.after("wlz", 0, 9)] == [3]


def test_a_log_that_was_cut_off_is_not_signed_again(
    ledger: PostgresLog, kept: KeptCheckpoints, dsn: str
) -> None:
    signing = notary(ledger, kept, OLD)
    signing.checkpoint("wlz")
    cut = Frontier().extend([leaf_hash(b"one"), leaf_hash(b"two")])
    forged(dsn, "DELETE FROM ledger.events WHERE originator_version = 3")
    forged(dsn, "UPDATE ledger.heads SET version = 2, root = %s, frontier = %s",
           cut.root(), cut.to_bytes())  # fmt: skip
    with pytest.raises(LogRewritten):
        signing.checkpoint("wlz")


def test_another_root_at_the_size_of_the_last_checkpoint_is_not_passed_over(
    ledger: PostgresLog, kept: KeptCheckpoints, dsn: str
) -> None:
    signing = notary(ledger, kept, OLD)
    signing.checkpoint("wlz")
    forged(dsn, "UPDATE ledger.heads SET root = %s", bytes(32))
    with pytest.raises(LogRewritten):
        signing.checkpoint("wlz")


def test_while_keys_change_a_checkpoint_is_signed_with_both(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    name = "ledger.example/wlz"
    first = notary(ledger, kept, OLD).checkpoint("wlz")
    append(ledger, b"four")
    both = notary(ledger, kept, NEW, OLD).checkpoint("wlz")
    append(ledger, b"five")
    last = notary(ledger, kept, NEW).checkpoint("wlz")
    assert kept.retire_key("wlz", OLD.key(name), "the-admin")
    assert first.verified([OLD.key(name)])
    assert both.verified([OLD.key(name), NEW.key(name)]) == (NEW.key(name), OLD.key(name))
    assert last.verified([OLD.key(name), NEW.key(name)]) == (NEW.key(name),)
    known = kept.keys("wlz", PLAIN)
    assert [(found.key.public_key, found.in_use) for found in known] == [
        (OLD.public_key, False),
        (NEW.public_key, True),
    ]
    assert (known[0].to_version, known[1].from_version) == (5, 4)
    assert kept.log_keys() == {NEW.public_key}


def test_a_key_that_was_given_up_signs_nothing_more(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    before = notary(ledger, kept, OLD)
    before.checkpoint("wlz")
    kept.retire_key("wlz", OLD.key(before.origin("wlz")), "the-admin")
    with pytest.raises(SigningKeyRetired):
        notary(ledger, kept, OLD)
    with pytest.raises(SigningKeyRetired):
        notary(ledger, kept, THIRD, OLD)
    append(ledger, b"four")
    head = ledger.head("wlz")
    with pytest.raises(SigningKeyRetired):
        before.at_size("wlz", 2)
    assert before.seal("wlz", before.origin("wlz"), head.version, head.root) is None
    with pytest.raises(SigningKeyRetired):
        before.checkpoint("wlz")


def test_nothing_is_sealed_any_more_once_a_round_saw_that_the_key_was_given_up(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    before = notary(ledger, kept, OLD)
    origin, head = before.origin("wlz"), ledger.head("wlz")
    before.look_again("wlz")
    assert before.seal("wlz", origin, head.version, head.root)
    kept.retire_key("wlz", OLD.key(origin), "the-admin")
    with pytest.raises(SigningKeyRetired):
        before.look_again("wlz")
    assert before.seal("wlz", origin, head.version, head.root) is None


def test_services_with_keys_of_their_own_sign_beside_one_another(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    name = "ledger.example/wlz"
    one = notary(ledger, kept, OLD)
    first = one.checkpoint("wlz")
    append(ledger, b"four")
    second = notary(ledger, kept, NEW).checkpoint("wlz")
    append(ledger, b"five")
    third = one.checkpoint("wlz")
    keys = [found.key for found in kept.keys("wlz", PLAIN) if found.in_use]
    assert keys == [OLD.key(name), NEW.key(name)]
    assert [note.verified(keys) for note in (first, second, third)] == [
        (keys[0],),
        (keys[1],),
        (keys[0],),
    ]


def test_without_a_key_nothing_is_signed_and_what_was_signed_is_read(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    silent = notary(ledger, kept)
    with pytest.raises(SigningKeyMissing):
        silent.checkpoint("wlz")
    signed = notary(ledger, kept, OLD).checkpoint("wlz")
    assert notary(ledger, kept).checkpoint("wlz") == signed
    append(ledger, b"four")
    with pytest.raises(SigningKeyMissing):
        silent.checkpoint("wlz")


def test_a_seal_is_signed_once_for_all_answers_of_a_commit(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    signing = notary(ledger, kept, OLD)
    origin, head = signing.origin("wlz"), ledger.head("wlz")
    seal = signing.seal("wlz", origin, head.version, head.root)
    assert signing.seal("wlz", origin, head.version, head.root) is seal
    assert str(signing.checkpoint("wlz")) == seal
    assert signing.seal("wlz", origin, 2, bytes(32)) != seal


def test_the_first_name_of_a_log_stays(ledger: PostgresLog, kept: KeptCheckpoints) -> None:
    assert notary(ledger, kept, OLD).origin("wlz") == "ledger.example/wlz"
    renamed = Notary(ledger, kept, (OLD,), "another.example")
    assert renamed.origin("wlz") == "ledger.example/wlz"
    unnamed = Notary(ledger, kept, (OLD,))
    assert unnamed.origin("wlz") == "ledger.example/wlz"


def test_a_log_without_a_given_name_is_named_after_its_first_key(
    ledger: PostgresLog, kept: KeptCheckpoints
) -> None:
    origin = Notary(ledger, kept, (OLD,)).origin("wlz")
    assert origin == f"outcomes-ledger/{OLD.public_key.hex()[:16]}/wlz"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {0} SET ledger = ledger", "DELETE FROM {0}"])
def test_what_was_signed_stays(
    ledger: PostgresLog, kept: KeptCheckpoints, dsn: str, table: str, change: str
) -> None:
    notary(ledger, kept, OLD).checkpoint("wlz")
    statement = sql.SQL(change).format(sql.Identifier("ledger", table))
    with (
        psycopg.connect(dsn) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(statement)
    with kept.adding() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_file_of_signing_keys_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    [made] = make_signing_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.public_key for found in read_signers(path)] == [made.public_key]


@pytest.mark.parametrize("text", ["", "not base64", "AAAA", "A" * 44])
def test_what_is_no_signing_key_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SigningKeyUnreadable):
        signers_in(text)
    path = tmp_path / "signing.key"
    path.write_text(text)
    with pytest.raises(SigningKeyUnreadable):
        read_signers(path)
    with pytest.raises(SigningKeyUnreadable):
        read_signers(tmp_path / "absent.key")
