"""The page of small numbers is what the suppressor does, table by table."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from projections.suppression.draft import Draft
from projections.suppression.hiding import suppress

PAGE = Path(__file__).with_name("small_numbers.md")
SECTION = re.compile(r"^## (.+)\n\nBelow (\d+)\.(?:.|\n)*?\n\n((?:\|.*\n)+)", re.MULTILINE)
NESTED = ["at risk", "measured", "achieved"]
ALL = "all"


def sections():
    found = SECTION.findall(PAGE.read_text(encoding="utf-8"))
    return [pytest.param(int(below), table, id=title) for title, below, table in found]


def cells_of(table):
    """Count and star of every cell, by row and column."""
    head, _, *lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n") if line
    ]
    return {
        (name, column): (int(cell.rstrip(" *")), cell.endswith("*"))
        for name, *row in lines
        for column, cell in zip(head[1:], row, strict=True)
    }


def adding_up(counts):
    """The table in which rows add up to the last one, and columns to the last or within another."""
    draft = Draft(dict(counts))
    rows = list(dict.fromkeys(row for row, _ in counts))
    columns = list(dict.fromkeys(column for _, column in counts))
    for column in columns:
        draft.total((ALL, column), [(row, column) for row in rows if row != ALL])
    for row in rows:
        if columns == NESTED:
            for whole, part in pairwise(columns):
                draft.within((row, whole), (row, part))
        else:
            draft.total((row, ALL), [(row, column) for column in columns if column != ALL])
    return draft.table()


@pytest.mark.parametrize("below, table", sections())
def test_what_is_hidden_is_what_the_page_says(below, table):
    cells = cells_of(table)
    hidden = suppress(adding_up({name: count for name, (count, _) in cells.items()}), below)
    assert {name for name, (_, starred) in cells.items() if starred} == hidden.cells


def test_the_page_is_read_to_its_end():
    assert len(sections()) == PAGE.read_text(encoding="utf-8").count("\n## ") == 7
