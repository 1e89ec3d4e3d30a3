"""What moved between two moments over HTTP: what changed since a report, and between two years."""

import re
from typing import Any, get_args

import pytest

from api.http.diff import Of
from projections.reading.difference.answer import BY_POSTING, KINDS
from tests.api.desk import Desk, Json, fact
from tests.api.test_claims import claimed
from tests.api.test_periods import LATE, NEXT, close

SIGN_UP = 168000


@pytest.fixture
def told(desk: Desk) -> Desk:
    """One sign-up, claimed and invoiced."""
    desk.with_child()
    claimed(desk)
    return desk


def rows(desk: Desk, query: str = "") -> dict[tuple[Any, ...], Json]:
    found = desk.read(f"/diff?limit=1000&{query}")["items"]
    return {(row["of"], *row["key"].values(), row["figure"]): row for row in found}


def test_what_changed_since_a_report_is_told_with_the_events_behind_it(told: Desk) -> None:
    reported = told.version()
    told.appended("recorder", fact("child.enrolled", on="2022-01-12", **LATE))
    moved = rows(told, f"from_known_at={reported}&as_of=2022-08-31")
    released = moved["funders", "lcf", "lbhf", "released_minor"]
    [event] = released["events"]
    assert (released["from"], released["to"], released["moved"]) == (31551, 63102, 31551)
    assert (released["explained_minor"], released["unexplained_minor"]) == (31551, 0)
    assert (event["type"], event["amount"], event["actor"]) == (
        "payment.released", 31551, "the-recorder",
    )  # fmt: skip
    stored = told.get(f"/events/{event['version']}").json()
    assert (event["recorded_at"], event["effective_on"]) == (
        stored["recorded_at"], stored["effective_on"],
    )  # fmt: skip
    assert moved["payments", "lcf", "SIGN_UP", "count"]["moved"] == 1
    assert moved["children", "lcf", "enrolled", "children"]["moved"] == 1
    assert moved["children", "lcf", "c-0002", "net_minor"]["to"] == SIGN_UP
    assert not any(of in {"claims", "invoices"} for of, *_ in moved)


def test_a_difference_says_between_which_moments_it_lies(told: Desk) -> None:
    version = told.version()
    query = f"from_as_of=2021-08-31&to_as_of=2022-08-31&to_known_at={version - 1}&contract=lcf"
    answer = told.read(f"/diff?{query}")
    assert answer["from"] == {"as_of": "2021-08-31", "known_at": version, "closing": None}
    assert answer["to"] == {"as_of": "2022-08-31", "known_at": version - 1, "closing": None}
    assert (answer["as_of"], answer["known_at"], answer["version"]) == (None, None, version)
    same = told.read(f"/diff?from_known_at={version}")
    assert (same["items"], same["next"]) == ([], None)


def test_an_old_difference_does_not_change(told: Desk) -> None:
    version = told.version()
    asked = f"/diff?known_at={version}&from_known_at=5"
    then = told.read(asked)
    told.appended("recorder", fact("child.enrolled", on="2022-01-12", **LATE))
    assert {**told.read(asked)} == then
    assert then["items"]


def test_a_difference_is_read_page_by_page(told: Desk) -> None:
    whole = told.read("/diff?from_known_at=1&limit=1000&events=2")["items"]
    following = f"/diff?from_known_at=1&limit=7&events=2&min_version={told.version()}"
    paged: list[Json] = []
    while following:
        answer = told.get(following)
        assert answer.status_code == 200, answer.text
        paged += answer.json()["items"]
        link = re.fullmatch(r'<[^?]*(\?.*)>; rel="next"', answer.headers.get("link", ""))
        following = f"/diff{link[1]}" if link else ""
    assert paged == whole
    assert len({row["of"] for row in whole}) > 5


def test_so_many_events_of_a_figure_are_told_and_the_number_of_the_others(told: Desk) -> None:
    told.appended("recorder", fact("child.enrolled", on="2022-01-12", **LATE))
    for most in (0, 1, 2):
        row = rows(told, f"from_known_at=1&events={most}")[
            "funders", "lcf", "lbhf", "released_minor"
        ]
        assert (len(row["events"]), row["more"], row["explained_minor"]) == (most, 2 - most, 63102)


def test_two_closings_differ_by_the_day_of_posting(told: Desk) -> None:
    first = close(told)["version"]
    told.appended("recorder", fact("child.enrolled", on="2022-01-12", **LATE))
    second = close(told, **NEXT)["version"]
    answer = told.read(f"/diff?from_closing={first}&to_closing={second}&limit=1000")
    assert answer["from"] == {"as_of": "2022-08-31", "known_at": first, "closing": first}
    stored = [told.read(f"/periods/{closing}")["accounts"] for closing in (first, second)]
    ends = [{row["account"]: row["balance_minor"] for row in accounts} for accounts in stored]
    moved = {
        row["key"]["account"]: row["moved"]
        for row in answer["items"]
        if row["of"] == "trial_balance"
    }
    expected = {name: ends[1].get(name, 0) - ends[0].get(name, 0) for name in {*ends[0], *ends[1]}}
    assert moved == {name: by for name, by in expected.items() if by}
    assert {row["of"] for row in answer["items"]} <= set(BY_POSTING)
    assert {row["unexplained_minor"] for row in answer["items"]} <= {0, "0"}


@pytest.mark.parametrize(
    "query, pointer",
    [
        ("from_as_of=1899-12-31", "/query/from_as_of"),
        ("from_as_of=0", "/query/from_as_of"),
        ("from_as_of=2020-08-31T00:00:00", "/query/from_as_of"),
        ("to_as_of=2200-01-01", "/query/to_as_of"),
        ("of=nothing", "/query/of"),
        ("events=101", "/query/events"),
        ("after=WzFd", "/query/after"),
        ("after=WzksImEiLCJiIl0", "/query/after"),
        ("after=Wzk5LCJhIiwiYiIsImMiXQ", "/query/after"),
        ("from_closing={first}", "/query/to_closing"),
        ("to_closing={first}", "/query/from_closing"),
        ("from_closing={first}&to_closing=1", "/query/to_closing"),
        ("from_closing={first}&to_closing={ledgers}", "/query/to_closing"),
        ("from_closing={first}&to_closing={first}&contract=other", "/query/contract"),
        ("from_closing={first}&to_closing={first}&as_of=2022-01-01", "/query/as_of"),
        ("from_closing={first}&to_closing={first}&of=payments", "/query/of"),
        ("from_closing={first}&to_closing={first}&to_known_at=3", "/query/to_known_at"),
        ("from_closing={first}&to_closing={first}&from_as_of=2022-01-01", "/query/from_as_of"),
    ],
)
def test_what_is_no_moment_is_refused(told: Desk, query: str, pointer: str) -> None:
    first = close(told)["version"]
    ledgers = close(told, contract=None)["version"]
    asked = query.format(first=first, ledgers=ledgers)
    answer = told.get(f"/diff?{asked}&min_version={told.version()}")
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_version_that_has_not_come_is_refused(told: Desk) -> None:
    for end in ("from", "to"):
        answer = told.get(f"/diff?{end}_known_at=99999")
        assert (answer.status_code, answer.json()["code"]) == (422, "known_at_beyond_ledger")


def test_every_kind_of_figure_can_be_asked_for(told: Desk) -> None:
    [named, *_] = get_args(Of)
    kinds = [name for of in get_args(named) for name in get_args(of)]
    assert set(kinds) == {kind.of for kind in KINDS}
    for kind in kinds:
        found = told.read(f"/diff?from_known_at=1&of={kind}")["items"]
        assert {row["of"] for row in found} <= {kind}
