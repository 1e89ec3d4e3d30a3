"""A contract that nobody signed: nothing found of it would look like nothing wrong."""

import pytest

from tests.api.desk import Desk

QUESTIONS = (
    "/diff?from_known_at=0",
    "/audit/journal-tests?test=round_sums",
    "/audit/sample?of=payments&method=random&seed=spring&size=1",
    "/audit/sample?of=journal&method=systematic&seed=spring&size=1",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_auditor_is_told_that_there_is_no_such_contract(desk: Desk, question: str) -> None:
    desk.with_child()
    signed = desk.read(f"{question}&contract=lcf")
    assert signed.get("items") or signed["tests"][0]["examined"] > 0
    for other in ("contract=other", "contract=lcf&known_at=0"):
        answer = desk.get(f"{question}&{other}")
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_contract")


def test_a_contract_counts_as_signed_when_it_is_at_either_end(desk: Desk) -> None:
    desk.with_child()
    version = desk.version()
    forwards = desk.read(f"/diff?from_known_at=0&to_known_at={version}&contract=lcf")["items"]
    backwards = desk.read(f"/diff?from_known_at={version}&to_known_at=0&contract=lcf")["items"]
    assert [item["key"] for item in forwards] == [item["key"] for item in backwards]
    assert len(forwards) > 5
