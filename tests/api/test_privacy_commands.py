"""The command line on a running service: due, propose, requests, approve, decline."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.cli.asking import Service
from api.cli.commands import app
from api.cli.proposing import LOOKS_MAX, LedgerIsBusy, Proposals
from api.cli.saying import Trouble
from tests.api.desk import Desk, House, fact

Told = tuple[int, str]
Type = Callable[..., Told]
ONE = "1 erased"


@pytest.fixture(scope="module")
def keys(house: House) -> dict[str, str]:
    """The keys of two administrators and of one who reads."""
    return {
        "first": house.key(["admin"], name="privacy-post"),
        "second": house.key(["admin"], name="safeguarding-post"),
        "reader": house.key(["auditor"]),
    }


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Three children who are due for their scores: one month after 31 July 2023."""
    desk.with_child()
    for child in ("c-0002", "c-0003"):
        desk.appended("recorder", fact("child.enrolled", child=child))
    desk.appended("finance", fact("retention.set", months=1))
    return desk


@pytest.fixture
def type_in(desk: Desk, keys: dict[str, str]) -> Type:
    """Type a command under `privacy`, with somebody's key."""

    def typed(*words: str, by: str = "first", given: str = "") -> Told:
        where = ("--url", desk.house.url, "--key", keys[by], "--ledger", desk.ledger)
        told = CliRunner().invoke(app, ["privacy", *words, *where], input=given)
        if isinstance(told.exception, Trouble):
            return told.exception.exit_code, str(told.exception)
        return told.exit_code, told.output

    return typed


def proposed(type_in: Type, *words: str) -> list[str]:
    code, said = type_in("propose", "--json", *words)
    assert code == 0, said
    return [row["child"] for row in json.loads(said)["proposed"]]


def states(desk: Desk) -> dict[str, str]:
    return {row["child"]: row["state"] for row in desk.read("/retention/due")["items"]}


def requests(desk: Desk) -> int:
    return len(desk.read("/events?type=erasure.requested")["items"])


def test_what_is_due_is_a_table_with_the_reason(type_in: Type) -> None:
    code, said = type_in("due", by="reader")
    assert code == 0
    assert "c-0001" in said
    assert "lcf: 1 month from 2023-07-31 (left_programme), rule" in said
    assert "No rule is in force for financial_records of lcf, identity of lcf" in said
    code, said = type_in("due", "--on", "2023-08-30", "--json", by="reader")
    assert json.loads(said)["items"] == []
    code, said = type_in("due", "--kind", "scores", "--limit", "1", by="reader")
    assert "There is more" in said


def test_a_second_run_proposes_nobody_again(desk: Desk, type_in: Type) -> None:
    code, said = type_in("propose")
    assert (code, said.splitlines()[0]) == (0, "3 proposed")
    assert "A second administrator approves" in said
    version = desk.version()
    code, said = type_in("propose")
    assert (code, said.splitlines()) == (
        0, ["0 proposed", "3 asked for before, waiting for a second administrator"],
    )  # fmt: skip
    assert desk.version() == version
    assert set(states(desk).values()) == {"requested"}


def test_a_run_that_was_cut_off_is_taken_up_by_the_next(desk: Desk, type_in: Type) -> None:
    assert proposed(type_in, "--limit", "1") == ["c-0001"]
    assert states(desk) == {"c-0001": "requested", "c-0002": "due", "c-0003": "due"}
    assert proposed(type_in) == ["c-0002", "c-0003"]
    assert proposed(type_in) == []
    assert requests(desk) == 3


def test_a_run_of_the_second_administrator_confirms_nothing(desk: Desk, type_in: Type) -> None:
    assert len(proposed(type_in)) == 3
    code, said = type_in("propose", by="second")
    assert (code, said.splitlines()[0]) == (0, "0 proposed")
    assert set(states(desk).values()) == {"requested"}


def test_a_proposal_says_that_the_data_is_no_longer_necessary(desk: Desk, type_in: Type) -> None:
    proposed(type_in, "--limit", "1")
    [event] = desk.read("/events?type=erasure.requested")["items"]
    assert event["actor"] == "privacy-post"
    assert event["data"] == {
        "child": "c-0001", "basis": "no_longer_necessary", "scope": "all",
    }  # fmt: skip


def test_an_identity_alone_is_proposed_as_that(desk: Desk, type_in: Type) -> None:
    desk.appended("finance", fact("retention.set", kind="identity", months=1))
    desk.appended("finance", fact("retention.set", kind="scores", months=1200))
    assert len(proposed(type_in)) == 3
    scopes = [e["data"]["scope"] for e in desk.read("/events?type=erasure.requested")["items"]]
    assert scopes == ["identity"] * 3
    desk.appended("finance", fact("retention.set", kind="scores", months=1))
    _, said = type_in("propose")
    assert said.splitlines()[0] == "0 proposed", "one request at a time"
    assert type_in("approve", "--all-due", "--yes", by="second")[1].endswith("3 erased\n")
    assert len(proposed(type_in)) == 3


def test_who_is_due_for_both_is_asked_for_once(desk: Desk, type_in: Type) -> None:
    desk.appended("finance", fact("retention.set", kind="identity", months=1))
    assert proposed(type_in) == ["c-0001", "c-0002", "c-0003"]
    assert type_in("approve", "--all-due", "--yes", by="second")[1].endswith("3 erased\n")
    assert desk.read("/retention/due")["items"] == []


def test_scores_whose_identity_is_kept_longer_are_held(desk: Desk, type_in: Type) -> None:
    desk.appended("finance", fact("retention.set", kind="identity", months=1200))
    _, said = type_in("propose")
    assert said.splitlines() == ["0 proposed",
        "3 held, because their identity is to be kept for longer"]  # fmt: skip
    assert "its identity is kept until 2123-07-31" in type_in("due", by="reader")[1]


def test_nobody_is_proposed_before_it_is_due(desk: Desk, type_in: Type) -> None:
    code, said = type_in("propose", "--on", "2190-01-01")
    assert code == 2
    assert "2190-01-01 lies ahead" in said
    assert proposed(type_in, "--on", "2023-08-30") == []
    assert requests(desk) == 0


def test_a_declined_one_is_proposed_again_only_by_hand(desk: Desk, type_in: Type) -> None:
    proposed(type_in)
    assert type_in("decline", "c-0002", "--reason", "legal_hold", by="second") == (
        0, "c-0002: declined\n",
    )  # fmt: skip
    _, said = type_in("propose")
    assert "1 declined since due: they stay until somebody asks by hand" in said.splitlines()
    assert states(desk)["c-0002"] == "declined"
    assert "declined by safeguarding-post" in type_in("due", by="reader")[1]
    by_hand = desk.house.clients["admin"].post(
        f"{desk.path}/children/c-0002/erasure", json={"basis": "no_longer_necessary"}
    )
    assert by_hand.json()["state"] == "requested"
    assert states(desk)["c-0002"] == "requested"


def test_requests_are_listed_and_approved_after_a_yes(desk: Desk, type_in: Type) -> None:
    proposed(type_in)
    code, said = type_in("requests", by="reader")
    assert code == 0
    assert "privacy-post" in said
    assert said.endswith("3 open\n")
    code, said = type_in("approve", "c-0001", by="second", given="n\n")
    assert code == 1
    assert len(json.loads(type_in("requests", "--json", by="reader")[1])["items"]) == 3
    code, said = type_in("approve", "c-0001", "c-0001", by="second", given="y\n")
    assert code == 0
    assert said.endswith(f"{ONE}\n")
    assert desk.read("/children/c-0001/erasure")["state"] == "erased"
    code, said = type_in("approve", "--all-due", "--yes", by="second")
    assert said.endswith("2 erased\n")
    assert type_in("approve", "--all-due", by="second") == (
        0, "Nothing due waits for approval.\n",
    )  # fmt: skip


def test_all_due_leaves_requests_on_another_ground_alone(desk: Desk, type_in: Type) -> None:
    desk.house.clients["admin"].post(
        f"{desk.path}/children/c-0003/erasure", json={"basis": "objection"}
    )
    assert proposed(type_in) == ["c-0001", "c-0002"]
    assert type_in("approve", "--all-due", "--yes", by="second")[1].endswith("2 erased\n")
    assert states(desk) == {"c-0003": "requested"}
    assert type_in("approve", "c-0003", "--yes", by="second")[1].endswith(f"{ONE}\n")


def test_whoever_asked_cannot_approve(type_in: Type) -> None:
    proposed(type_in, "--limit", "1")
    code, said = type_in("approve", "c-0001", "--yes")
    assert code == 1
    assert "c-0001: already_requested" in said
    assert "0 erased" in said


@pytest.mark.parametrize(
    "words, code, said",
    [
        (("approve",), 2, "name children, or say --all-due"),
        (("approve", "c-0001", "--all-due"), 2, "name children, or say --all-due"),
        (("approve", "c-0001"), 1, "unknown_erasure"),
        (("decline", "c-0001", "--reason", "none"), 1, "nothing_to_decline"),
        (("propose", "--on", "soon"), 2, "shape_invalid"),
    ],
)
def test_what_cannot_be_done_is_said(
    type_in: Type, words: tuple[str, ...], code: int, said: str
) -> None:
    found, line = type_in(*words, by="second")
    assert found == code
    assert said in line


def test_a_child_whose_request_is_answered_waits_for_nobody(type_in: Type) -> None:
    proposed(type_in)
    type_in("decline", "c-0001", "--reason", "legal_hold", by="second")
    code, said = type_in("approve", "c-0001", "--yes", by="second")
    assert (code, said) == (1, "c-0001: nothing waits for approval; it is declined")


def test_a_reader_proposes_and_approves_nothing(desk: Desk, type_in: Type) -> None:
    code, said = type_in("propose", by="reader")
    assert code == 1
    assert "role_missing" in said
    assert requests(desk) == 0


class Interrupted(Service):
    """A service to which somebody else writes just before something is sent."""

    def __init__(self, url: str, key: str, meanwhile: Iterator[Callable[[], Any]]) -> None:
        super().__init__(url, key)
        self.meanwhile = meanwhile

    def post(self, *path: str, **sent: Any) -> dict[str, Any]:
        """What was to happen meanwhile happens, and then this is sent."""
        for happen in self.meanwhile:
            happen()
            break
        return super().post(*path, **sent)


def asks(client: httpx.Client, desk: Desk, child: str) -> Callable[[], Any]:
    body = {"basis": "no_longer_necessary"}
    return lambda: client.post(f"{desk.path}/children/{child}/erasure", json=body)


def test_a_run_is_never_the_second_person(desk: Desk, keys: dict[str, str]) -> None:
    with desk.house.client(keys["second"]) as second:
        hands = iter([asks(second, desk, "c-0001"), asks(second, desk, "c-0003")])
        with closing(Interrupted(desk.house.url, keys["first"], hands)) as service:
            run = Proposals(service, desk.ledger, None, None)
            run.run()
    assert [made["child"] for made in run.asked] == ["c-0002"]
    assert run.others["requested"] == {"c-0001", "c-0003"}
    assert set(states(desk).values()) == {"requested"}
    assert requests(desk) == 3


def test_a_run_gives_way_to_a_ledger_that_never_rests(desk: Desk, keys: dict[str, str]) -> None:
    def write() -> None:
        desk.appended("recorder", fact("interaction.recorded", on="2022-03-01"))

    writes = iter([write] * (LOOKS_MAX + 1))
    with (
        closing(Interrupted(desk.house.url, keys["first"], writes)) as busy,
        pytest.raises(LedgerIsBusy),
    ):
        Proposals(busy, desk.ledger, None, None).run()
    assert requests(desk) == 0
