"""A command that is written wrongly ends in 2, whoever notices: the command, or the service."""

import sys

import pytest
import structlog
from typer.main import get_command

from api.cli import main
from api.cli.commands import app
from ledger.log.signing.signer import Signer
from tests.cli.conftest import Told

MISUSE = 2
FITTING = {
    "--amount": "1.00",
    "--contract": "lcf",
    "--format": "csv",
    "--method": "random",
    "--out": "-",
    "--payment": "P684",
    "--reason": "other",
    "--seed": "words",
    "--invoice": "I19567",
    "--funder": "brent",
}
"""What stands for an option that a command cannot do without; a day for every other one."""
A_DAY = "2021-08-31"
A_LOG_KEY = str(Signer(bytes(range(32))).key("ledger.example/wlz"))


@pytest.fixture
def typed(demonstration, monkeypatch, capsys):
    """Type a command in this process, where the demonstration's folder is."""
    monkeypatch.chdir(demonstration.folder)

    def type_in(*words):
        monkeypatch.setattr(sys, "argv", ["outcomes-ledger", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    yield type_in
    # A command that opens the database leaves logging quiet for every test behind it.
    structlog.reset_defaults()


def commands(group, *path):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield (*path, name), command


def words_with(path, command, option, wrong):
    """The command with all that it needs, and one option that is wrong."""
    needed = [given for given in command.params if given.required and given is not option]
    words = [*path]
    for given in needed:
        if given.param_type_name == "argument":
            words.append("receipts" if path[-1] == "sample" else "1")
        else:
            words += [given.opts[0], FITTING.get(given.opts[0], A_DAY)]
    return [*words, option.opts[0], wrong]


def with_a_metavar(metavar, wrong):
    for path, command in commands(get_command(app)):
        for option in command.params:
            if option.metavar == metavar:
                as_who = ("--as", "privacy-desk") if "propose" in path else ()
                yield [*words_with(path, command, option, wrong), *as_who]


DAYS = list(with_a_metavar("DATE", "2021-02-30"))
MOMENTS = list(with_a_metavar("VERSION|MOMENT", "yesterday"))


@pytest.mark.parametrize("words", [*DAYS, *MOMENTS], ids=" ".join)
def test_a_day_or_a_moment_that_is_none_is_misuse(typed, words):
    told = typed(*words)
    assert (told.code, told.out) == (MISUSE, ""), told.err
    assert told.err.startswith("outcomes-ledger: ")
    assert told.err.count("\n") == 1


def test_many_options_are_days_and_moments():
    assert len(DAYS) > 80
    assert len(MOMENTS) > 35


SAMPLE = ("audit", "sample", "payments", "--seed", "words")
WORDS = (
    (*SAMPLE, "--method", "wrong"),
    ("audit", "sample", "wrong", "--seed", "words", "--method", "random", "--size", "3"),
    (*SAMPLE, "--method", "random", "--size", "0"),
    (*SAMPLE, "--method", "random", "--confidence", "much"),
    (*SAMPLE, "--method", "random", "--size", "3", "--table", "wrong"),
    ("audit", "journal-tests", "--test", "wrong"),
    ("audit", "journal-tests", "--workdays", "mon-fri"),
    ("audit", "journal-tests", "--office-from", "nine"),
    ("audit", "journal-tests", "--round-minor", "-5"),
    ("audit", "journal-tests", "--round-minor", "much"),
    ("audit", "bundle", "--out", "there", "--known-at", "99999999"),
    ("audit", "prove", "much"),
    ("audit", "prove", "5", "--size", "4"),
    ("audit", "reperform", "--rules", "wrong"),
    ("show", "payments", "--state", "wrong"),
    ("show", "payments", "--limit", "0"),
    ("show", "summary", "--by", "week"),
    ("show", "journal", "--account", "not an account"),
    ("show", "child", "c-2019-0003", "--known-at", "99999999"),
    ("books", "export", "--format", "wrong", "--out", "-"),
    ("books", "export", "--format", "csv", "--table", "wrong", "--out", "-"),
    ("statement", "brent", "--from", "2021-09-01", "--to", "2021-08-31"),
    ("claim", "list", "--state", "wrong"),
    ("settle", "bank", "partner-tutors", "wrong", "--on", A_DAY),
    ("receipt", "unallocate", "r", "--invoice", "i", "--amount", "1.005", "--reason", "other"),
    ("claim", "withdraw", "2021-09", "--contract", "lcf", "--reason", "Because I say so"),
    ("report", "payments", "--contract", "lcf", "--suppress-below", "-1"),
    ("diff", "--of", "wrong", "--since", "3000"),
    ("diff", "--between", "5", "6"),
    ("why", "invoice", "I19567", "--after", "wrong"),
    ("why", "fee", "much"),
    ("why", "entry", "0"),
    ("privacy", "due", "--kind", "wrong"),
)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_word_or_a_number_that_cannot_be_meant_is_misuse(typed, words):
    told = typed(*words)
    assert (told.code, told.out) == (MISUSE, ""), told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "words",
    [("show", "child", "nobody"), ("why", "payment", "P1"), ("why", "fee", "1")],
    ids=" ".join,
)
def test_a_name_that_nothing_has_is_a_refusal(typed, words):
    assert typed(*words).code == 1


@pytest.mark.parametrize(
    "words",
    [("--name", "funder.example"), ("--name", "a+b", "--verifier-key", "{key}")],
    ids=["no key of the log", "no name"],
)
def test_a_witness_that_is_refused_makes_nothing(demonstration, type_in, tmp_path, words):
    (tmp_path / "log.key").write_text(A_LOG_KEY, encoding="utf-8")
    places = ("--signing-key", str(tmp_path / "w.key"), "--memory", str(tmp_path / "w.json"))
    given = [word.format(key=tmp_path / "log.key") for word in words]
    told = type_in("audit", "witness", *given, *places, folder=demonstration.folder)
    assert told.code == MISUSE
    assert [path.name for path in tmp_path.iterdir()] == ["log.key"]
