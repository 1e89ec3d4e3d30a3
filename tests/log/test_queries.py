"""Named queries, read from files."""

from pathlib import Path

import pytest

from ledger.log.queries import QueriesUnreadable, load_queries


def written(folder: Path, text: str) -> Path:
    path = folder / "asked.sql"
    path.write_text(text)
    return path


def test_a_query_is_found_by_its_name(tmp_path: Path) -> None:
    text = "-- one: what one is\nSELECT 1;\n\n-- two\n-- what two is\nSELECT 2\n    + 0;\n"
    queries = load_queries(written(tmp_path, text))
    assert queries == {"one": "SELECT 1;", "two": "SELECT 2\n    + 0;"}


@pytest.mark.parametrize(
    "text", ["-- one: what one is\n", "-- one: what one is\nA;\n-- one: what one was\nB;\n"]
)
def test_an_empty_query_and_a_name_used_twice_are_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(QueriesUnreadable):
        load_queries(written(tmp_path, text))
