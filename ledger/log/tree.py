"""The Merkle tree over the stored bytes of a ledger's events (RFC 6962, section 2.1).

A `Frontier` is all that must be kept to append: the roots of the perfect subtrees, largest first.
It is immutable, so that undoing an append is keeping the frontier from before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

HASH_BYTES: Final = 32
SIZE_BYTES: Final = 8
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(stored: bytes) -> bytes:
    """The hash of one event: SHA-256(0x00 || stored bytes)."""
    return sha256(b"\x00" + stored).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class FrontierDamaged(ValueError):
    """The bytes are not a frontier: their length does not fit the size they state."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of `size` leaves."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the frontier with these leaves added in order."""
        size = self.size
        peaks = list(self.peaks)
        for leaf in leaves:
            subtree = leaf
            complete = size
            while complete & 1:
                subtree = sha256(b"\x01" + peaks.pop() + subtree).digest()
                complete >>= 1
            peaks.append(subtree)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The tree's root hash; of the empty tree it is SHA-256 of nothing."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = sha256(b"\x01" + peak + root).digest()
        return root

    def to_bytes(self) -> bytes:
        """The size as eight big-endian bytes, then the peaks."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Read `to_bytes` back; `FrontierDamaged` when the length does not fit the size."""
        size = int.from_bytes(stored[:SIZE_BYTES], "big")
        hashes = stored[SIZE_BYTES:]
        if len(stored) < SIZE_BYTES or len(hashes) != size.bit_count() * HASH_BYTES:
            message = f"{len(stored)} bytes cannot be the frontier of a tree of {size} leaves"
            raise FrontierDamaged(message)
        starts = range(0, len(hashes), HASH_BYTES)
        return cls(size, tuple(hashes[start : start + HASH_BYTES] for start in starts))
