"""Rows of a published report: a hidden number is null, and named in the row's `hidden`."""

from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]


def row_of(about: Mapping[str, Any], figures: Mapping[str, Any], hidden: Iterable[str]) -> Row:
    """A row with its figures; those that are named as hidden are null."""
    names = set(hidden)
    shown = {name: None if name in names else figure for name, figure in figures.items()}
    return {**about, **shown, "hidden": [name for name in figures if name in names]}


def hidden_in(rows: Iterable[Row]) -> int:
    """How many numbers are hidden."""
    return sum(len(row["hidden"]) for row in rows)
