"""A snapshot that was altered, or is of another log, key or code, is never used."""

import dataclasses
import datetime
from typing import Any

import msgspec
import pytest

from ledger.log.memory import MemoryLog
from ledger.log.sealing.cipher import new_key
from ledger.log.sealing.faults import SealBroken
from ledger.log.sealing.master import GivenKeys, Wrapped, text_of
from ledger.log.snapshots.cover import PIECE_BYTES, Opened, Pieces, kept_seal, new_seal, read_cover
from ledger.log.snapshots.packing import pack
from ledger.log.snapshots.shelf import MemoryShelf
from ledger.log.tree import Frontier
from tests.log.facts import enrolled
from tests.log.sealed import MASTER, OTHER_MASTER
from tests.log.shelved import Shelved, must_be


def test_a_snapshot_under_another_master_key_is_dropped(shelved: Shelved) -> None:
    shelved.take()
    assert shelved.begun(OTHER_MASTER) is None
    assert [said["failure"] for said in shelved.said] == ["MasterKeyMissing"]
    both = GivenKeys(f"{text_of(bytes(range(1, 33)))} {text_of(bytes(range(32)))}")
    assert shelved.begun(both) is not None, "a rotation leaves it in use as long as the old key"


def flipped(place: int) -> Any:
    def change(kept: Any, pieces: list[bytes]) -> Any:
        whole = bytearray(pieces[-1])
        whole[place % len(whole)] ^= 1
        return kept, [*pieces[:-1], bytes(whole)]

    return change


@pytest.mark.parametrize("place", [0, 11, 12, 1000, -1, -17])
def test_a_flipped_bit_is_found(shelved: Shelved, place: int) -> None:
    shelved.take()
    with shelved.replaced(flipped(place)):
        shelved.must_be_dropped("SealBroken")


def test_what_is_cut_short_is_found(shelved: Shelved) -> None:
    shelved.take()
    with shelved.replaced(lambda kept, pieces: (kept, [pieces[-1][:-1]])):
        shelved.must_be_dropped("SealBroken")
    with shelved.replaced(lambda kept, _: (kept, [])):
        shelved.must_be_dropped("SealBroken")
    with shelved.replaced(lambda kept, pieces: (kept._replace(pieces=2), pieces * 2)):
        shelved.must_be_dropped("SealBroken")


def covered(**changes: Any) -> Any:
    """The same snapshot under a cover that says something else."""

    def change(kept: Any, pieces: list[bytes]) -> Any:
        cover = read_cover(kept.cover)
        assert cover is not None
        return kept._replace(cover=msgspec.structs.replace(cover, **changes).written()), pieces

    return change


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"code": "0" * 64}, "it is of other code"),
        ({"ledger": "other"}, "it is of another ledger"),
        ({"version": 1}, "its tree is of another size"),
        ({"leaf": bytes(32)}, "the log has another event there"),
        ({"recorded_at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)}, "another moment"),
        ({"frontier": b"none"}, "FrontierDamaged"),
        ({"rules": 2}, "ChildKeyDamaged"),
    ],
)
def test_a_cover_that_says_something_else_is_found(
    shelved: Shelved, changes: dict[str, Any], why: str
) -> None:
    shelved.take()
    with shelved.replaced(covered(**changes)):
        assert shelved.begun() is None
        [said] = shelved.said
        assert why in said.get("reason", said.get("failure"))


def test_a_tree_with_another_root_is_found(shelved: Shelved) -> None:
    """The log has a commit of this version, and it is not this one."""
    version = shelved.take().version
    leaves = [bytes(32)] * version
    other = Frontier().extend(leaves).to_bytes()
    with shelved.replaced(covered(frontier=other)):
        shelved.must_be_dropped("the log has another root there")


def test_pieces_that_are_missing_at_the_end_are_found() -> None:
    """Also where one piece ends and the next begins."""
    seal, _ = new_seal(MASTER, b"cover")
    made: list[bytes] = []
    pieces = Pieces(seal, lambda _, piece: made.append(piece))
    content = bytes(range(256)) * (PIECE_BYTES * 5 // 2 // 256)
    pieces.write(content)
    pieces.end()
    assert len(made) == 3
    assert Opened(seal, iter(made), 3).readall() == content
    for sealed in (made[:2], [made[1], made[0], made[2]], [*made, made[2]]):
        with pytest.raises(SealBroken):
            Opened(seal, iter(sealed), len(sealed)).readall()


def test_a_book_under_other_rules_than_its_cover_names_is_dropped(shelved: Shelved) -> None:
    """Even when all of it is sealed with our own keys."""
    shelved.take()
    standing = shelved.sealed.loaded()

    def under_other_rules(kept: Any, _: list[bytes]) -> Any:
        cover = read_cover(kept.cover)
        assert cover is not None
        written = msgspec.structs.replace(cover, rules=2).written()
        seal, key = new_seal(MASTER, written)
        made: list[bytes] = []
        pieces = Pieces(seal, lambda _place, piece: made.append(piece))
        pack(standing.book, pieces, standing.seals, written)
        pieces.end()
        return kept._replace(cover=written, key=key, pieces=len(made)), made

    assert standing.book.rules.version == 1
    with shelved.replaced(under_other_rules):
        shelved.must_be_dropped("it is of another version of the rules")


def test_a_cover_that_fits_by_itself_opens_nothing(shelved: Shelved) -> None:
    """Somebody puts the book of one commit under the true cover of another."""
    shelved.take()
    earlier, *_ = shelved.shelf.kept("wlz")
    pieces = list(shelved.shelf.pieces("wlz", earlier))
    shelved.sealed.say(enrolled("c3"))
    shelved.take()
    with shelved.replaced(lambda kept, _: (kept, pieces)):
        shelved.must_be_dropped("SealBroken")
    with shelved.replaced(lambda kept, _: (kept._replace(key=earlier.key), pieces)):
        shelved.must_be_dropped("ChildKeyDamaged")


def test_whoever_writes_to_the_shelf_cannot_plant_a_book(shelved: Shelved) -> None:
    """They have a master key of their own, and even call it by the name of ours."""
    shelved.take()
    forger = GivenKeys(text_of(new_key()))

    def forged(kept: Any, _: list[bytes]) -> Any:
        seal, key = new_seal(forger, kept.cover)
        made: list[bytes] = []
        pieces = Pieces(seal, lambda _place, piece: made.append(piece))
        pieces.write(b"cos\nsystem\n(S'false'\ntR.")
        pieces.end()
        return kept._replace(key=Wrapped(MASTER.current(), key.wrapped), pieces=1), made

    with shelved.replaced(forged):
        shelved.must_be_dropped("ChildKeyDamaged")


def resealed(content: bytes) -> Any:
    """Other bytes under the very keys of the snapshot."""

    def change(kept: Any, _: list[bytes]) -> Any:
        made: list[bytes] = []
        pieces = Pieces(kept_seal(MASTER, kept.cover, kept.key), lambda _, one: made.append(one))
        pieces.write(content)
        pieces.end()
        return kept._replace(pieces=len(made)), made

    return change


@pytest.mark.parametrize(
    "content, why",
    [
        (b"cos\nsystem\n(S'false'\ntR.", "os.system"),
        (b"cbuiltins\neval\n(S'1'\ntR.", "builtins.eval"),
        (b"cledger.deciding\nreplay\n.", "ledger.deciding.replay"),
        (b"cledger.log.standing\nStanding\n.", "ledger.log.standing.Standing"),
        (b"I1\n.", "int"),
        (b"", "EOFError"),
        (b"nonsense", "UnpicklingError"),
    ],
)
def test_even_what_opens_is_taken_only_when_it_is_a_book(
    shelved: Shelved, content: bytes, why: str
) -> None:
    shelved.take()
    with shelved.replaced(resealed(content)):
        shelved.must_be_dropped(why)


def test_nothing_may_follow_the_book(shelved: Shelved) -> None:
    shelved.take()
    kept, *_ = shelved.shelf.kept("wlz")
    seal = kept_seal(MASTER, kept.cover, kept.key)
    whole = Opened(seal, shelved.shelf.pieces("wlz", kept), kept.pieces).readall()
    with shelved.replaced(resealed(whole)):
        shelved.must_fit()
    with shelved.replaced(resealed(whole + bytes(1 << 20) + b"more")):
        shelved.must_be_dropped("something follows the book")


def test_a_log_that_was_restored_from_before_the_snapshot_drops_it(shelved: Shelved) -> None:
    """The ledger of the same name has fewer commits, or others."""
    shelved.take()
    shorter = dataclasses.replace(shelved.sealed, log=MemoryLog()).made()
    behind = Shelved(shorter, shelved.shelf)
    behind.must_be_dropped("the log does not reach so far")
    shorter.say(*(enrolled(f"other-{number}") for number in range(30)))
    behind.must_be_dropped("the log has another root there")


def test_when_the_newest_does_not_fit_the_one_before_is_used(shelved: Shelved) -> None:
    first = shelved.take()
    shelved.sealed.say(enrolled("c3"))
    shelved.take()
    (newest, pieces), (older, whole) = (
        (kept, list(shelved.shelf.pieces("wlz", kept))) for kept in shelved.shelf.kept("wlz")
    )
    shelved.shelf = MemoryShelf()
    shelved.shelf.snapshots["wlz"] = [(older, whole), (newest, [bytes(len(pieces[0]))])]
    begun = shelved.begun()
    assert begun is not None
    assert [said["event"] for said in shelved.said] == ["snapshot_dropped", "snapshot_used"]
    assert shelved.said[-1]["version"] == first.version
    must_be(begun, shelved.sealed.loaded())
