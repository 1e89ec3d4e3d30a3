"""A why says where the log stood; its page also when it was made, and what covers the log."""

import re

import pytest

from ledger.log.notes.checkpoint import Checkpoint
from tests.api.desk import Desk, Json, fact

HTML = {"Accept": "text/html"}
NOT_COVERED = "No signed checkpoint covers it yet."


@pytest.fixture
def paid(desk: Desk) -> tuple[Desk, str]:
    desk.with_child()
    return desk, str(desk.read("/payments")["items"][0]["payment"])


def standing(desk: Desk) -> Json:
    return desk.house.clients["auditor"].get(desk.path).json()


def page(desk: Desk, path: str) -> str:
    return " ".join(desk.get(path, headers=HTML).text.split())


def test_a_why_says_the_size_and_the_root_of_the_log_for_ever(paid: tuple[Desk, str]) -> None:
    desk, payment = paid
    was = standing(desk)
    path = f"/payments/{payment}/why?known_at={was['version']}"
    first = desk.get(path).text
    assert desk.read(path)["log"] == {"size": was["version"], "root": was["root"]}
    desk.appended("recorder", fact("interaction.recorded"))
    desk.get("/log/checkpoint")
    assert desk.get(path).text == first


@pytest.mark.parametrize("about", ["payments/{}", "journal/{}"])
def test_the_page_says_the_pair_the_log_the_checkpoint_and_the_moment(
    paid: tuple[Desk, str], about: str
) -> None:
    desk, payment = paid
    was = standing(desk)
    name = payment if about.startswith("payments") else payment[1:]
    path = f"/{about.format(name)}/why?as_of=2030-01-01&known_at={was['version']}"
    said = page(desk, path)
    assert f"version {was['version']}, as of 2030-01-01, known at {was['version']}." in said
    assert f"The log held {was['version']} events, root <code>{was['root']}</code>." in said
    assert re.search(r"Made at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\.", said)
    assert NOT_COVERED in said
    desk.appended("recorder", fact("interaction.recorded"))
    note = desk.get("/log/checkpoint").text
    checkpoint = Checkpoint.from_text(note.partition("\n\n")[0] + "\n")
    said = page(desk, path)
    covered = f"The signed checkpoint of {checkpoint.size} events covers it"
    assert f"{covered}, root <code>{checkpoint.root.hex()}</code>." in said
    assert NOT_COVERED not in said


def test_the_checkpoint_that_covers_a_version_is_the_first_one_that_holds_it(
    paid: tuple[Desk, str],
) -> None:
    desk, _ = paid
    version = desk.version()
    refused = desk.get(f"/log/checkpoint?covering={version}")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_checkpoint")
    note = desk.get("/log/checkpoint").text
    desk.appended("recorder", fact("interaction.recorded"))
    assert desk.get("/log/checkpoint").text != note
    assert desk.get(f"/log/checkpoint?covering={version}").text == note
    both = desk.get(f"/log/checkpoint?covering={version}&size={version}")
    assert (both.status_code, both.json()["code"]) == (422, "shape_invalid")
