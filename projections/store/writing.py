"""One batch's rows into the read tables, within the caller's transaction."""

from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from ledger.log.queries import load_queries
from projections.rows import OFFSETS_PER_SLOT, TABLES, Page
from projections.store.copying import lines

QUERIES: Final = load_queries(Path(__file__).with_name("writing.sql"))


def write_page(
    connection: Connection[Any], page: Page, *, ledger: str, generation: int, after: int
) -> None:
    """Add a page's rows; `after` is the version up to which the tables have got."""
    place = (ledger, generation)
    with connection.cursor() as cursor:
        for kind, rows in page.rows.items():
            if rows:
                with cursor.copy(QUERIES[f"copy_{TABLES[kind]}"]) as copy:
                    for piece in lines(place, rows):
                        copy.write(piece)
    _write_index(connection, page, place, after)


def _write_index(
    connection: Connection[Any], page: Page, place: tuple[str, int], after: int
) -> None:
    """Add index entries: those of a new slot in bulk, of one begun earlier by joining on."""
    entries = page.slots()
    with connection.cursor() as cursor:
        if after % OFFSETS_PER_SLOT == 0:
            with cursor.copy(QUERIES["copy_event_index"]) as copy:
                for piece in lines(place, entries):
                    copy.write(piece)
        else:
            cursor.execute(
                QUERIES["extend_event_index"],
                {
                    "ledger": place[0],
                    "generation": place[1],
                    "subjects": [entry.subject for entry in entries],
                    "slots": [entry.slot for entry in entries],
                    "offsets": [f"{{{','.join(map(str, entry.offsets))}}}" for entry in entries],
                },
            )
