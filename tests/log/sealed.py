"""A small ledger whose values are sealed, in memory or in PostgreSQL, and ways to damage it."""

import base64
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql

from ledger.events.codec import Fact
from ledger.events.privacy import ErasureRequested
from ledger.events.words import ErasureScope
from ledger.log.memory import MemoryLog
from ledger.log.ports import Log, StoredEvent
from ledger.log.replies import shown_one
from ledger.log.requests import AppendAnswer, AppendRequest, Submitted
from ledger.log.sealing.master import GivenKeys, MasterKeys, Wrapped, text_of
from ledger.log.sealing.reader import KeyReader
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import KeyPlace, KeyStore, MemoryKeyStore
from ledger.log.standing import Standing
from ledger.log.writer import Writer
from tests.log.asking import ask
from tests.log.facts import WLZ, contract_terms, enrolled, fact

MASTER: Final = GivenKeys(text_of(bytes(range(32))))
OTHER_MASTER: Final = GivenKeys(text_of(bytes(range(1, 33))))
ERASED_ON: Final = datetime.date(2024, 11, 1)
SEALED: Final = {
    "measurement.recorded.v2": ("value",),
    "measurement.corrected.v2": ("value", "reason"),
    "child.withdrawn.v2": ("reason",),
    "evidence.attached.v2": ("label",),
}


def measured(child: str, value: Any, event_id: str | None = None, **more: Any) -> Submitted:
    """A score, of the baseline unless said otherwise."""
    said = {"area": "peer", "point": "baseline", **more}
    return fact(
        "measurement.recorded", "2024-09-12", event_id, contract="lcf", child=child, value=value,
        **said,
    )  # fmt: skip


def corrected(child: str, value: Any, reason: str = "keyed_wrongly") -> Submitted:
    """That score, as it should have been."""
    return fact(
        "measurement.corrected", "2024-09-12", contract="lcf", child=child, area="peer",
        point="baseline", value=value, reason=reason,
    )  # fmt: skip


def labelled(child: str, label: str = "sdq_form") -> Submitted:
    """A document about the child."""
    return fact(
        "evidence.attached", "2024-09-13", contract="lcf", child=child, about=1, label=label,
        sha256="0" * 64, media_type="text/plain", bytes=1,
    )  # fmt: skip


def withdrawn(child: str, reason: str = "disengaged") -> Submitted:
    """The child leaves."""
    return fact("child.withdrawn", "2024-10-01", contract="lcf", child=child, reason=reason)


def told(child: str, value: Any = 6) -> tuple[Submitted, ...]:
    """All that is ever sealed of a child, once each."""
    return (
        enrolled(child), measured(child, value), corrected(child, 4), labelled(child),
        withdrawn(child),
    )  # fmt: skip


@dataclass
class SealedLedger:
    """The log, the keys beside it, and the master key that both of its doors use."""

    log: Log
    store: KeyStore
    master: MasterKeys = MASTER
    dsn: str = ""
    ledger: str = "wlz"

    def made(self) -> "SealedLedger":
        """With its contract."""
        self.log.create(replace(WLZ, ledger=self.ledger))
        self.say(*contract_terms(), actor="finance")
        return self

    def under(self, master: MasterKeys) -> "SealedLedger":
        """The same ledger, by somebody with another master key."""
        return replace(self, master=master)

    def ring(self) -> Ring:
        return Ring(self.store, self.master, self.ledger)

    def writer(self, **options: Any) -> Writer:
        return Writer(self.log, self.ledger, self.ring(), **options)

    def say(self, *facts: Submitted, actor: str = "school", **options: Any) -> AppendAnswer:
        """Append with a writer of its own; everything must be taken."""
        writer = self.writer()
        try:
            answer = ask(writer, AppendRequest(actor, facts, **options))
        finally:
            writer.close()
        assert answer.outcome == "done", answer.refusals
        return answer

    def erase(self, child: str, scope: ErasureScope = "all") -> None:
        """Two people ask for it; the keys are still there afterwards."""
        for actor in ("one-admin", "another-admin"):
            self.say(erasure(child, scope), actor=actor)

    def stored(self) -> list[StoredEvent]:
        return [event for events in self.log.read(self.ledger) for event in events]

    def loaded(self) -> Standing:
        """The state as a writer builds it."""
        return Standing.loaded(self.log, self.ledger, self.ring())

    def read(self, version: int) -> dict[str, Any]:
        """An event's data as it is answered."""
        event = self.log.read_one(self.ledger, version)
        assert event is not None
        shown = shown_one(event, self.ledger, KeyReader(self.store, self.master))
        return dict(msgspec.json.decode(shown)["data"])

    def values(self) -> dict[tuple[int, str], Any]:
        """Every sealed value as it is answered, by version and field."""
        return {place: self.read(place[0])[place[1]] for place in self.places()}

    def places(self) -> list[tuple[int, str]]:
        """Where something is sealed."""
        return [
            (event.version, field)
            for event in self.stored()
            for field in SEALED.get(event.stored_name, ())
        ]

    def place_of(self, child: str, name: str) -> int:
        """The version of a child's sealed event of a type."""
        [version] = [
            event.version
            for event in self.stored()
            if event.stored_name == f"{name}.v2"
            and json.loads(event.stored)["data"]["child"] == child
        ]
        return version

    def sealed(self, version: int, field: str) -> bytes:
        """A value's nonce, ciphertext and tag."""
        event = self.log.read_one(self.ledger, version)
        assert event is not None
        return base64.b64decode(json.loads(event.stored)["data"][field]["sealed"])

    def replace_sealed(self, version: int, field: str, sealed: bytes | str) -> None:
        """Put another ciphertext in a value's place, behind the ledger's back."""

        def changed(stored: bytes) -> bytes:
            event = json.loads(stored)
            text = sealed if isinstance(sealed, str) else base64.b64encode(sealed).decode()
            event["data"][field] = {"sealed": text}
            return json.dumps(event, separators=(",", ":"), sort_keys=True).encode()

        self.damage(version, changed)

    def damage(self, version: int, change: Callable[[bytes], bytes]) -> None:
        """Change an event's stored bytes behind the ledger's back."""
        event = self.log.read_one(self.ledger, version)
        assert event is not None
        state = change(event.stored)
        if isinstance(self.log, MemoryLog):
            kept = self.log._recorder
            place = kept._stored_events_index[self.ledger][version]
            kept._stored_events[place] = replace(kept._stored_events[place], state=state)
            return
        unguarded(
            self.dsn, "ledger.events",
            "UPDATE ledger.events SET state = %s"
            " WHERE originator_id = %s AND originator_version = %s",
            (state, self.ledger, version),
        )  # fmt: skip

    def key(self, child: str) -> Wrapped:
        return self.store.find(self.ledger, "values", [child])[child]

    def replace_key(self, child: str, wrapped: Wrapped) -> None:
        """Put another wrapped key in a key's place, as a restored backup would."""
        if isinstance(self.store, MemoryKeyStore):
            self.store._keys[KeyPlace(self.ledger, child, "values")] = wrapped
            return
        unguarded(
            self.dsn, "child_keys.data_keys",
            "UPDATE child_keys.data_keys SET master = %s, wrapped = %s, destroyed_at ="
            " CASE WHEN %s::bytea IS NULL THEN now() END"
            " WHERE ledger = %s AND child = %s AND purpose = 'values'",
            (wrapped.master, wrapped.wrapped, wrapped.wrapped, self.ledger, child),
        )  # fmt: skip

    def take_key_out(self, child: str) -> None:
        """Lose a child's key, tombstone and all."""
        if isinstance(self.store, MemoryKeyStore):
            del self.store._keys[KeyPlace(self.ledger, child, "values")]
            return
        unguarded(
            self.dsn, "child_keys.data_keys",
            "DELETE FROM child_keys.data_keys WHERE ledger = %s AND child = %s",
            (self.ledger, child),
        )  # fmt: skip


def erasure(child: str, scope: ErasureScope = "all") -> Submitted:
    """The request of one administrator, as the door makes it."""
    asked = ErasureRequested(child=child, basis="consent_withdrawn", scope=scope)
    return Submitted(Fact(effective_on=ERASED_ON, data=asked), b"{}")


def unguarded(dsn: str, table: str, statement: str, parameters: tuple[Any, ...]) -> None:
    """Change a table whose triggers refuse it: they are off meanwhile."""
    name = sql.Identifier(*table.split("."))
    with psycopg.connect(dsn) as connection:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        connection.execute(statement, parameters)
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
