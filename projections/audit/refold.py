"""The log folded again, one slot of 32,768 versions at a time, for whoever compares with it."""

from typing import Any

from psycopg import Connection

from ledger.events.codec import AnyEvent, decode_event
from ledger.events.people import FactVoided
from projections.audit.queries import rows_of
from projections.folds.bearings import Bearings
from projections.folds.ledger_reader import read_event
from projections.rows import Page, slot_of


class Refold:
    """Folds event after event; `page` has the rows of the slot that the last one is in."""

    def __init__(self, connection: Connection[Any], ledger: str) -> None:
        """Begin before the first event."""
        self._connection = connection
        self._ledger = ledger
        self._bearings = Bearings()
        self.page = Page(0)

    def follow(self, event: AnyEvent) -> None:
        """Fold one event."""
        if slot_of(event.version) != self.page.slot:
            self.page = Page(slot_of(event.version))
        voided = self._event_at(event.data.version) if isinstance(event.data, FactVoided) else None
        read_event(event, voided, self._bearings, self.page)

    def _event_at(self, version: int) -> AnyEvent | None:
        """One event of the log, by its version."""
        place = {"ledger": self._ledger, "version": version}
        rows = rows_of(self._connection, "event_at", place)
        return decode_event(rows[0][0], bytes(rows[0][1])) if rows else None
