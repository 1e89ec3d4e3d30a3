"""`audit reperform` beside a service that is running: agrees, in words and as JSON.

And on a log whose children were erased: what cannot be decided again any more is said.
"""

import json
import sys
from contextlib import closing
from random import Random

import pytest
import structlog

from api.cli import main
from ledger.log.ports import LedgerTerms
from ledger.log.postgres import PostgresLog
from ledger.log.sealing.postgres import PostgresKeyStore
from tests.cli.conftest import Told
from tests.projections.history import History
from tests.properties.erasures import LEDGER, MASTER_KEYS, Sealed, forgetful

ERASED_WITH_DECISIONS = 1
"""A seed of a history in which a decision is about a child after its values are gone."""


def test_a_span_of_one_contract_is_decided_again(demonstration, type_in):
    words = ("audit", "reperform", "--from", "700", "--to", "1200", "--contract", "lcf")
    told = type_in(*words, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert "from version 700 to 1,200 by the rules as they were" in told.out
    assert "Every decision agrees." in told.out


def test_what_came_of_it_is_said_as_json(demonstration, type_in):
    words = ("audit", "reperform", "--to", "1200", "--rules", "latest", "--json")
    told = type_in(*words, folder=demonstration.folder)
    assert told.code == 0, told.err
    said = json.loads(told.out)
    assert said["facts"] + said["decisions"] >= 1_200
    del said["facts"], said["decisions"], said["version"]
    assert said == {
        "ledger": "wlz",
        "from": 1,
        "to": 1_200,
        "contract": None,
        "rules": 2,
        "outcome": "agrees",
        "counted": {},
        "following": {},
        "differences": [],
        "findings": [],
        "unchecked": [],
    }


@pytest.mark.parametrize(
    "words, code, line",
    [
        (("--rules", "9"), 2, "--rules is as-they-were, latest, or a version from 1 to 2"),
        (("--rules", "new"), 2, "--rules is as-they-were, latest, or a version from 1 to 2"),
        (("--from", "9", "--to", "8"), 2, "--from and --to lie in them"),
        (("--to", "99999999"), 2, "--from and --to lie in them"),
        (("--ledger", "none"), 1, "there is no ledger `none`"),
        (("--contract", "none"), 1, "`wlz` has no contract `none`"),
    ],
)
def test_what_cannot_be_performed_is_said_in_a_line(demonstration, type_in, words, code, line):
    told = type_in("audit", "reperform", *words, folder=demonstration.folder)
    assert (told.code, told.out) == (code, "")
    assert line in told.err
    assert told.err.count("\n") == 1


@pytest.fixture
def on_a_ledger(dsn, tmp_path, monkeypatch, capsys):
    """Type `audit reperform` on the ledger of a database, within this process."""
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setenv("OUTCOMES_LEDGER_MASTER_KEY", MASTER_KEYS)
    monkeypatch.chdir(tmp_path)

    def typed(*words):
        capsys.readouterr()
        command = ["outcomes-ledger", "audit", "reperform", "--ledger", LEDGER, *words]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    yield typed
    structlog.reset_defaults()


@pytest.fixture
def on_forgotten(dsn, on_a_ledger):
    """Two children were erased."""
    history = History(LEDGER)
    with closing(PostgresKeyStore(dsn)) as keys:
        history.events = Sealed(forgetful(Random(ERASED_WITH_DECISIONS)).events, keys).events
    history.store(dsn)
    return on_a_ledger


def test_a_ledger_without_events_has_nothing_to_perform_again(dsn, on_a_ledger):
    with closing(PostgresLog(dsn)) as log:
        log.create(LedgerTerms(LEDGER, "New", "GBP", "Europe/London"))
    told = on_a_ledger()
    assert (told.code, told.out) == (1, "")
    assert f"`{LEDGER}` has no event: there is nothing to perform again" in told.err


def test_decisions_about_an_erased_child_are_counted_as_not_performed_and_the_code_is_3(
    on_forgotten,
):
    told = on_forgotten()
    assert (told.code, told.err) == (3, "")
    assert "Every decision agrees." not in told.out
    assert "Not done again: 2 children cannot be re-performed: erased" in told.out
    told = on_forgotten("--json")
    assert told.code == 3
    said = json.loads(told.out)
    assert (said["outcome"], said["counted"], said["findings"]) == ("not_all_performed", {}, [])
    whom, what = said["unchecked"]
    assert whom == "2 children cannot be re-performed: erased"
    assert what.endswith("4 facts accepted again, 1 decisions performed again")
