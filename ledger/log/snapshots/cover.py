"""What a snapshot says of itself, and the seal that binds every byte of it to that.

The seal is a key of the snapshot's own, wrapped under the master key: whoever can write to the
database has neither, so can neither make a snapshot nor change one. Every piece is AES-256-GCM
under that key, bound to the cover, to its place and to whether it is the last one: what is altered,
cut short, reordered or of another snapshot does not open.
"""

import datetime
import io
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from ledger.log.sealing.cipher import decrypt, encrypt, new_key
from ledger.log.sealing.master import MasterKeys, Wrapped
from ledger.log.tree import Frontier

PIECE_BYTES: Final = 1 << 20


class Cover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which ledger a snapshot is, at which commit, and made by which code.

    `frontier` and `leaf` are the edge of the tree and its last leaf; `recorded_at` is the moment of
    the commit; `rules` is the version of the rules in force (0032).
    """

    ledger: str
    version: int
    frontier: bytes
    leaf: bytes
    recorded_at: datetime.datetime
    code: str
    rules: int

    @property
    def edge(self) -> Frontier:
        """The edge of the tree. Raises `FrontierDamaged`."""
        return Frontier.from_bytes(self.frontier)

    def written(self) -> bytes:
        """The cover as it is kept, and as everything is bound to it."""
        return msgspec.json.encode(self, order="sorted")


def read_cover(written: bytes) -> Cover | None:
    """The cover in some bytes; None when they are none, or of a code with other covers."""
    try:
        return msgspec.json.decode(written, type=Cover)
    except msgspec.DecodeError:
        return None


class Seal:
    """The key of one snapshot, for the pieces behind its cover."""

    def __init__(self, cover: bytes, key: bytes) -> None:
        """Seal and open what belongs to this cover."""
        self.cover = cover
        self._key = key

    def close(self, piece: bytes, place: int, *, last: bool) -> bytes:
        """Seal a piece."""
        return encrypt(self._key, piece, self._context(place, last=last))

    def open(self, sealed: bytes, place: int, *, last: bool) -> bytes:
        """Open a piece. Raises `SealBroken`."""
        return decrypt(self._key, sealed, self._context(place, last=last))

    def _context(self, place: int, *, last: bool) -> bytes:
        which = b"last" if last else b"more to come"
        return b"\0".join((b"piece of a snapshot", str(place).encode(), which, self.cover))


def new_seal(master: MasterKeys, cover: bytes) -> tuple[Seal, Wrapped]:
    """A key for a snapshot, and as it is kept: under the master key, bound to the cover."""
    key = new_key()
    return Seal(cover, key), master.wrap(key, _key_context(cover))


def kept_seal(master: MasterKeys, cover: bytes, wrapped: Wrapped) -> Seal:
    """The key of a snapshot that was kept. Raises `MasterKeyMissing` and `ChildKeyDamaged`."""
    return Seal(cover, master.unwrap(wrapped, _key_context(cover)))


def _key_context(cover: bytes) -> bytes:
    return b"\0".join((b"key of a snapshot", cover))


class Pieces:
    """Cuts what is written into sealed pieces, and hands each on with its place."""

    def __init__(self, seal: Seal, put: Callable[[int, bytes], object]) -> None:
        """Hand the pieces to `put`."""
        self._seal = seal
        self._put = put
        self._waiting = bytearray()
        self.number = 0
        self.bytes = 0

    def write(self, some: bytes) -> int:
        """Take some more."""
        self._waiting += some
        self.bytes += len(some)
        while len(self._waiting) > PIECE_BYTES:
            piece = bytes(self._waiting[:PIECE_BYTES])
            del self._waiting[:PIECE_BYTES]
            self._hand_on(piece, last=False)
        return len(some)

    def end(self) -> None:
        """Hand on what is left, as the last piece."""
        self._hand_on(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _hand_on(self, piece: bytes, *, last: bool) -> None:
        self._put(self.number, self._seal.close(piece, self.number, last=last))
        self.number += 1


class Opened(io.RawIOBase):
    """The bytes behind a cover, each piece opened before a byte of it is given out."""

    def __init__(self, seal: Seal, sealed: Iterator[bytes], number: int) -> None:
        """Read so many pieces."""
        self._seal = seal
        self._sealed = sealed
        self._number = number
        self._place = 0
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, into: memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer with what comes next; 0 at the end. Raises `SealBroken`."""
        while not self._piece and self._place < self._number:
            sealed = next(self._sealed, b"")
            last = self._place == self._number - 1
            self._piece = memoryview(self._seal.open(sealed, self._place, last=last))
            self._place += 1
        given = min(len(into), len(self._piece))
        into[:given] = self._piece[:given]
        self._piece = self._piece[given:]
        return given
