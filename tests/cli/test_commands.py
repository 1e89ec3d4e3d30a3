"""Every command: what it answers, its exit code, and one clear line when it cannot."""

import json
import socket
import subprocess
import sys

import pytest
from typer.main import get_command

from api.cli.commands import app
from ledger.log.signing.signer import Signer

KNOWN = ("--verifier-key", str(Signer(bytes(range(32))).key("ledger.example/wlz")))
SHOWN = (
    (("show", "child", "c-2019-0003"), "P684"),
    (("show", "funder", "brent"), "612,000.00"),
    (("show", "partner", "partner-tutors"), "maths-tutoring"),
    (("show", "trial-balance"), "income:outcomes:lcf"),
    (("show", "trial-balance", "--posted-upto", "2020-08-31"), "income:outcomes:lcf"),
    (("show", "journal", "--posted-from", "2021-09-01", "--to", "2021-08-31"), "late"),
    (("show", "periods"), "2023-09-01"),
    (("show", "payments", "--trigger", "COVID_CLAIM"), "600,225.00"),
    (("show", "outcomes", "--contract", "lcf"), "school_engagement"),
    (("show", "summary", "--contract", "lcf"), "ENGAGED_Y1"),
    (("privacy", "due"), "financial_records of lcf"),
    (("privacy", "requests"), "0 open"),
    (("--version",), "outcomes-ledger "),
)


FINANCE = ("claim", "receipt", "settle", "books")


def commands():
    """Every command by which finance works, as it is typed."""
    root = get_command(app)
    yield from ((name, root.commands[name]) for name in ("close", "reopen", "statement"))
    for group in FINANCE:
        for name, command in root.commands[group].commands.items():
            yield f"{group} {name}", command


@pytest.mark.parametrize(
    "command", [pytest.param(command, id=name) for name, command in commands()]
)
def test_every_command_of_finance_has_a_json_switch_and_says_what_it_does(command):
    assert any("--json" in option.opts for option in command.params)
    assert command.help


def everything(group):
    for command in group.commands.values():
        yield from everything(command) if hasattr(command, "commands") else [command]


def test_every_command_that_a_group_names_is_there_and_says_what_it_does():
    found = list(everything(get_command(app)))
    assert len(found) > 80
    assert all(command.help for command in found)


NOT_FOR_A_QUESTION = ("fastapi", "uvicorn", "psycopg", "cryptography", "eventsourcing")


@pytest.mark.parametrize("group", ["show", "books", "claim", "receipt", "settle", "why", "report"])
def test_a_question_does_not_wait_for_what_the_service_needs(group):
    asked = (
        "import sys; from typer.main import get_command; from api.cli.commands import app; "
        f"assert get_command(app).commands[{group!r}].commands; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)
    assert set(NOT_FOR_A_QUESTION).isdisjoint(loaded.stdout.decode().split())


def one_line(told):
    return told.err.count("\n") == 1 and "Traceback" not in told.err


@pytest.mark.parametrize(
    "words, answer", SHOWN, ids=lambda found: "-".join(found) if isinstance(found, tuple) else ""
)
def test_a_question_is_answered_in_a_table(demonstration, type_in, words, answer):
    told = type_in(*words, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert answer in told.out


def test_json_is_the_answer_of_the_service_at_the_pair_that_was_asked(demonstration, type_in):
    asked = ("show", "funder", "brent", "--as-of", "2020-01-31", "--known-at", "3000", "--json")
    answer = json.loads(type_in(*asked, folder=demonstration.folder).out)
    assert (answer["as_of"], answer["known_at"]) == ("2020-01-31", 3000)
    assert answer["recognised_minor"] > 0


@pytest.mark.parametrize(
    "words, code, said",
    [
        (("show", "child", "nobody"), 1, "unknown_child"),
        (("show", "funder", "brent", "--as", "nobody"), 2, "no key of `nobody`"),
        (("show", "funder", "brent", "--key", "wrong"), 1, "key_unknown"),
        (("show", "funder", "brent", "--url", "nonsense"), 2, "is not the address"),
        (("show", "summary", "--by", "week"), 2, "shape_invalid"),
        (("append", "missing.ndjson"), 2, "is not a file"),
        (
            ("audit", "witness", "--name", "f", "--memory", "no/where.json", *KNOWN),
            1,
            "--memory no/where.json: no/where.json.lock cannot be written: No such file",
        ),
        (("verify", "--ledger", "other"), 1, "there is no ledger `other`"),
        (("export", "--data", "nowhere"), 1, "there is no ledger in nowhere"),
        (("import", "missing.ndjson"), 2, "is not a file"),
        (("show", "outcomes", "--data", "nowhere"), 1, "no service runs in nowhere"),
    ],
    ids=lambda found: "-".join(found)[:30] if isinstance(found, tuple) else None,
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(demonstration, type_in, words, code, said):
    told = type_in(*words, folder=demonstration.folder)
    assert told.code == code, told.err
    assert said in told.err
    assert one_line(told)


WRONG = (
    ("nonsense",), ("show", "funder"), ("serve", "--port", "x"), ("serve", "--host", "no such host")
)  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_a_command_that_is_written_wrongly_exits_with_two(type_in, tmp_path, words):
    told = type_in(*words, folder=tmp_path)
    assert told.code == 2
    assert "Traceback" not in told.err


def test_where_nothing_listens_it_is_said(type_in, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    told = type_in("show", "outcomes", "--url", url, "--key", "any", folder=tmp_path)
    assert told.code == 1
    assert f"nothing listens at {url}" in told.err
    assert one_line(told)


def test_a_port_that_is_taken_is_said_by_serve(type_in, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
        told = type_in("serve", "--port", port, folder=tmp_path)
    assert told.code == 1
    assert f"port {port} of 127.0.0.1 is taken" in told.err
    assert one_line(told)


def receipt(name, amount_minor=5_000):
    return {
        "id": name,
        "type": "receipt.recorded",
        "effective_on": "2023-05-02",
        "data": {"contract": "lcf", "funder": "wcc", "receipt": name, "amount_minor": amount_minor},
    }


def test_a_file_that_is_sent_again_is_replayed_and_shows_at_once(demonstration, type_in, tmp_path):
    file = tmp_path / "receipts.ndjson"
    names = [f"sent-{number}" for number in range(1_500)]
    file.write_text("".join(json.dumps(receipt(name)) + "\n" for name in names), encoding="utf-8")
    words = ("append", str(file), "--as", "finance")

    def received_minor():
        shown = type_in("show", "funder", "wcc", "--json", folder=demonstration.folder)
        return json.loads(shown.out)["received_minor"]

    before_minor = received_minor()
    assert type_in(*words, folder=demonstration.folder).out.startswith("1,500 recorded, 0 replayed")
    assert received_minor() == before_minor + 7_500_000
    assert type_in(*words, folder=demonstration.folder).out.startswith("0 recorded, 1,500 replayed")


def test_a_line_that_is_refused_is_named_and_the_others_stay(demonstration, type_in, tmp_path):
    file = tmp_path / "mixed.ndjson"
    good, bad = json.dumps(receipt("mixed-1")), json.dumps(receipt("mixed-2", amount_minor=0))
    file.write_text(f"{good}\n{bad}\nnot json", encoding="utf-8")
    told = type_in("append", str(file), "--as", "finance", folder=demonstration.folder)
    assert told.code == 1
    assert told.out.strip() == "1 recorded, 0 replayed, 2 refused"
    assert "line 2: shape_invalid" in told.err
    assert "line 3: malformed_json" in told.err


def test_a_line_that_is_refused_is_said_with_its_place_and_not_with_what_it_holds(
    demonstration, type_in, tmp_path
):
    file = tmp_path / "marked.ndjson"
    sent = [receipt("marked-1", amount_minor="Forename"), receipt("marked-2", amount_minor=-86753)]
    sent += [{**receipt("marked-3"), "Forename Surname": 1}, receipt("a-A123456789012")]
    file.write_text("".join(json.dumps(one) + "\n" for one in sent) + "Forename", encoding="utf-8")
    told = type_in("append", str(file), "--as", "finance", folder=demonstration.folder)
    assert told.out.strip() == "0 recorded, 0 replayed, 5 refused"
    for telltale in ("orename", "urname", "86753", "123456789012"):
        assert telltale not in told.err
    assert "line 1: shape_invalid: /data/amount_minor: Expected `int`, got `str`" in told.err
    assert "line 4: personal_reference: /id: " in told.err


def test_a_key_without_the_role_is_refused_line_by_line(demonstration, type_in, tmp_path):
    file = tmp_path / "foreign.ndjson"
    file.write_text(json.dumps(receipt("foreign-1")) + "\n", encoding="utf-8")
    told = type_in("append", str(file), "--as", "case-system", folder=demonstration.folder)
    assert told.code == 1
    assert "role_missing" in told.err
