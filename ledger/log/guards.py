"""The triggers that keep what is recorded as it is: as migrations make them, and as they stand.

What should be there is read from the text of the migrations, so that no list is kept beside them.
What is there is read from the database's catalogue, with the text of the functions that are run.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.log.migrations import Part, files_of
from ledger.log.queries import load_queries

SQL: Final = load_queries(Path(__file__).parent / "sql" / "guards.sql")
TRIGGER: Final = re.compile(
    r"CREATE TRIGGER (?P<name>\S+) (?P<moment>BEFORE|AFTER) (?P<events>[A-Z ]+) ON (?P<table>\S+)"
    r"\s+FOR EACH (?P<each>ROW|STATEMENT)\s+EXECUTE FUNCTION (?P<function>[^\s(]+)\(\)"
)
FUNCTION: Final = re.compile(
    r"CREATE FUNCTION (\S+)\(\) RETURNS trigger LANGUAGE plpgsql AS \$\$(.*?)\$\$;", re.DOTALL
)


class Place(NamedTuple):
    """Where a trigger stands: its table, with the schema, and its name on it."""

    table: str
    name: str

    def __str__(self) -> str:
        """The trigger as a person names it."""
        return f"{self.name} on {self.table}"


class Guard(NamedTuple):
    """When a trigger runs, on which events, for each row or statement; and what it runs."""

    moment: str
    events: frozenset[str]
    each: str
    function: str
    body: str


class StandingTrigger(NamedTuple):
    """A trigger in a database; without a guard it has a condition, or arguments, that ours lack."""

    place: Place
    guard: Guard | None
    is_of_foreign_key: bool
    is_on: bool


def guards_made_by(parts: Sequence[Part]) -> dict[Place, Guard]:
    """The triggers that the migrations of these parts make."""
    texts = [text.decode() for part in parts for text in files_of(part).values()]
    bodies = dict(found for text in texts for found in FUNCTION.findall(text))
    return {
        Place(made["table"], made["name"]): _guard(made, made["function"], bodies[made["function"]])
        for text in texts
        for made in TRIGGER.finditer(text)
    }


def guards_standing(
    connection: Connection[Any], schemas: Sequence[str]
) -> Iterator[StandingTrigger]:
    """The triggers on the tables of these schemas; a foreign key's only where they are off."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        for table, name, internal, is_on, text, function, body in cursor.execute(
            SQL["triggers"], {"schemas": list(schemas)}
        ):
            made = TRIGGER.fullmatch(text)
            guard = None if made is None else _guard(made, function, body)
            yield StandingTrigger(Place(table, name), guard, internal, is_on)


def rules_standing(connection: Connection[Any], schemas: Sequence[str]) -> list[Place]:
    """The rules that rewrite what is done to the tables of these schemas; we make none."""
    rows = connection.execute(SQL["rules"], {"schemas": list(schemas)}).fetchall()
    return [Place(table, name) for table, name in rows]


def roles_without_guards(connection: Connection[Any]) -> list[str]:
    """For whom a setting of the database, or of its server, switches every trigger off."""
    return [role for (role,) in connection.execute(SQL["off_by_setting"]).fetchall()]


def has_part(connection: Connection[Any], part: Part, table: str) -> bool:
    """Whether a part is in this database, by its migrations or by a table of it."""
    row = connection.execute(SQL["has_part"], {"part": part.name, "table": table}).fetchone()
    return bool(row and row[0])


def _guard(made: re.Match[str], function: str, body: str) -> Guard:
    events = frozenset(made["events"].split(" OR "))
    return Guard(made["moment"], events, made["each"], function, body)
