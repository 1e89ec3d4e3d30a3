"""What is held on one child, section by section; long ones are read page by page as they go out.

Everything is read at one version of the ledger. No connection is held while somebody reads slowly.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from psycopg import Connection

from api.service import Service
from api.subject_access.sentences import described, rule_described
from ledger.events.sealed import FindKeys
from ledger.invariants import ensure
from ledger.log.ports import LedgerTerms
from projections.reading import children, erasures, payments
from projections.reading.child_feed import about_child, documents_about, registers_without
from projections.reading.pair import Page, Pair
from projections.reading.retention import retention_rules

READS_PER_QUERY: Final = 500
ABOUT: Final = (
    "This is everything that this ledger holds on one child, whom it knows by a reference.",
    "Where it says 'erased', the key of a value was destroyed: nobody can read it any more.",
    "Payments are what funders pay for the programme; no child is paid, and none pays.",
)
NOT_KNOWN: Final = (
    "Copies that were handed out before: exports, reports, answers that others have kept.",
    "What is on paper, in mail, or in the systems that this ledger is fed from.",
    "Documents themselves: of each only a digest is held, from which nothing can be read.",
    "Backups and the database's own journal: what is listed here may be in them until they expire.",
    "Who stands behind the names of keys: people and systems are named by their posts.",
)

Answer = TypeVar("Answer")
Item = dict[str, Any]
Behind = Callable[[Connection[Any], str | None], Page]


@dataclass(slots=True)
class Held:
    """Everything that is held on a child at a version. Its sections can be read once, in order."""

    service: Service
    terms: LedgerTerms
    child: str
    at: Pair
    today: datetime.date
    identity: Item
    _about: set[int | str] = field(default_factory=set)
    _contracts: set[str] = field(default_factory=set)
    _all_seen: bool = False

    def sections(self) -> Iterator[tuple[str, Any]]:
        """The sections by name; an iterator stands for a list."""
        yield "ledger", self.terms.ledger
        yield "currency", self.terms.currency
        yield "child", self.child
        yield "version", self.at.known_at
        yield "answered_on", self.today.isoformat()
        yield "about", ABOUT
        yield "identity", self.identity
        yield "identity_reads", self._identity_reads()
        yield "records", self._ask(self._records)
        yield "payments", self._payments()
        yield "verifications", self._told(self._feed(type="verification.recorded"))
        yield "erasures", self._erasures()
        yield "events", self._events()
        yield "documents", self._told(self._documents())
        yield "retention", self._retention()
        yield "not_known", NOT_KNOWN

    @property
    def _ledger(self) -> str:
        return self.terms.ledger

    @property
    def _find_keys(self) -> FindKeys:
        return self.service.sealing.find_keys

    def _ask(self, question: Callable[[Connection[Any]], Answer]) -> Answer:
        with self.service.pool.connection() as connection:
            return question(connection)

    def _every(self, behind: Behind) -> Iterator[Item]:
        """Every item of a list, page by page."""
        after: str | None = None
        while True:
            with self.service.pool.connection() as connection:
                page = behind(connection, after)
            yield from page.items
            if page.after is None:
                return
            after = page.after

    def _told(self, events: Iterator[Item]) -> Iterator[Item]:
        for event in events:
            yield {**event, "says": described(event, self.child, self.terms.currency)}

    def _identity_reads(self) -> Iterator[Item]:
        vault = self.service.sealing.vault
        after = 0
        while found := vault.reads(self._ledger, self.child, after=after, limit=READS_PER_QUERY):
            after = found[-1].number
            yield from (read.shown() for read in found)

    def _records(self, connection: Connection[Any]) -> list[Item]:
        return children.records(
            connection,
            self._ledger,
            self.child,
            self.at,
            today=self.today,
            find_keys=self._find_keys,
        )

    def _payments(self) -> Iterator[Item]:
        return self._every(
            lambda connection, after: payments.payments(
                connection, self._ledger, self.at, child=self.child, after=after
            )
        )

    def _erasures(self) -> Iterator[Item]:
        return self._every(
            lambda connection, after: erasures.steps(
                connection, self._ledger, self.child, self.at, after=after
            )
        )

    def _feed(self, **which: Any) -> Iterator[Item]:  # noqa: ANN401 (as `about_child` takes it)
        return self._every(
            lambda connection, after: about_child(
                connection, self._ledger, self.child, self.at,
                after=int(after or 0), find_keys=self._find_keys, **which,
            )
        )  # fmt: skip

    def _events(self) -> Iterator[Item]:
        """The events, and what the sections behind them have to know of them."""
        also = self._ask(
            lambda connection: registers_without(connection, self._ledger, self.child, self.at)
        )
        for event in self._told(self._feed(also=also)):
            self._about |= {event["version"], event["id"] or event["version"]}
            self._contracts |= {event["data"].get("contract")} - {None}
            yield event
        self._all_seen = True

    def _documents(self) -> Iterator[Item]:
        ensure(self._all_seen, "what documents are about is known behind the last event")
        if self._about:
            yield from self._every(
                lambda connection, after: documents_about(
                    connection, self._ledger, self._about, self.at, after=int(after or 0)
                )
            )

    def _retention(self) -> Iterator[Item]:
        ensure(self._all_seen, "the contracts of a child are known behind its last event")
        now = Pair(self.today, self.at.known_at)
        rules = self._ask(
            lambda connection: retention_rules(connection, self._ledger, self._contracts, now)
        )
        yield from ({**rule, "says": rule_described(rule)} for rule in rules)
