"""`snapshot`: taken while the service runs, once a version, and never without the master key."""

import json
import shutil


def test_a_snapshot_is_taken_beside_the_service_and_once(demonstration, type_in):
    told = type_in("snapshot", "--json", folder=demonstration.folder)
    assert told.code == 0, told.err
    first = json.loads(told.out)
    assert first["ledger"] == "wlz"
    assert first["bytes"] > 1_000_000
    again = type_in("snapshot", folder=demonstration.folder)
    assert again.code == 0, again.err
    assert again.out == f"`wlz` has a snapshot at version {first['version']:,} already.\n"
    anew = type_in("snapshot", "--anew", "--json", folder=demonstration.folder)
    assert json.loads(anew.out) == {**first, "bytes": None}


def test_a_snapshot_of_a_ledger_that_is_not_there_is_refused(demonstration, type_in):
    told = type_in("snapshot", "--ledger", "other", folder=demonstration.folder)
    assert told.code == 1
    assert "there is no ledger `other`" in told.err


def test_without_the_master_key_no_snapshot_is_taken(demonstration, type_in):
    path = demonstration.folder / ".data" / "master.key"
    aside = path.with_name("aside.key")
    shutil.move(path, aside)
    try:
        told = type_in("snapshot", folder=demonstration.folder)
    finally:
        shutil.move(aside, path)
    assert told.code == 1
    assert "no snapshot was taken: there is no master key" in told.err
