"""Why something was posted: the event, what it names, and the versions that caused it.

A reason names things of the trade only (a payment, an invoice, an order), never a child.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import Connection

from ledger.events.codec import AnyEvent, decode_event
from ledger.events.people import FactVoided
from projections.reading.asking import ask

NAMES: Final = (
    "payment", "claim", "sample", "invoice", "credit_note", "receipt", "write_off", "settlement",
    "order", "reference",
)  # fmt: skip


def reasons(
    connection: Connection[Any], ledger: str, versions: Iterable[int]
) -> dict[int, dict[str, Any]]:
    """The reason of each version: its event, the names in it, its causes.

    A voiding has the names of what it voids.
    """
    found = _events(connection, ledger, versions)
    voidings = [event.data.version for event in found.values() if _is_voiding(event)]
    voided = _events(connection, ledger, voidings)
    return {version: _reason(event, voided) for version, event in found.items()}


def _events(
    connection: Connection[Any], ledger: str, versions: Iterable[int]
) -> dict[int, AnyEvent]:
    wanted = sorted(set(versions))
    if not wanted:
        return {}
    rows = ask(connection, "books.events", {"ledger": ledger, "versions": wanted})
    return {row["version"]: decode_event(row["topic"], bytes(row["state"])) for row in rows}


def _is_voiding(event: AnyEvent) -> bool:
    return isinstance(event.data, FactVoided)


def _reason(event: AnyEvent, voided: Mapping[int, AnyEvent]) -> dict[str, Any]:
    named = voided[event.data.version] if _is_voiding(event) else event
    names = {name: getattr(named.data, name, None) for name in NAMES}
    return {
        "event": event.type,
        **{name: value for name, value in names.items() if value is not None},
        **({"voided": event.data.version} if _is_voiding(event) else {}),
        "causes": list(event.causes),
    }
