"""Whether the triggers that keep recorded rows from being changed stand as they were made.

One that is off, gone, or another one now is found. Whoever owns the database can switch one off,
change rows and switch it on again: that it was off, nobody can tell.
"""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import Connection

from ledger.log.guards import (
    Guard,
    Place,
    StandingTrigger,
    guards_made_by,
    guards_standing,
    has_part,
    roles_without_guards,
    rules_standing,
)
from ledger.log.migrations import LEDGER, Part
from ledger.log.sealing.postgres import KEYS
from projections.audit.findings import Report

SCHEMAS: Final = ("ledger", "child_keys", "projections", "api")
KEYS_TABLE: Final = "child_keys.data_keys"


def check_guards(connection: Connection[Any], report: Report, keys_dsn: str | None) -> None:
    """Compare the triggers of the log's database, and those of the children's keys.

    The keys are in the same database, or in the one of `keys_dsn`.
    """
    keys_here = has_part(connection, KEYS, KEYS_TABLE)
    _check(connection, report, (LEDGER, KEYS) if keys_here else (LEDGER,), SCHEMAS)
    if keys_dsn is not None:
        try:
            with psycopg.connect(keys_dsn, autocommit=True) as elsewhere:
                _check(elsewhere, report, (KEYS,), (KEYS.name,))
        except psycopg.OperationalError as unreachable:
            report.find("key_store_unavailable", 0, type(unreachable).__name__)
    elif not keys_here:
        report.unchecked.append("the triggers that guard children's keys: these are elsewhere")


def _check(
    connection: Connection[Any], report: Report, parts: Sequence[Part], schemas: Sequence[str]
) -> None:
    made = guards_made_by(parts)
    report.count("triggers", len(made))
    for standing in guards_standing(connection, schemas):
        _compare(report, standing, made.pop(standing.place, None))
    for place in made:
        _missing(report, place, "is not there")
    for place in rules_standing(connection, schemas):
        report.find("guard_unknown", 0, f"the rule {place}")
    for role in roles_without_guards(connection):
        report.find("guard_missing", 0, f"a setting switches all triggers off for {role}")


def _compare(report: Report, standing: StandingTrigger, made: Guard | None) -> None:
    if not standing.is_on and (standing.is_of_foreign_key or made is not None):
        _missing(report, standing.place, "is switched off")
    elif made is None:
        report.find("guard_unknown", 0, f"the trigger {standing.place}")
    elif standing.guard != made:
        detail = f"the trigger {standing.place} does not do, or not then, what it was made for"
        report.find("guard_differs", 0, detail)


def _missing(report: Report, place: Place, why: str) -> None:
    report.find("guard_missing", 0, f"the trigger {place} {why}")
