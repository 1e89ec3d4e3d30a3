"""`close`, `reopen` and `show periods` against a small service."""

import json

import pytest

from api.service import Service
from tests.api.desk import ADMIN_SECRET, MASTER, House, served

YEAR = ("--from", "2021-09-01", "--to", "2022-08-31")


@pytest.fixture
def asked(dsn, type_in, tmp_path):
    """Type a command to a ledger with one child, with a key of some roles."""
    service = Service(dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER)
    with service, served(service) as url:
        house = House(service, url)
        desk = house.open_ledger().with_child()
        keys = {role: house.key([role]) for role in ("finance", "approver", "auditor")}
        keys["both"] = house.key(["finance", "approver"])

        def typed(who, *words):
            place = ("--url", url, "--key", keys[who], "--ledger", desk.ledger)
            return type_in(*words, *place, folder=tmp_path)

        yield typed
        house.close()


def test_a_year_is_closed_made_hard_and_reopened(asked):
    told = asked("finance", "close", *YEAR, "--contract", "lcf")
    assert (told.code, told.err) == (0, "")
    assert "closed soft up to 2022-08-31, 5 accounts; closing 13" in told.out
    answer = json.loads(
        asked("finance", "close", *YEAR, "--contract", "lcf", "--hard", "--json").out
    )
    assert answer["results"][0]["event"]["data"]["hardness"] == "hard"
    told = asked("approver", "reopen", *YEAR, "--contract", "lcf", "--reason", "wrong_rate")
    assert "recorded: period.reopened at version 15" in told.out
    shown = asked("auditor", "show", "periods").out
    rows = [line.split() for line in shown.splitlines() if "2022-08-31" in line]
    assert [(row[0], row[1], row[4], row[5]) for row in rows] == [
        ("14", "lcf", "hard", "reopened"),
        ("13", "lcf", "soft", "reopened"),
    ]


def test_whoever_closed_the_ledger_hears_in_one_line_that_somebody_else_reopens_it(asked):
    assert asked("both", "close", *YEAR).code == 0
    told = asked("both", "reopen", *YEAR, "--reason", "wrong_rate")
    assert told.code == 1
    assert told.err.startswith("outcomes-ledger: closer_cannot_reopen: ")
    assert told.err.count("\n") == 1
    told = asked("both", "close", *YEAR)
    assert told.code == 1
    assert told.err.count("only a soft closing can be made hard") == 1
    assert told.err.rstrip().endswith("; at /data/from")
    assert asked("approver", "reopen", *YEAR, "--reason", "wrong_rate").code == 0


def test_a_reopening_without_a_reason_is_written_wrongly(asked):
    assert asked("approver", "reopen", *YEAR).code == 2
