"""A contract that nobody signed: nothing found of it would look like nothing wrong."""

import pytest

from tests.api.desk import Desk

AUDITED = (
    "/diff?from_known_at=0",
    "/audit/journal-tests?test=round_sums",
    "/audit/sample?of=payments&method=random&seed=spring&size=1",
    "/audit/sample?of=journal&method=systematic&seed=spring&size=1",
)
FIGURES = (
    *("/trial-balance?as_of=2030-01-01", "/journal?limit=9", "/summary?by=year"),
    *("/outcomes?as_of=2030-01-01", "/periods?limit=9", "/claims?limit=9", "/funders?limit=9"),
    *("/funders/lbhf?as_of=2030-01-01", "/children/c-0001?as_of=2030-01-01", "/children?limit=9"),
    *("/aged-debtors?as_of=2030-01-01", "/accrued-income?as_of=2030-01-01", "/payments?limit=9"),
    *(
        "/activities?as_of=2030-01-01",
        "/exports/csv?table=trial_balance",
        "/exports/hledger?to=2030-01-01",
    ),
)


def known(desk: Desk) -> None:
    """A child of the contract `lcf`, projected."""
    desk.with_child()
    desk.read("/contracts")


@pytest.mark.parametrize("question", [*AUDITED, *FIGURES])
def test_who_asks_about_no_contract_is_told_so(desk: Desk, question: str) -> None:
    known(desk)
    assert desk.get(f"{question}&contract=lcf").status_code == 200
    for other in ("contract=other", "contract=LCF", "contract=lcf&known_at=0"):
        answer = desk.get(f"{question}&{other}")
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_contract")


@pytest.mark.parametrize("question", AUDITED)
def test_the_auditor_finds_what_the_contract_has(desk: Desk, question: str) -> None:
    known(desk)
    found = desk.read(f"{question}&contract=lcf")
    assert found.get("items") or found["tests"][0]["examined"] > 0


def test_a_contract_counts_as_signed_when_it_is_at_either_end(desk: Desk) -> None:
    desk.with_child()
    version = desk.version()
    forwards = desk.read(f"/diff?from_known_at=0&to_known_at={version}&contract=lcf")["items"]
    backwards = desk.read(f"/diff?from_known_at={version}&to_known_at=0&contract=lcf")["items"]
    assert [item["key"] for item in forwards] == [item["key"] for item in backwards]
    assert len(forwards) > 5
