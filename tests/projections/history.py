"""Histories for tests: events as the log stores them, without the rules that would decide them."""

import datetime
from itertools import groupby

import psycopg

from ledger.events.catalogue import FACTS, SCHEMA, TYPE_OF, EventData
from ledger.events.codec import AnyEvent, Event, encode_event
from ledger.events.decisions import (
    FeeAccrued,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
    SplitLine,
)
from ledger.events.delivery import OrderPlaced
from ledger.log.tree import Frontier, Node, leaf_hash

LEDGER = "wlz"
CONTRACT = "lcf"
HASH = bytes(range(16))
"""What is kept of a fact with an id, where nobody looks at it."""


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class History:
    """A growing list of events, and a way to put them into the log of a database."""

    def __init__(self, ledger: str = LEDGER) -> None:
        self.ledger = ledger
        self.events: list[AnyEvent] = []
        self.commits = 0
        self._stored = 0
        self._frontier = Frontier()

    @property
    def version(self) -> int:
        return len(self.events)

    @property
    def moment(self) -> str:
        """When the next commit will have been recorded."""
        minutes, seconds = divmod(self.commits, 60)
        return f"2026-11-23T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.000001Z"

    def _terms_of(self, order: str) -> int:
        """The version of an order's latest terms."""
        return max(
            event.version
            for event in self.events
            if isinstance(event.data, OrderPlaced) and event.data.order == order
        )

    def add(self, data: EventData, on: str, *, actor: str = "ada", received: str = "") -> int:
        """Add one event; its version."""
        version = self.version + 1
        self.events.append(
            Event(
                actor=actor,
                data=data,
                effective_on=day(on),
                received_on=day(received or on),
                recorded_at=self.moment,
                schema=SCHEMA,
                type=TYPE_OF[type(data)],
                version=version,
            )
        )
        return version

    def release(self, on: str, split: dict[str, int], **more: object) -> int:
        """Add a released payment with a split in parts of 10,000."""
        version = self.version + 1
        unfunded = more.pop("unfunded", {})
        assert isinstance(unfunded, dict)
        funded = sum(split.values())
        lost = sum(unfunded.values())
        parts = {"phil": 4399, "dcms": 2615, "la": 1878, "sch": 1108}
        fields = {
            "contract": CONTRACT,
            "payment": f"P{version}",
            "trigger": "SIGN_UP",
            "kind": "sign_up",
            "amount_minor": funded + lost,
            "card": "card",
            "card_version": 1,
            "share_set": 1,
            "rule_version": 1,
            "split": tuple(
                SplitLine(funder, amount, unfunded.get(funder, 0), parts.get(funder, 1), 10_000)
                for funder, amount in split.items()
            ),
            "funded_minor": funded,
            "unfunded_minor": lost,
            "evidence": (1,),
            **more,
        }
        return self.add(PaymentReleased(**fields), on)  # type: ignore[arg-type]

    def reverse(self, released: int) -> int:
        """Add the exact negation of a release."""
        event = self.events[released - 1]
        paid = event.data
        assert isinstance(paid, PaymentReleased)
        negated = tuple(
            SplitLine(s.funder, -s.amount_minor, -s.unfunded_minor, s.parts, s.parts_total)
            for s in paid.split
        )
        reversal = PaymentReversed(
            contract=paid.contract,
            payment=paid.payment,
            trigger=paid.trigger,
            kind=paid.kind,
            amount_minor=-paid.amount_minor,
            card=paid.card,
            reversed_version=released,
            rule_version=1,
            split=negated,
            funded_minor=-paid.funded_minor,
            unfunded_minor=-paid.unfunded_minor,
            child=paid.child,
            reference=paid.reference,
        )
        return self.add(reversal, event.effective_on.isoformat())

    def withhold(self, on: str, **more: object) -> int:
        """Add a withheld payment."""
        version = self.version + 1
        fields = {
            "contract": CONTRACT,
            "payment": f"W{version}",
            "trigger": "SIGN_UP",
            "kind": "sign_up",
            "amount_minor": 168_000,
            "card": "card",
            "reason": "time_barred",
            "rule_version": 1,
            "evidence": (1,),
            **more,
        }
        return self.add(PaymentWithheld(**fields), on)  # type: ignore[arg-type]

    def accrue(self, on: str, amount_minor: int, *, order: str = "o1", partner: str = "p1") -> int:
        """Add an accrued fee."""
        return self.add(
            FeeAccrued(
                CONTRACT,
                partner,
                order,
                f"s{self.version}",
                amount_minor,
                0,
                self._terms_of(order),
                1,
            ),
            on,
        )

    def store(self, dsn: str) -> int:
        """Put the events that are not stored yet into the log, as one commit."""
        if self.version == self._stored:
            return self.version
        with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
            cursor.execute(
                "insert into ledger.ledgers values (%s, 'West London Zone', 'GBP',"
                " 'Europe/London', 'x') on conflict do nothing",
                (self.ledger,),
            )
            new = self.events[self._stored :]
            for _, together in groupby(new, key=lambda event: event.recorded_at):
                self._commit(cursor, list(together))
        self.commits += 1
        return self.version

    def _commit(self, cursor: psycopg.Cursor, new: list[AnyEvent]) -> None:
        states = [encode_event(event) for event in new]
        leaves = [leaf_hash(stored) for stored in states]
        nodes: list[Node] = []
        self._frontier = self._frontier.extend(leaves, nodes)
        with cursor.copy(
            "copy ledger.events (originator_id, originator_version, topic, state, leaf_hash)"
            " from stdin (format binary)"
        ) as copy:
            copy.set_types(["text", "int8", "text", "bytea", "bytea"])
            for event, stored, leaf in zip(new, states, leaves, strict=True):
                copy.write_row((self.ledger, event.version, event.stored_name, stored, leaf))
        rows = [(self.ledger, *node) for node in nodes]
        cursor.executemany("insert into ledger.tree_nodes values (%s, %s, %s, %s)", rows)
        where = {
            "ledger": self.ledger,
            "first": new[0].version,
            "version": new[-1].version,
            "moment": new[-1].recorded_at,
            "root": self._frontier.root(),
            "frontier": self._frontier.to_bytes(),
        }
        cursor.execute(
            "insert into ledger.heads values (%(ledger)s, %(version)s, %(root)s, %(frontier)s,"
            " %(moment)s) on conflict (ledger) do update set version = excluded.version,"
            " root = excluded.root, frontier = excluded.frontier,"
            " recorded_at = excluded.recorded_at",
            where,
        )
        cursor.execute(
            "insert into ledger.commits values (%(ledger)s, %(version)s, %(first)s, %(moment)s,"
            " %(root)s)",
            where,
        )
        cursor.executemany(
            "insert into ledger.event_ids values (%s, %s, %s, %s, %s)",
            [(self.ledger, e.id, HASH, e.version, last) for e, last in _with_their_ends(new)],
        )
        self._stored = new[-1].version


def _with_their_ends(events: list[AnyEvent]) -> list[tuple[AnyEvent, int]]:
    """The events with ids, each with the version of the last decision that followed it."""
    ends, last = [], 0
    for event in reversed(events):
        last = last or event.version
        if event.type in FACTS:
            ends += [(event, last)] if event.id is not None else []
            last = 0
    return ends
