"""A sealed value opens at its own place, under its own keys, whole; else it is refused.

Each kind of damage is met at both doors: by whoever reads one event for an answer, and by the
writer, which opens everything when it loads.
"""

import base64
from dataclasses import replace

import pytest

from ledger.log.refusals import Unavailable
from ledger.log.sealing.cipher import open_value, seal_value
from ledger.log.sealing.faults import (
    ChildKeyDamaged,
    ChildKeyMissing,
    MasterKeyMissing,
    SealBroken,
)
from ledger.log.sealing.master import Wrapped
from tests.log.facts import enrolled
from tests.log.sealed import (
    MASTER,
    OTHER_MASTER,
    SealedLedger,
    labelled,
    measured,
    told,
)

SAID = {
    ("measurement.recorded", "value"): 6,
    ("measurement.corrected", "value"): 4,
    ("measurement.corrected", "reason"): "keyed_wrongly",
    ("evidence.attached", "label"): "sdq_form",
    ("child.withdrawn", "reason"): "disengaged",
}


@pytest.fixture
def spoken(sealed: SealedLedger) -> SealedLedger:
    """Two children, of each of whom everything that is sealed was said."""
    sealed.say(*told("c1"))
    sealed.say(*told("c2", 7))
    return sealed


def must_be_refused(ledger: SealedLedger, version: int, fault: type[Unavailable]) -> None:
    """Neither door gives a value: both say the code."""
    with pytest.raises(fault) as at_the_reader:
        ledger.read(version)
    with pytest.raises(fault) as at_the_writer:
        ledger.loaded()
    for refused in (at_the_reader, at_the_writer):
        assert refused.value.code == fault.code
        assert not str(refused.value) or str(refused.value) == fault.__doc__


def test_what_is_said_of_a_child_is_stored_sealed_and_read_as_it_was_said(
    spoken: SealedLedger,
) -> None:
    for (name, field), said in SAID.items():
        version = spoken.place_of("c1", name)
        assert spoken.read(version)[field] == said
        assert len(spoken.sealed(version, field)) >= 12 + 32 + 16
    assert len(spoken.places()) == 2 * len(SAID)
    assert b"keyed_wrongly" not in b"".join(event.stored for event in spoken.stored())


@pytest.mark.parametrize("value", [0, 10, -(10**15), True, False, "91.3", "3.000000000"])
def test_a_value_comes_back_as_it_was_sent(sealed: SealedLedger, value: object) -> None:
    sealed.say(enrolled("c1"), measured("c1", value))
    [found] = sealed.values().values()
    assert (type(found), found) == (type(value), value)
    assert sealed.loaded().version == 8


def test_two_seals_of_one_value_have_nothing_in_common_but_their_length(
    sealed: SealedLedger,
) -> None:
    sealed.say(enrolled("c1"), *(measured("c1", value, area=f"a{value}") for value in (5, 5, 10)))
    kept = [sealed.sealed(version, field) for version, field in sealed.places()]
    assert len(set(kept)) == 3
    assert len({one[:12] for one in kept}) == 3
    assert len({len(one) for one in kept}) == 1


@pytest.mark.parametrize(("name", "field"), SAID)
def test_every_byte_of_a_seal_counts(spoken: SealedLedger, name: str, field: str) -> None:
    version = spoken.place_of("c1", name)
    whole = spoken.sealed(version, field)
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        spoken.replace_sealed(version, field, bytes(damaged))
        must_be_refused(spoken, version, SealBroken)
    spoken.replace_sealed(version, field, whole)
    assert spoken.read(version)[field] == SAID[name, field]


def test_a_seal_cut_short_or_grown_is_broken(spoken: SealedLedger) -> None:
    version = spoken.place_of("c1", "measurement.recorded")
    whole = spoken.sealed(version, "value")
    for other in (*(whole[:length] for length in range(len(whole))), whole + b"\0", whole * 2):
        spoken.replace_sealed(version, "value", other)
        must_be_refused(spoken, version, SealBroken)


@pytest.mark.parametrize("text", ["", "6", "=", "erased?", "AAAA AAAA", "\N{SNOWMAN}", "A" * 5])
def test_what_is_no_seal_at_all_is_broken(spoken: SealedLedger, text: str) -> None:
    version = spoken.place_of("c1", "measurement.recorded")
    spoken.replace_sealed(version, "value", text)
    must_be_refused(spoken, version, SealBroken)


@pytest.mark.parametrize("word", ["erased", "sealed"])
def test_a_stored_word_that_reads_as_unreadable_is_broken(spoken: SealedLedger, word: str) -> None:
    version = spoken.place_of("c1", "measurement.recorded")
    spoken.replace_sealed(version, "value", word)
    must_be_refused(spoken, version, SealBroken)


def swap(ledger: SealedLedger, one: tuple[int, str], other: tuple[int, str]) -> None:
    first, second = ledger.sealed(*one), ledger.sealed(*other)
    ledger.replace_sealed(*one, second)
    ledger.replace_sealed(*other, first)


def test_seals_of_two_versions_are_not_exchanged(sealed: SealedLedger) -> None:
    sealed.say(enrolled("c1"), measured("c1", 1), measured("c1", 9, point="end_point"))
    one, other = sealed.places()
    swap(sealed, one, other)
    must_be_refused(sealed, one[0], SealBroken)
    must_be_refused(sealed, other[0], SealBroken)


def test_seals_of_two_children_are_not_exchanged(spoken: SealedLedger) -> None:
    one, other = (
        (spoken.place_of(child, "measurement.recorded"), "value") for child in ("c1", "c2")
    )
    swap(spoken, one, other)
    must_be_refused(spoken, one[0], SealBroken)
    must_be_refused(spoken, other[0], SealBroken)


def test_seals_of_two_fields_are_not_exchanged(spoken: SealedLedger) -> None:
    version = spoken.place_of("c1", "measurement.corrected")
    swap(spoken, (version, "value"), (version, "reason"))
    must_be_refused(spoken, version, SealBroken)


def test_a_seal_of_another_ledger_is_broken_here_even_under_the_same_keys(
    spoken: SealedLedger,
) -> None:
    elsewhere = replace(spoken, ledger="elsewhere").made()
    elsewhere.say(*told("c1"))
    version = spoken.place_of("c1", "measurement.recorded")
    assert elsewhere.place_of("c1", "measurement.recorded") == version
    spoken.replace_sealed(version, "value", elsewhere.sealed(version, "value"))
    must_be_refused(spoken, version, SealBroken)
    key = bytes(32)
    seal = seal_value(key, 6, ledger="elsewhere", version=version, field="value")
    assert open_value(key, seal, ledger="elsewhere", version=version, field="value") == 6
    with pytest.raises(SealBroken):
        open_value(key, seal, ledger="wlz", version=version, field="value")


def test_another_master_key_opens_nothing(spoken: SealedLedger) -> None:
    version, _ = spoken.places()[0]
    must_be_refused(spoken.under(OTHER_MASTER), version, MasterKeyMissing)


def test_a_key_that_says_it_is_under_this_master_key_and_is_not_is_damaged(
    spoken: SealedLedger,
) -> None:
    version, _ = spoken.places()[0]
    forged = OTHER_MASTER.wrap(bytes(32), b"")._replace(master=MASTER.current())
    spoken.replace_key("c1", forged)
    must_be_refused(spoken, version, ChildKeyDamaged)


def test_every_byte_of_a_wrapped_key_counts(spoken: SealedLedger) -> None:
    version, _ = spoken.places()[0]
    kept = spoken.key("c1")
    whole = kept.wrapped or b""
    cut = [whole[:length] for length in (0, 11, 12, 28, len(whole) - 1)]
    flipped = [
        whole[:place] + bytes([whole[place] ^ 0x80]) + whole[place + 1 :]
        for place in range(len(whole))
    ]
    for wrapped in (*cut, *flipped):
        spoken.replace_key("c1", Wrapped(kept.master, wrapped))
        must_be_refused(spoken, version, ChildKeyDamaged)


def test_wrapped_keys_of_two_children_are_not_exchanged(spoken: SealedLedger) -> None:
    one, other = spoken.key("c1"), spoken.key("c2")
    spoken.replace_key("c1", other)
    spoken.replace_key("c2", one)
    for child in ("c1", "c2"):
        version = spoken.place_of(child, "measurement.recorded")
        must_be_refused(spoken, version, ChildKeyDamaged)


@pytest.mark.parametrize(("ledger", "child", "purpose"), [
    ("elsewhere", "c1", "values"), ("wlz", "c1", "identity"), ("wlz", "c", "values"),
])  # fmt: skip
def test_a_key_wrapped_for_another_place_is_damaged_here(
    spoken: SealedLedger, ledger: str, child: str, purpose: str
) -> None:
    version, _ = spoken.places()[0]
    place = b"\0".join((b"key", ledger.encode(), child.encode(), purpose.encode()))
    key = MASTER.unwrap(spoken.key("c1"), b"key\0wlz\0c1\0values")
    spoken.replace_key("c1", MASTER.wrap(key, place))
    must_be_refused(spoken, version, ChildKeyDamaged)


def test_a_lost_key_is_a_fault_and_not_an_erasure(spoken: SealedLedger) -> None:
    version, field = spoken.places()[0]
    spoken.take_key_out("c1")
    with pytest.raises(ChildKeyMissing) as refused:
        spoken.loaded()
    assert refused.value.code == "child_key_missing"
    assert spoken.read(version)[field] == "sealed"


def test_a_child_without_a_key_says_nothing_of_the_others(spoken: SealedLedger) -> None:
    spoken.take_key_out("c1")
    version = spoken.place_of("c2", "measurement.recorded")
    assert spoken.read(version)["value"] == 7


def test_a_client_cannot_send_a_seal_of_its_own() -> None:
    sealed = {"sealed": base64.b64encode(bytes(60)).decode()}
    with pytest.raises(ValueError, match="sealed by the ledger"):
        measured("c1", sealed)
    with pytest.raises(ValueError, match="sealed by the ledger"):
        labelled("c1", sealed)  # type: ignore[arg-type]
