"""Verify, rebuild, and a ledger that is taken away and read back with the same roots."""

import hashlib
import json
import shutil
import stat

import psycopg
import pytest

from api.service import PARTS, Service
from ledger.log.embedded import start
from ledger.log.migrations import migrate, pending
from ledger.log.ports import LedgerTerms
from ledger.log.postgres import PostgresLog
from ledger.log.tree import Frontier, leaf_hash
from tests.api.desk import ADMIN_SECRET, House, fact, served
from tests.api.settling import delivered
from tests.conftest import temporary_folder


@pytest.fixture(scope="module")
def original():
    """The folder of a ledger with a child and its scores, whose service has ended."""
    with temporary_folder() as folder:
        with (
            Service(data_dir=folder / ".data", admin_key=ADMIN_SECRET, projecting=False) as service,
            served(service) as url,
        ):
            house = House(service, url)
            desk = house.open_ledger("wlz").with_child()
            desk.appended("recorder", [fact("measurement.recorded"), *delivered(1, 3)])
            assert desk.read("/children/c-0001")["areas"]
            house.close()
        yield folder


@pytest.fixture(scope="module")
def copy(original, type_in, tmp_path_factory):
    """The ledger as a file, and the folder that it was read back into."""
    folder = tmp_path_factory.mktemp("copy")
    written = (str(folder / "wlz.ndjson"), "--keys", str(folder / "wlz.keys"))
    told = type_in("export", *written, folder=original)
    assert told.code == 0, told.err
    (folder / ".data").mkdir()
    shutil.copy(original / ".data" / "master.key", folder / ".data" / "master.key")
    told = type_in("import", "wlz.ndjson", "--keys", "wlz.keys", folder=folder)
    assert told.code == 0, told.err
    return folder


def test_what_is_read_back_is_the_same_byte_for_byte(copy, type_in):
    again = type_in("export", folder=copy)
    assert again.code == 0, again.err
    before = (copy / "wlz.ndjson").read_bytes()
    assert hashlib.sha256(again.out.encode()).digest() == hashlib.sha256(before).digest()


def test_a_copy_says_as_json_what_it_is(copy, type_in):
    told = type_in("export", "again.ndjson", "--json", folder=copy)
    *_, last = (copy / "again.ndjson").read_text(encoding="utf-8").splitlines()
    end = json.loads(last)
    said = {"ledger": "wlz", "version": end["version"], "root": end["root"]}
    assert json.loads(told.out) == {**said, "file": "again.ndjson"}


def test_a_copy_is_read_by_its_owner_only(copy):
    """It holds children's records, and the secret that ids are hashed with."""
    for name in ("wlz.ndjson", "wlz.keys"):
        assert stat.S_IMODE((copy / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("option", ["--keys", "--checkpoints"])
def test_a_copy_is_not_written_over_what_goes_with_it(copy, type_in, option):
    told = type_in("export", "both", option, "./both", folder=copy)
    assert told.code == 2
    assert "both is named twice; the log, keys and checkpoints take a file each" in told.err
    assert not (copy / "both").exists()


def test_a_copy_without_its_keys_can_be_verified_but_not_re_performed(copy, type_in, tmp_path):
    told = type_in("import", str(copy / "wlz.ndjson"), folder=tmp_path)
    assert told.code == 0, told.err
    verified = type_in("verify", folder=tmp_path)
    assert verified.code == 0, verified.out
    assert "is whole" not in verified.out
    assert "children cannot be re-performed: sealed, no key" in verified.out
    assert "Nothing wrong was found" in verified.out


def test_keys_of_another_ledger_are_refused(copy, type_in, tmp_path):
    (tmp_path / "other.keys").write_text('{"keys":1,"ledger":"elsewhere"}\n')
    told = type_in("import", str(copy / "wlz.ndjson"), "--keys", "other.keys", folder=tmp_path)
    assert told.code == 1
    assert "these are not keys of `wlz`" in told.err


def test_the_lines_of_a_copy_are_the_leaves_of_its_root(copy):
    lines = (copy / "wlz.ndjson").read_bytes().splitlines()
    stated = json.loads(lines[-1])
    leaves = [leaf_hash(line) for line in lines[1:-1] if not line.startswith(b'{"type":"commit"')]
    assert len(leaves) == stated["version"]
    assert Frontier().extend(leaves).root().hex() == stated["root"]


def test_an_import_that_is_done_again_changes_nothing(copy, type_in):
    told = type_in("import", "wlz.ndjson", folder=copy)
    stated = json.loads((copy / "wlz.ndjson").read_bytes().splitlines()[-1])
    assert told.code == 0, told.err
    assert stated["root"] in told.out


def test_a_rebuilt_copy_is_whole(copy, type_in):
    rebuilt = type_in("rebuild", folder=copy)
    assert (rebuilt.code, rebuilt.err) == (0, "")
    verified = type_in("verify", folder=copy)
    assert verified.code == 0, verified.out
    assert "`wlz` is whole up to version" in verified.out


def test_a_row_that_was_changed_behind_our_back_is_a_finding(copy, type_in, tmp_path):
    shutil.copy(copy / "wlz.ndjson", tmp_path)
    type_in("import", "wlz.ndjson", folder=tmp_path)
    server = start(tmp_path / ".data")
    try:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("alter table ledger.events disable trigger all")
            connection.execute(
                "update ledger.events set leaf_hash = sha256('x') where originator_version = 7"
            )
        told = type_in("verify", folder=tmp_path)
    finally:
        server.stop()
    assert told.code == 1
    assert "findings in `wlz`" in told.err


LOOKING = (("verify",), ("export",), ("rebuild",))


@pytest.fixture
def bare(tmp_path):
    """A server in the data folder that nothing was ever put into."""
    server = start(tmp_path / ".data")
    yield server
    server.stop()


@pytest.mark.parametrize("words", LOOKING)
def test_a_folder_without_a_database_stays_as_it_is(type_in, tmp_path, words):
    told = type_in(*words, folder=tmp_path)
    assert (told.code, told.out) == (1, "")
    assert "there is no ledger in .data" in told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", LOOKING)
def test_an_empty_database_stays_empty(bare, type_in, tmp_path, words):
    told = type_in(*words, folder=tmp_path)
    assert (told.code, told.out) == (1, "")
    assert told.err.splitlines() == [
        "outcomes-ledger: there is no ledger in the database: it is empty"
    ]
    with psycopg.connect(bare.dsn) as connection:
        assert connection.execute("select to_regnamespace('ledger')").fetchone() == (None,)
    assert not (tmp_path / ".data" / "admin.key").exists()


@pytest.mark.parametrize("words", LOOKING)
def test_an_older_database_is_not_migrated_by_who_looks_at_it(bare, type_in, tmp_path, words):
    migrate(bare.dsn)
    told = type_in(*words, folder=tmp_path)
    assert (told.code, told.out) == (1, "")
    [line] = told.err.splitlines()
    assert "lacks migrations, which `serve` applies: projections/0001_" in line
    assert pending(bare.dsn, PARTS) != ()


def test_who_looks_makes_no_key(bare, type_in, tmp_path):
    migrate(bare.dsn, PARTS)
    terms = LedgerTerms("wlz", "A ledger", "GBP", "Europe/London")
    log = PostgresLog(bare.dsn)
    log.create(terms)
    log.close()
    for words in (("export", "wlz.ndjson"), ("verify",)):
        assert type_in(*words, folder=tmp_path).code == 0
    with psycopg.connect(bare.dsn) as connection:
        assert connection.execute("select count(*) from api.keys").fetchone() == (0,)
    assert not (tmp_path / ".data" / "admin.key").exists()
