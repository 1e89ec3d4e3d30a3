"""First answers given again: what is kept of them, and how they are rendered from the log."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from ledger.events.catalogue import SEALED_SCHEMA
from ledger.events.codec import decode_event, encode_event
from ledger.events.sealed import FindKeys, Opens, opened, shown
from ledger.invariants import ensure
from ledger.log.ports import KeptId, KeptKey, Log, StoredEvent
from ledger.log.requests import AppendAnswer, Recorded, Refused, Replayed, Result, Seal, Stored


class KeptRecorded(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """A recorded fact, by its versions."""

    first_version: int
    last_version: int


class KeptReplayed(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A replayed fact, by its versions."""

    first_version: int
    last_version: int


class KeptRefused(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A refused fact."""

    code: str
    detail: str
    pointer: str
    index: int | None


KeptResult = KeptRecorded | KeptReplayed | KeptRefused
Span = tuple[int, int]
SEALED_ENDING: Final = f".v{SEALED_SCHEMA}"
_encoder: Final = msgspec.json.Encoder()
_decoder: Final[msgspec.json.Decoder[list[KeptResult]]] = msgspec.json.Decoder(list[KeptResult])


def keep_results(results: Iterable[Result]) -> bytes:
    """What a key keeps of an answer: versions of events, and refusals whole."""
    return _encoder.encode([_kept(result) for result in results])


def _kept(result: Result) -> KeptResult:
    match result:
        case Refused():
            return KeptRefused(result.code, result.detail, result.pointer, result.index)
        case Replayed():
            return KeptReplayed(result.first_version, result.last_version)
        case Recorded():
            return KeptRecorded(result.first_version, result.last_version)


def recorded_of(kept: KeptKey) -> tuple[bool, ...]:
    """Which facts of the first request were taken, recorded or replayed."""
    return tuple(not isinstance(result, KeptRefused) for result in _decoder.decode(kept.results))


def answer_again(log: Log, ledger: str, kept: KeptKey, keys: Opens) -> AppendAnswer:
    """The first answer to a key, rendered from the log."""
    results = _decoder.decode(kept.results)
    spans = [
        (result.first_version, result.last_version)
        for result in results
        if not isinstance(result, KeptRefused)
    ]
    stored = load_spans(log, ledger, spans, keys)
    last = log.read_one(ledger, kept.version) if kept.version else None
    commit = log.commit_holding(ledger, kept.version)
    refused = any(isinstance(result, KeptRefused) for result in results)
    return AppendAnswer(
        version=kept.version,
        results=tuple(_rendered(result, stored) for result in results),
        seal=Seal(kept.version, last and last.leaf_hash, kept.root),
        outcome="partly" if refused else "done",
        replayed=True,
        stored=Stored(commit.last_version, commit.root) if commit else Stored(0, kept.root),
    )


def _rendered(result: KeptResult, stored: dict[int, bytes]) -> Result:
    match result:
        case KeptRefused():
            return Refused(result.code, result.detail, result.pointer, result.index)
        case KeptReplayed():
            return Replayed(result.first_version, _events(result, stored))
        case KeptRecorded():
            return Recorded(result.first_version, _events(result, stored))


def _events(
    span: KeptRecorded | KeptReplayed | KeptId, stored: dict[int, bytes]
) -> tuple[bytes, ...]:
    return tuple(stored[version] for version in range(span.first_version, span.last_version + 1))


def replayed(kept: KeptId, stored: dict[int, bytes]) -> Replayed:
    """A fact that was recorded under the same id, with its decisions."""
    return Replayed(kept.first_version, _events(kept, stored))


def load_spans(log: Log, ledger: str, spans: Iterable[Span], keys: Opens) -> dict[int, bytes]:
    """The events of these versions as they are shown; neighbouring spans are read together."""
    stored: dict[int, bytes] = {}
    for first, last in _joined(sorted(spans)):
        for events in log.read(ledger, after=first - 1, upto=last):
            stored.update((event.version, shown_bytes(event, keys)) for event in events)
        ensure(last in stored, "what an id or a key names is in the log")
    return stored


def shown_bytes(event: StoredEvent, keys: Opens) -> bytes:
    """An event as it is answered: with its sealed values opened, or a word in their place."""
    if not event.stored_name.endswith(SEALED_ENDING):
        return event.stored
    found = decode_event(event.stored_name, event.stored)
    return encode_event(shown(opened(found, keys)))


def shown_one(event: StoredEvent, ledger: str, find_keys: FindKeys) -> bytes:
    """One event of a ledger as it is answered, with keys that are looked up for it."""
    return shown_all((event,), ledger, find_keys)[0]


def shown_all(events: Sequence[StoredEvent], ledger: str, find_keys: FindKeys) -> list[bytes]:
    """Events of a ledger as they are answered, with keys that are looked up once for all."""
    sealed = [event for event in events if event.stored_name.endswith(SEALED_ENDING)]
    children = {decode_event(event.stored_name, event.stored).data.child for event in sealed}
    keys = find_keys(ledger, children)
    return [shown_bytes(event, keys) for event in events]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with those that touch made one."""
    joined: list[Span] = []
    for first, last in spans:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
