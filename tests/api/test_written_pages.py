"""A long answer goes out in pieces while it is read, as a page to those who rather have one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.http.subject_access import prefers_page
from api.subject_access.written import as_json, as_page
from tests.api.desk import Json

CHILD = "c-0001"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept, page",
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html", True),
        (BROWSER, True),
        ("TEXT/HTML;charset=utf-8", True),
        ("text/html, application/json", False),
        ("text/html;q=0.5, application/json", False),
        ("text/html, application/json;q=0.9", True),
        ("text/html;q=0", False),
        ("text/html;q=nonsense", False),
    ],
)
def test_a_page_is_for_who_rather_has_one(accept: str, page: object) -> None:
    assert prefers_page(accept) is page


def test_long_lists_go_out_in_pieces_while_they_are_read() -> None:
    read: list[int] = []

    def events() -> Iterator[Json]:
        for number in range(5_000):
            read.append(number)
            yield {
                "version": number, "says": "x" * 100, "effective_on": "2022-01-01", "type": "t",
                "recorded_at": "", "actor": "a", "data": {"mark": "</code><script>"},
            }  # fmt: skip

    def sections() -> Iterator[tuple[str, Any]]:
        empty: Json = {name: [] for name in ("records", "about", "not_known")}
        named = {"ledger": "wlz", "currency": "GBP", "child": CHILD, "version": 1}
        yield from {
            **named,
            **empty,
            "answered_on": "2022-01-01",
            "identity": {"state": "none"},
        }.items()
        yield "events", events()
        others = ("identity_reads", "payments", "verifications", "erasures", "documents")
        yield from ((name, iter([])) for name in (*others, "retention"))

    for pieces in (as_json(sections()), as_page(sections())):
        read.clear()
        first = next(pieces)
        assert 0 < len(read) < 2_000
        whole = first + b"".join(pieces)
        assert len(read) == 5_000
        if whole.startswith(b"{"):
            assert len(json.loads(whole)["events"]) == 5_000
        else:
            assert b"<script" not in whole
