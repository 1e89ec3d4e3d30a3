"""A fault shows where two values differ, and never the whole of two long lists."""

import json

import pytest

from projections.bundle.checker.apart import SHOWN_MAX, apart
from projections.bundle.checker.claims_again import ClaimsAgain
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.main import said_for_a_person, said_for_a_program

LINES = list(range(1_000, 6_000))


@pytest.mark.parametrize(
    ("again", "stored", "told"),
    [
        (7, 8, "it 8 is stored, the rules say 7"),
        ("a", None, "it None is stored, the rules say a"),
        (LINES, [*LINES[:2], 9, *LINES[3:]], "it 3 of 5,000: 9 is stored, the rules say 1002"),
        (
            LINES, LINES[1:],
            "it 1 of 4,999 stored and 5,000 by the rules: 1001 is stored, the rules say 1000",
        ),
        (
            LINES[:2], LINES[:3],
            "it 3 of 3 stored and 2 by the rules: 1002 is stored, the rules say nothing",
        ),
        ([], [5], "it 1 of 1 stored and 0 by the rules: 5 is stored, the rules say nothing"),
        (
            [{"funder": "a", "parts": [1, 2]}], [{"funder": "a", "parts": [1, 3]}],
            "it 1 of 1: parts 2 of 2: 3 is stored, the rules say 2",
        ),
        ([("a", 1)], [("a", 2)], "it 1 of 1: ('a', 2) is stored, the rules say ('a', 1)"),
        ({"a": 1}, {"b": 1}, "it {'b': 1} is stored, the rules say {'a': 1}"),
        ([float("nan")], [float("nan")], "it 1 of 1: nan is stored, the rules say nan"),
    ],
)  # fmt: skip
def test_the_first_place_at_which_values_differ_is_shown(again, stored, told):
    assert apart("it", again, stored) == told


def test_a_long_value_is_shown_by_its_beginning():
    told = apart("it", "x" * 5_000, LINES)
    assert f"{'x' * SHOWN_MAX}... (5,000 characters)" in told
    assert "[1000, 1001, " in told
    assert "characters) is stored" in told
    assert len(told) < 2 * SHOWN_MAX + 100


def collected(version, lines):
    said = {"contract": "c", "claim": "q1", "lines": lines, "adjustments": [], "amount_minor": 0}
    said |= {"funded_minor": 0, "unfunded_minor": 0, "funders": [], "upto": "2024-01-31"}
    return {
        "type": "claim.collected", "version": version, "effective_on": "2024-01-31",
        "causes": [version - 1], "data": {**said, "known_at": 1, "rule_version": 1},
    }  # fmt: skip


def test_a_claim_with_other_lines_is_a_short_fault_at_its_place():
    findings = Findings()
    claims = ClaimsAgain(findings)
    draft = {"contract": "c", "claim": "q1", "upto": "2024-01-31", "known_at": 1}
    about = {"version": 5, "effective_on": "2024-01-31", "causes": []}
    claims.follow({"type": "claim.drafted", "data": draft, **about})
    claims.follow(collected(6, LINES))
    [fault] = findings.faults
    told = "lines 1 of 5,000 stored and 0 by the rules: 1000 is stored, the rules say nothing"
    assert (fault.line, fault.version, fault.what) == (6, 6, f"claim.collected: {told}")
    [shown] = [line for line in said_for_a_person(findings) if line.startswith("FAULT")]
    assert shown.endswith(told)
    assert json.loads("".join(said_for_a_program(findings)))["faults"][0]["what"] == fault.what


def test_whatever_a_fault_says_is_short():
    findings = Findings()
    findings.fault("events.ndjson", "y" * 100_000, line=3, version=3)
    assert findings.faults[0].what == f"{'y' * SHOWN_MAX}... (100,000 characters)"
    assert findings.faults[0][:3] == ("events.ndjson", 3, 3)
