"""Master keys: where they come from, that they can change, what is said when one is missing."""

import base64
from pathlib import Path

import pytest

from ledger.log.sealing.faults import (
    ChildKeyDamaged,
    MasterKeyMissing,
    MasterKeyUnreadable,
)
from ledger.log.sealing.master import (
    GivenKeys,
    KeyFile,
    Wrapped,
    keys_in,
    make_key_file,
    name_of,
    text_of,
)
from ledger.log.sealing.rotation import rewrap, rotate
from ledger.log.sealing.store import KeyPlace, KeyStore, Purpose, context_of
from tests.log.sealed import MASTER, OTHER_MASTER

OLD, NEW = (bytes([number]) * 32 for number in (1, 2))


def kept(store: KeyStore, place: KeyPlace) -> Wrapped:
    return store.find(place.ledger, place.purpose, [place.child])[place.child]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "not base64!",
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(33)).decode(),
        text_of(OLD)[:-1],
        f"{text_of(OLD)}\nbroken",
        "\N{SNOWMAN}",
    ],
)
def test_what_is_no_master_key_is_refused_from_text_and_from_a_file(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "master.key"
    path.write_text(text, encoding="utf-8")
    for read in (lambda: GivenKeys(text), lambda: KeyFile(path)):
        with pytest.raises(MasterKeyUnreadable) as refused:
            read()
        assert refused.value.code == "master_key_unreadable"
        assert str(refused.value) == MasterKeyUnreadable.__doc__


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(MasterKeyUnreadable):
            KeyFile(path)


def test_a_file_that_becomes_unreadable_refuses_and_serves_again_once_it_is_mended(
    tmp_path: Path,
) -> None:
    path = tmp_path / "master.key"
    make_key_file(path, [OLD])
    master = KeyFile(path)
    wrapped = master.wrap(b"k" * 32, b"place")
    path.write_text("half of a k")
    with pytest.raises(MasterKeyUnreadable):
        master.unwrap(wrapped, b"place")
    path.unlink()
    with pytest.raises(MasterKeyUnreadable):
        master.names()
    make_key_file(path, [OLD])
    assert master.unwrap(wrapped, b"place") == b"k" * 32


def test_a_master_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    make_key_file(path, [OLD, NEW])
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(keys_in(path.read_text())) == [name_of(OLD), name_of(NEW)]
    assert [found.name for found in path.parent.iterdir()] == ["master.key"]


def test_the_name_of_a_master_key_says_nothing_of_it() -> None:
    assert name_of(OLD) != name_of(NEW)
    assert len(name_of(OLD)) == 16
    assert name_of(OLD) not in text_of(OLD)


def test_the_first_key_wraps_and_every_key_unwraps() -> None:
    both = GivenKeys(f"{text_of(NEW)}, {text_of(OLD)}")
    old = GivenKeys(text_of(OLD)).wrap(b"k" * 32, b"place")
    assert both.current() == name_of(NEW)
    assert both.names() == {name_of(NEW), name_of(OLD)}
    assert both.unwrap(old, b"place") == b"k" * 32
    assert both.wrap(b"k" * 32, b"place").master == name_of(NEW)


def test_a_file_is_read_again_when_a_key_is_added_and_when_the_old_one_goes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "master.key"
    make_key_file(path, [OLD])
    master = KeyFile(path)
    under_old = master.wrap(b"k" * 32, b"place")
    make_key_file(path, [NEW, OLD])
    under_new = master.wrap(b"k" * 32, b"place")
    assert (under_old.master, under_new.master) == (name_of(OLD), name_of(NEW))
    assert master.unwrap(under_old, b"place") == master.unwrap(under_new, b"place") == b"k" * 32
    make_key_file(path, [NEW])
    assert master.unwrap(under_new, b"place") == b"k" * 32
    with pytest.raises(MasterKeyMissing):
        master.unwrap(under_old, b"place")


def filled(store: KeyStore, master: GivenKeys, number: int) -> dict[KeyPlace, bytes]:
    """Keys of several ledgers and purposes, with some tombstones among them."""
    purposes: tuple[Purpose, ...] = ("values", "identity")
    keys = {}
    for place in (
        KeyPlace(ledger, f"c{child}", purpose)
        for ledger in ("wlz", "elsewhere")
        for purpose in purposes
        for child in range(number)
    ):
        keys[place] = bytes([len(keys) % 251]) * 32
        wrapped = master.wrap(keys[place], context_of(place))
        store.add(place.ledger, place.purpose, {place.child: wrapped})
    store.destroy("wlz", "c1", purposes)
    return {place: key for place, key in keys.items() if place[:2] != ("wlz", "c1")}


def test_a_rotation_wraps_every_key_anew_and_leaves_tombstones_alone(
    store: KeyStore, tmp_path: Path
) -> None:
    path = tmp_path / "master.key"
    make_key_file(path, [OLD])
    keys = filled(store, KeyFile(path), 20)
    number, name = rotate(store, path, settling_s=0)
    assert number == len(keys)
    [(new_name, _)] = keys_in(path.read_text()).items()
    assert new_name == name != name_of(OLD)
    assert store.masters() == {name}
    for place, key in keys.items():
        wrapped = kept(store, place)
        assert KeyFile(path).unwrap(wrapped, context_of(place)) == key
    assert kept(store, KeyPlace("wlz", "c1", "values")).wrapped is None


def test_a_rotation_that_was_broken_off_goes_on(store: KeyStore, tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    make_key_file(path, [OLD])
    keys = filled(store, KeyFile(path), 5)
    make_key_file(path, [NEW, OLD])

    class BrokenOff(Exception):
        pass

    def die(_: int) -> None:
        raise BrokenOff

    place, key = next(iter(keys.items()))
    assert store.replace(place, kept(store, place), KeyFile(path).wrap(key, context_of(place)))
    with pytest.raises(BrokenOff):
        rotate(store, path, die, settling_s=0)
    assert set(keys_in(path.read_text())) == {name_of(NEW), name_of(OLD)}
    rotate(store, path, settling_s=0)
    assert store.masters() == set(keys_in(path.read_text())) == {name_of(NEW)}


def test_a_key_under_a_master_key_that_is_gone_stops_a_rotation_before_anything_is_lost(
    store: KeyStore, tmp_path: Path
) -> None:
    path = tmp_path / "master.key"
    make_key_file(path, [OLD])
    filled(store, KeyFile(path), 3)
    store.add("wlz", "values", {"stranger": OTHER_MASTER.wrap(b"k" * 32, b"")})
    with pytest.raises(MasterKeyMissing):
        rotate(store, path, settling_s=0)
    assert name_of(OLD) in keys_in(path.read_text())


def test_a_damaged_key_stops_a_rotation_before_the_old_master_key_goes(store: KeyStore) -> None:
    wrapped = OTHER_MASTER.wrap(b"k" * 32, b"another place")
    store.add("wlz", "values", {"c1": wrapped})
    both = GivenKeys(f"{text_of(bytes(range(32)))} {text_of(bytes(range(1, 33)))}")
    assert both.current() == MASTER.current()
    with pytest.raises(ChildKeyDamaged):
        rewrap(store, both)
    assert kept(store, KeyPlace("wlz", "c1", "values")) == wrapped
