"""Why on the command line: a tree with the arithmetic, or the answer as the service gives it."""

import json
import re

import pytest

TOLD = (
    (("why", "payment", "P16842", "--recompute"), "run again: 1 agree"),
    (("why", "payment", "P16842"), "attended 9/10: 9 x 100 = 900 against 10 x 75 = 750: holds"),
    (("why", "fee", "14456", "--recompute"), "run again: 1 agree"),
    (("why", "invoice", "I19567", "--recompute"), "sum 503,254.89 of 503,254.89: holds"),
    (("why", "receipt", "brent-2021-09"), "invoice I19569 of claim 2021-09: 43,410.66"),
    (("why", "entry", "16842"), "assets:accrued-income:lbhf 314.57"),
    (("caused", "14455"), "rests on it"),
    (("caused", "1"), "caused: nothing names it or rests on it."),
    (("bought", "brent", "--contract", "lcf"), "571,637.00"),
)


@pytest.mark.parametrize("words, answer", TOLD, ids=lambda found: " ".join(found)[:24])
def test_why_is_told_as_a_tree_or_a_table(demonstration, type_in, words, answer):
    told = type_in(*words, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert answer in told.out


@pytest.mark.parametrize("words", [words for words, _ in TOLD], ids=lambda words: words[1])
def test_why_is_told_as_the_service_answers(demonstration, type_in, words):
    told = type_in(*words, "--known-at", "40000", "--json", folder=demonstration.folder)
    answer = json.loads(told.out)
    assert (answer["known_at"], answer["version"]) == (40000, 40000)
    assert answer["about"] == (words[1] if words[0] == "why" else words[0])


@pytest.mark.parametrize("words", [("why", "invoice", "I19567"), ("caused", "19566")])
def test_a_long_list_says_that_there_is_more_and_how_to_ask_for_it(demonstration, type_in, words):
    told = type_in(*words, "--limit", "2", folder=demonstration.folder).out
    [line] = [line for line in told.splitlines() if "ask with --after" in line]
    assert words[0] == "caused" or "more of `why invoice I19567`" in line
    after = line.rpartition("--after ")[2].strip()
    more = type_in(*words, "--limit", "1", "--after", after, "--json", folder=demonstration.folder)
    [item] = json.loads(more.out)["items"]
    assert item.get("payment") or item["type"]
    assert str(item.get("payment") or item["version"]) not in told


def test_why_of_nothing_says_so_in_one_line(demonstration, type_in):
    told = type_in("why", "payment", "P1", folder=demonstration.folder)
    assert told.code == 1
    assert told.err.startswith("outcomes-ledger: unknown_payment")


@pytest.mark.parametrize(
    "words, meant",
    [
        (("payment", "16842"), "P16842"),
        (("payment", "p16842"), "P16842"),
        (("payment", "W16842"), "P16842"),
        (("invoice", "19567"), "I19567"),
    ],
)
def test_a_name_without_its_letter_is_refused_with_the_one_that_is_there(
    demonstration, type_in, words, meant
):
    told = type_in("why", *words, folder=demonstration.folder)
    assert told.code == 1
    assert told.err.rstrip().endswith(f"; there is {meant}")


@pytest.mark.parametrize("about, letter, other", [("fee", "F", "J"), ("entry", "J", "F")])
def test_a_fee_and_an_entry_have_on_the_command_line_the_name_of_the_sheets(
    demonstration, type_in, about, letter, other
):
    def asked(name):
        return type_in("why", about, name, "--json", folder=demonstration.folder)

    assert (asked(f"{letter}14456").code, asked("14456").code) == (0, 0)
    assert json.loads(asked(f"{letter}14456").out) == json.loads(asked("14456").out)
    for wrong in (f"{other}14456", f"{letter}0", letter, f"{letter}-1", "0"):
        told = asked(wrong)
        assert (told.code, told.out) == (2, "")
        assert f"{wrong} is no version" in " ".join(told.err.split())


def test_a_reversal_is_told_as_the_reversal_of_the_fee_that_it_takes_back(demonstration, type_in):
    heading = "fee 7215, of which 24353 is the reversal, 91.67, partner "
    fee, reversal, entry = (
        type_in("why", *words, folder=demonstration.folder).out.splitlines()
        for words in (("fee", "7215"), ("fee", "24353"), ("entry", "24353"))
    )
    assert fee[0].startswith("fee 7215, 91.67, partner ")
    assert reversal[0].startswith(heading)
    assert entry[0] == "entry 24353"
    assert [line for line in entry if f"behind: {heading}" in line]
    told = type_in("why", "fee", "24353", "--json", folder=demonstration.folder)
    assert (json.loads(told.out)["name"], json.loads(told.out)["reverses"]) == ("24353", 7215)


def test_why_says_where_the_log_stood_and_when_it_was_told(demonstration, type_in):
    words = ("why", "payment", "P16842", "--as-of", "2023-08-31", "--known-at", "40000")
    told = type_in(*words, folder=demonstration.folder)
    pair, log, covered, made = told.out.splitlines()[-4:]
    asked = json.loads(type_in(*words, "--json", folder=demonstration.folder).out)
    assert pair == "as of 2023-08-31, known at 40000, version 40000"
    assert log == f"log of 40,000 events, root {asked['log']['root']}"
    assert re.fullmatch(r"covered by the checkpoint of [\d,]+ events, root [0-9a-f]{64}", covered)
    assert re.fullmatch(r"made at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", made)


def test_the_sessions_of_a_payment_come_in_pages(demonstration, type_in):
    words = ("why", "payment", "P16842")
    whole = json.loads(type_in(*words, "--json", folder=demonstration.folder).out)
    told = type_in(*words, "--limit", "6", folder=demonstration.folder).out
    [line] = [line for line in told.splitlines() if "ask with --after" in line]
    assert "more of `why payment P16842`" in line
    after = line.rpartition("--after ")[2].strip()
    paged = ("--limit", "6", "--json")
    first = json.loads(type_in(*words, *paged, folder=demonstration.folder).out)
    more = json.loads(type_in(*words, *paged, "--after", after, folder=demonstration.folder).out)
    sessions = whole["earned"]["sessions"]
    assert len(sessions) > 6
    assert first["earned"]["sessions"] == sessions[:6]
    assert more["earned"]["sessions"] == sessions[6:12]
    assert first["more"] > more["more"]
