"""Hashes kept to tell a retry from a reused id: they give no score away, and forget with the child.

Whoever has the database has the ledger's secret and every field but the value. A score from 0 to 10
is then found by trying all eleven, unless something is missing that no database holds.
"""

from collections.abc import Iterator
from hashlib import blake2b

from ledger.events.codec import decode_event
from ledger.log.contents import DIGEST_BYTES, Contents
from ledger.log.requests import AppendRequest, Recorded, Submitted
from ledger.log.sealing.cipher import content_key
from ledger.log.sealing.master import GivenKeys, Wrapped, text_of
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.seals import Unsealed
from ledger.log.sealing.store import MemoryKeyStore
from ledger.log.writer import Writer
from tests.log.asking import ask
from tests.log.facts import enrolled, request
from tests.log.sealed import MASTER, OTHER_MASTER, SealedLedger, corrected, labelled, measured, told

SCORES = (*range(11), True, False)


def kept_hash(ledger: SealedLedger, event_id: str) -> bytes:
    return ledger.log.find_ids("wlz", [event_id])[event_id].content_hash


def kept_key_hash(ledger: SealedLedger, key: str) -> bytes:
    found = ledger.log.find_key("wlz", "school", key)
    assert found is not None
    return found.content_hash


def attempts(ledger: SealedLedger, sent: Submitted) -> Iterator[bytes]:
    """What somebody with the database alone can compute for a fact that is known but for its value.

    The rules of the ledger are public. What is tried in place of the child's key: nothing, the
    ledger's secret, the wrapped key, and keys of everybody else who could be meant.
    """
    secret = ledger.log.secret("wlz")
    yield Contents(secret, Unsealed()).of_fact(sent)
    kept = ledger.store.find("wlz", "values").get("c1")
    wrapped = (kept and kept.wrapped) or b""
    for key in (b"", secret, wrapped[:32], wrapped[12:44], wrapped[-32:], bytes(32)):
        guessed = GivenKeys(text_of(bytes(32)))
        store = MemoryKeyStore()
        ring = Ring(store, guessed, "wlz")
        ring._keys["c1"] = key.ljust(32, b"\0")
        ring._kept["c1"] = Wrapped(guessed.current(), b"")
        yield Contents(secret, ring).of_fact(sent)
        yield Contents(secret, ring).of_request(request(sent), [Recorded(1, (b"",))])
        for inner in (key, content_key(key.ljust(32, b"\0"))):
            digest = blake2b(sent.raw, digest_size=DIGEST_BYTES, key=inner)
            yield digest.digest()


def guessed(ledger: SealedLedger, kept: bytes, event_id: str | None) -> list[object]:
    """The scores for which an attempt meets what is kept."""
    return [
        value
        for value in SCORES
        for attempt in set(attempts(ledger, measured("c1", value, event_id)))
        if kept[DIGEST_BYTES:] in {attempt, attempt[DIGEST_BYTES:]}
    ]


def opened_with_everything(ledger: SealedLedger, kept: bytes, event_id: str) -> list[object]:
    """The scores that the ledger itself, with the master key, takes for what is kept."""
    ring = ledger.ring()
    ring.load()
    contents = Contents(ledger.log.secret("wlz"), ring)
    return [v for v in SCORES if contents.is_fact(measured("c1", v, event_id), kept)]


def test_in_a_log_without_seals_the_same_trial_finds_the_score(sealed: SealedLedger) -> None:
    writer = Writer(sealed.log, "wlz")
    ask(writer, request(enrolled("c1"), measured("c1", 6, "e1")))
    writer.close()
    assert guessed(sealed, kept_hash(sealed, "e1"), "e1") == [6]


def test_no_score_is_found_by_trying_them_against_the_hash_of_an_id(sealed: SealedLedger) -> None:
    sealed.say(enrolled("c1"), measured("c1", 6, "e1"))
    kept = kept_hash(sealed, "e1")
    assert guessed(sealed, kept, "e1") == []
    assert opened_with_everything(sealed, kept, "e1") == [6]
    assert opened_with_everything(sealed.under(MASTER), kept, "e1") == [6]


def test_no_score_is_found_by_trying_them_against_the_hash_of_a_key(sealed: SealedLedger) -> None:
    sealed.say(enrolled("c1"))
    sealed.say(measured("c1", 6), idempotency_key="k")
    assert guessed(sealed, kept_key_hash(sealed, "k"), None) == []


def test_after_an_erasure_not_even_the_master_key_tells_two_scores_apart(
    sealed: SealedLedger,
) -> None:
    sealed.say(enrolled("c1"), measured("c1", 6, "e1"))
    kept = kept_hash(sealed, "e1")
    sealed.erase("c1")
    sealed.store.destroy("wlz", "c1", ("values",))
    assert opened_with_everything(sealed, kept, "e1") == list(SCORES)
    assert guessed(sealed, kept, "e1") == []


def test_the_open_part_of_a_hash_is_the_same_for_every_value(sealed: SealedLedger) -> None:
    contents = Contents(sealed.log.secret("wlz"), sealed.ring())
    hashes = {contents.of_fact(measured("c1", value, "e1")) for value in SCORES}
    assert len(hashes) == len(SCORES)
    assert len({kept[:DIGEST_BYTES] for kept in hashes}) == 1
    words = ("keyed_wrongly", "wrong_child")
    assert len({contents.of_fact(corrected("c1", 1, word))[:DIGEST_BYTES] for word in words}) == 1
    assert len({contents.of_fact(labelled("c1", word))[:DIGEST_BYTES] for word in words}) == 1


def test_equal_scores_of_one_child_have_hashes_with_nothing_in_common(
    sealed: SealedLedger,
) -> None:
    sealed.say(enrolled("c1"), enrolled("c2"))
    facts = [
        measured("c1", 6, "e1"),
        measured("c1", 6, "e2", point="end_point"),
        measured("c1", 6, "e3", area="emotional"),
        measured("c2", 6, "e4"),
    ]
    sealed.say(*facts)
    kept = [kept_hash(sealed, f"e{number}") for number in (1, 2, 3, 4)]
    halves = [half for one in kept for half in (one[:DIGEST_BYTES], one[DIGEST_BYTES:])]
    assert len(set(halves)) == 8
    for number in (0, 1):
        sealed.say(measured("c1", 6), idempotency_key=f"k{number}")
    keys = [kept_key_hash(sealed, f"k{number}") for number in (0, 1)]
    assert keys[0][DIGEST_BYTES:] != keys[1][DIGEST_BYTES:]


def test_two_ledgers_with_one_secret_share_no_hash(sealed: SealedLedger) -> None:
    secret = sealed.log.secret("wlz")
    sent = measured("c1", 6, "e1")
    stores = (MemoryKeyStore(), MemoryKeyStore())
    one, other = (
        Contents(secret, Ring(store, OTHER_MASTER, "wlz")).of_fact(sent) for store in stores
    )
    assert one[:DIGEST_BYTES] == other[:DIGEST_BYTES]
    assert one[DIGEST_BYTES:] != other[DIGEST_BYTES:]


def test_nothing_in_a_log_of_sealed_facts_is_the_plain_value(sealed: SealedLedger) -> None:
    sealed.say(*told("c1", "6.000000001"), actor="school")
    for event in sealed.stored():
        for mark in (b"6.000000001", b"keyed_wrongly", b"sdq_form", b"disengaged"):
            assert mark not in event.stored
        assert decode_event(event.stored_name, event.stored).version == event.version


def test_a_whole_request_is_told_apart_by_its_sealed_values_alone(sealed: SealedLedger) -> None:
    contents = Contents(sealed.log.secret("wlz"), sealed.ring())
    recorded = [Recorded(1, (b"",))] * 2

    def hashed(*values: object) -> bytes:
        facts = tuple(measured("c1", value) for value in values)
        for one in facts:
            contents.of_fact(one)
        return contents.of_request(AppendRequest("school", facts), recorded)

    pairs = [(1, 2), (2, 1), (1, 1), (2, 2)]
    assert len({hashed(*pair) for pair in pairs}) == 4
    assert len({hashed(*pair)[:DIGEST_BYTES] for pair in pairs}) == 1
