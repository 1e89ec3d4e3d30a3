"""The versions of the rules: what sets each apart, and since when a ledger has been under it."""

from typing import Any

from psycopg import Connection

from ledger.events.catalogue import TYPE_OF
from ledger.events.rules import RulesAdopted
from ledger.rule_versions import FIRST, RULES
from projections.reading.events import events
from projections.reading.pair import Pair


def rules(connection: Connection[Any], ledger: str, at: Pair) -> dict[str, Any]:
    """Every version that can be run, with its adoption; `known_at` alone filters adoptions."""
    known = Pair(None, at.known_at)
    page = events(connection, ledger, known, type=TYPE_OF[RulesAdopted], limit=len(RULES))
    adopted = {event["data"]["rules"]: event for event in page.items}
    return {
        "in_force": max(adopted, default=FIRST.version),
        "versions": [
            {
                "rules": each.version,
                "says": each.says,
                "adopted_version": _of(adopted.get(each.version), "version"),
                "adopted_on": _of(adopted.get(each.version), "effective_on"),
                "adopted_by": _of(adopted.get(each.version), "actor"),
            }
            for each in RULES
        ],
    }


def _of(event: dict[str, Any] | None, field: str) -> Any:  # noqa: ANN401 (the field's own)
    return None if event is None else event[field]
