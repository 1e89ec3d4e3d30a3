"""Master keys: what children's keys are wrapped under. They live outside the database.

They come from a file or from the environment, one line of base64 each. The first one wraps, all of
them unwrap: so a new one can take over while the old one is still in use. A service of a cloud that
keeps keys can stand behind `MasterKeys` as well: it wraps and unwraps, and has a name.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from ledger.log.sealing.cipher import KEY_BYTES, decrypt, encrypt
from ledger.log.sealing.faults import (
    ChildKeyDamaged,
    MasterKeyMissing,
    MasterKeyUnreadable,
    SealBroken,
)

NAME_DIGITS: Final = 16


class Wrapped(NamedTuple):
    """A child's key as it is kept: under which master key, and its bytes; none: destroyed."""

    master: str
    wrapped: bytes | None


class MasterKeys(Protocol):
    """Who wraps children's keys."""

    def current(self) -> str:
        """The name of the master key that wraps now."""
        ...

    def names(self) -> frozenset[str]:
        """The names of the master keys that can unwrap."""
        ...

    def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """Wrap a child's key for one place."""
        ...

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwrap a key. Raises `MasterKeyMissing` and `ChildKeyDamaged`."""
        ...


def name_of(master: bytes) -> str:
    """The name of a master key: the beginning of its hash, of which nothing can be told back."""
    return sha256(b"master key\0" + master).hexdigest()[:NAME_DIGITS]


def keys_in(text: str) -> dict[str, bytes]:
    """Read master keys, separated by white space or commas. Raises `MasterKeyUnreadable`."""
    keys = {}
    for part in text.replace(",", " ").split():
        try:
            key = base64.b64decode(part, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise MasterKeyUnreadable(MasterKeyUnreadable.__doc__)
        keys[name_of(key)] = key
    if not keys:
        raise MasterKeyUnreadable(MasterKeyUnreadable.__doc__)
    return keys


def text_of(key: bytes) -> str:
    """A master key as it is written down."""
    return base64.b64encode(key).decode("ascii")


class GivenKeys:
    """Master keys that were given as text and stay as they are."""

    def __init__(self, text: str) -> None:
        """Read them. Raises `MasterKeyUnreadable`."""
        self._keys = keys_in(text)

    def _known(self) -> Mapping[str, bytes]:
        return self._keys

    def current(self) -> str:
        """The name of the first."""
        return next(iter(self._known()))

    def names(self) -> frozenset[str]:
        """The names of all."""
        return frozenset(self._known())

    def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """Wrap a key under the first."""
        name, master = next(iter(self._known().items()))
        return Wrapped(name, encrypt(master, key, context))

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwrap a key under the one that it names."""
        master = self._known().get(wrapped.master)
        if master is None or wrapped.wrapped is None:
            raise MasterKeyMissing(MasterKeyMissing.__doc__)
        try:
            return decrypt(master, wrapped.wrapped, context)
        except SealBroken:
            raise ChildKeyDamaged(ChildKeyDamaged.__doc__) from None


class KeyFile(GivenKeys):
    """Master keys in a file, read again when it has changed: a rotation needs no restart."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises `MasterKeyUnreadable`."""
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._known()

    def _known(self) -> Mapping[str, bytes]:
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
            if seen != self._seen:
                self._keys = keys_in(self._path.read_text("ascii"))
                self._seen = seen
        except (OSError, UnicodeError):
            raise MasterKeyUnreadable(MasterKeyUnreadable.__doc__) from None
        return self._keys


def make_key_file(path: Path, keys: list[bytes]) -> None:
    """Write master keys where only their owner may read them, all or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{text_of(key)}\n" for key in keys))
        file.flush()
        os.fsync(descriptor)
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name is on the disk before anything is wrapped under the key
    finally:
        os.close(folder)
