"""One stored sample per event name. It loads for ever, and comes out as the same bytes."""

import hashlib
import json
from pathlib import Path
from typing import Final

import msgspec
import pytest

from ledger.events.catalogue import APPENDED, EVENTS, SCHEMA, STORED_NAMES
from ledger.events.codec import canonical, decode_event, decode_fact, encode_event

HERE: Final = Path(__file__).parent
SAMPLES: Final = {path.name.removesuffix(".json"): path for path in HERE.glob("stored/*.json")}
SUMS: Final = dict(
    reversed(line.split("  ")) for line in (HERE / "stored.sha256").read_text().splitlines()
)


@pytest.fixture(params=sorted(SAMPLES))
def name(request):
    return request.param


@pytest.fixture
def stored(name):
    return SAMPLES[name].read_bytes()


def test_every_event_of_the_catalogue_has_a_stored_sample():
    missing = set(STORED_NAMES) - SAMPLES.keys()
    assert not missing, "store one sample of a new name in tests/golden/stored"


def test_a_stored_name_is_never_given_up():
    given_up = SAMPLES.keys() - set(STORED_NAMES)
    assert not given_up, "what was stored once must load for ever: keep an upcast"


def test_no_sample_is_ever_edited(name, stored):
    assert SUMS[SAMPLES[name].name] == hashlib.sha256(stored).hexdigest(), (
        "old bytes are never rewritten: a new shape is a new name, an upcast and a new sample"
    )


def test_the_list_of_samples_is_whole():
    assert SUMS.keys() == {path.name for path in SAMPLES.values()}


def test_a_sample_loads_and_is_written_again_as_the_same_bytes(name, stored):
    assert encode_event(decode_event(name, stored)) == stored


def test_a_sample_is_canonical_json(stored):
    assert canonical(stored) == stored
    written = json.dumps(
        json.loads(stored), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert written.encode() == stored


def test_a_sample_says_every_field_that_has_no_default_and_one_that_has(name, stored):
    said = json.loads(stored)["data"].keys()
    fields = msgspec.structs.fields(EVENTS[name.rpartition(".v")[0]])
    assert {field.encode_name for field in fields if field.required} <= said
    optional = {field.encode_name for field in fields if not field.required}
    assert not optional or optional & said, "a sample shows at least one optional field"


def test_a_sample_of_a_fact_is_what_a_client_may_send(name, stored):
    event = json.loads(stored)
    if event["type"] not in APPENDED:
        with pytest.raises(ValueError, match="Invalid value"):
            decode_fact(json.dumps({"type": event["type"], "data": event["data"]}).encode())
        return
    sent = {key: event[key] for key in ("type", "effective_on", "received_on", "data", "id")}
    if not name.endswith(f".v{SCHEMA}"):
        with pytest.raises(ValueError, match="sealed by the ledger"):
            decode_fact(json.dumps(sent).encode())
        return
    fact = decode_fact(json.dumps(sent).encode())
    assert fact.data == decode_event(name, stored).data


def test_a_sample_under_another_name_is_refused(name, stored):
    other = "child.completed.v1" if name != "child.completed.v1" else "child.withdrawn.v1"
    with pytest.raises((ValueError, msgspec.ValidationError)):
        decode_event(other, stored)


def test_a_stored_event_with_an_unknown_field_is_refused(name, stored):
    for place in (lambda event: event, lambda event: event["data"]):
        event = json.loads(stored)
        place(event)["extra"] = 1
        with pytest.raises(msgspec.ValidationError, match="extra"):
            decode_event(name, json.dumps(event).encode())


def test_a_stored_event_without_a_required_field_is_refused(name, stored):
    for field in msgspec.structs.fields(EVENTS[name.rpartition(".v")[0]]):
        if field.required:
            event = json.loads(stored)
            del event["data"][field.encode_name]
            with pytest.raises(msgspec.ValidationError, match=field.encode_name):
                decode_event(name, json.dumps(event).encode())
