"""`audit reperform` beside a service that is running: agrees, in words and as JSON."""

import json

import pytest


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
    "words, line",
    [
        (("--rules", "9"), "--rules is as-they-were, latest, or a version from 1 to 2"),
        (("--rules", "new"), "--rules is as-they-were, latest, or a version from 1 to 2"),
        (("--from", "9", "--to", "8"), "--from and --to lie in them"),
        (("--to", "99999999"), "--from and --to lie in them"),
        (("--ledger", "none"), "there is no ledger `none`"),
        (("--contract", "none"), "`wlz` has no contract `none`"),
    ],
)
def test_what_cannot_be_performed_is_said_in_a_line(demonstration, type_in, words, line):
    told = type_in("audit", "reperform", *words, folder=demonstration.folder)
    assert (told.code > 0, told.out) == (True, "")
    assert line in told.err
    assert told.err.count("\n") == 1
