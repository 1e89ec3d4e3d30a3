"""The entry that an event made in the journal, and the period that its day of posting lies in."""

from typing import Any

from projections.reading.asking import shown
from projections.tracing.logged import NODES_MAX, Trail

Document = dict[str, Any]


def entry_of(trail: Trail, versions: list[int]) -> Document:
    """The lines that some events posted, what they add up to, and the closings that hold them.

    `{lines, sum_minor, closings}`: lines as the journal shows them with `detail`, why each is
    posted, in pence, debits positive, 1,000 at most; the sum of whole entries is 0 (`domain.md` 8).
    """
    lines = trail.ask_few("entry lines", "tracing.entry", NODES_MAX, versions=versions)
    days = {(line["contract"], line["posted_on"]) for line in lines}
    closings = {
        row["version"]
        for contract, posted_on in days
        for row in trail.ask("tracing.closing", contract=contract, posted_on=posted_on)
    }
    return {
        "lines": [shown(line) for line in lines],
        "sum_minor": sum(line["amount_minor"] for line in lines),
        "closings": trail.nodes(closings, "closing"),
    }
