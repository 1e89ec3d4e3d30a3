"""Retention: how long a contract keeps which kind of data, by the rules in force."""

from collections.abc import Collection
from typing import Any, Final

import msgspec
from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.pair import Pair

RULE: Final = "retention.set"


def retention_rules(
    connection: Connection[Any], ledger: str, contracts: Collection[str], at: Pair
) -> list[dict[str, Any]]:
    """The rules of some contracts in force by the day, one a kind of data: the last one counts."""
    rules: dict[tuple[str, str], dict[str, Any]] = {}
    for contract in sorted(contracts):
        asked = {
            "ledger": ledger,
            "day": at.day,
            "known_at": at.known_at,
            "contract": contract,
            "types": [RULE],
        }
        for row in ask(connection, "terms.terms", asked):
            event = msgspec.json.decode(bytes(row["stored"]))
            found = event["data"]
            rules[contract, found["kind"]] = {
                "contract": contract,
                "kind": found["kind"],
                "months": found["months"],
                "after": found["after"],
                "effective_on": event["effective_on"],
                "version": event["version"],
            }
    return [rules[key] for key in sorted(rules)]
