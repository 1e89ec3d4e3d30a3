"""Rows of a why-document in words: sessions, lines of the journal, what was considered."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from api.tracing.steps import plain, pounds

Row = Mapping[str, Any]


def _session(row: Row) -> str:
    words = f"{row['on']} {row['order']}, {row['session']}: {plain(row['why'])}"
    counts = "counts" if row["counts"] else "does not count"
    words += f", {counts} (register {row['register']}"
    if row["supersedes"]:
        words += f", in place of {', '.join(map(str, row['supersedes']))}"
    return f"{words})"


def _posted(row: Row) -> str:
    words = f"{row['account']} {pounds(row['amount_minor'])}, fund {row['fund']}"
    words += f", posted {row['posted_on']}"
    return f"{words} (late)" if row["prior_period"] else words


def _considered(row: Row) -> str:
    words = f"version {row['version']}, from {row['effective_on']}: {plain(row['why'])}"
    conditions = row.get("conditions") or ()
    return f"{words} (for a {' and a '.join(conditions)})" if conditions else words


def _paid(row: Row) -> str:
    """A line of an invoice."""
    words = f"{row['payment']} {row['trigger']} {pounds(row['amount_minor'])}"
    words += f", effective {row['effective_on']}, {row['state']}"
    return f"{words}, taken back" if row["adjustment"] else words


def _item(row: Row) -> str:
    """A line of an invoice, or what a receipt was set against."""
    if "payment" in row:
        return _paid(row)
    node = row["allocation"]
    return (
        f"invoice {row['invoice']} of claim {row['claim']}: {pounds(row['amount_minor'])} "
        f"(version {node['version']} by {node['actor']}, {node['effective_on']})"
    )


def _cut(row: Row) -> str:
    """What a list leaves out."""
    more = "there are more" if row["more"] is None else f"{row['more']:,} more are left out"
    return f"{row['what']}: the first {row['shown']:,} are shown, {more}"


ROWS: Final[Mapping[str, Callable[[Row], str]]] = {
    "sessions": _session,
    "lines": _posted,
    "considered": _considered,
    "items": _item,
    "cut": _cut,
}
