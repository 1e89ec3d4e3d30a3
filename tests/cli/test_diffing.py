"""`diff` on the command line: since a version, between days and closings, as tables and JSON."""

import json

import pytest

TOLD = (
    (("--since", "61000", "--of", "partners"), "fee.paid"),
    (("--between", "2020-08-31", "2021-08-31", "--of", "payments"), "payment.released"),
    (("--between", "9342", "23653", "--of", "trial_balance"), "income:outcomes:lcf"),
    (("--from-as-of", "2020-08-31", "--from-known-at", "9342", "--to-as-of", "2020-08-31",
      "--of", "funders"), "From 2020-08-31, known at version 9,342 to 2020-08-31"),
    (("--since", "61501", "--known-at", "61501"), "Nothing moved."),
    (("--between", "2020-08-31", "2021-08-31", "--of", "funders"), "exact share, in pence"),
    (("--since", "1", "--of", "contracts"), "only 10 events are listed, by --events"),
    (("--since", "1", "--limit", "2"), "There are more, ask with --after "),
)  # fmt: skip


@pytest.mark.parametrize("words, answer", TOLD, ids=lambda found: found[1][:30])
def test_what_moved_is_told_in_tables(demonstration, type_in, words, answer):
    told = type_in("diff", *words, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert answer in told.out


def test_nothing_is_said_to_be_cut_where_every_event_is_listed(demonstration, type_in):
    words = ("--since", "61480", "--known-at", "61501")
    told = type_in("diff", *words, folder=demonstration.folder)
    assert "Events behind them" in told.out
    assert "--events" not in told.out


def test_what_moved_is_told_as_the_service_answers(demonstration, type_in):
    asked = ("diff", "--between", "2019-12-31", "2020-12-31", "--of", "trial_balance", "--json")
    answer = json.loads(type_in(*asked, folder=demonstration.folder).out)
    assert (answer["from"]["as_of"], answer["to"]["as_of"]) == ("2019-12-31", "2020-12-31")
    assert sum(row["moved"] for row in answer["items"]) == 0
    assert {row["unexplained_minor"] for row in answer["items"]} == {0}


@pytest.mark.parametrize(
    "words, code, said",
    [
        (("--between", "yesterday", "2020-01-01"), 2, "two days, or the versions"),
        (("--between", "2020-01-01", "7"), 2, "two days, or the versions"),
        (("--since", "9", "--from-known-at", "8"), 2, "is given twice"),
        (("--between", "2020-01-01", "2021-01-01", "--to-as-of", "2022-01-01"), 2, "given twice"),
        ((), 2, "--since, --between"),
        (("--since", "yesterday"), 2, "a version, or a moment such as 2024-10-01T00:00:00Z"),
        (("--since", "999999"), 2, "known_at_beyond_ledger"),
        (("--between", "5", "6"), 2, "shape_invalid"),
    ],
    ids=str,
)
def test_what_is_no_question_is_one_line(demonstration, type_in, words, code, said):
    told = type_in("diff", *words, folder=demonstration.folder)
    assert (told.code, told.err.count("\n")) == (code, 1)
    assert said in told.err
