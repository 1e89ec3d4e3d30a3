"""The Merkle tree over the stored bytes of a ledger's events (RFC 6962, section 2.1).

A `Frontier` is all that must be kept to append: the roots of the perfect subtrees, largest first.
It is immutable, so that undoing an append is keeping the frontier from before.

Of the perfect subtrees that later leaves leave alone, those of 256, 65,536, ... leaves are kept as
`Node`s, so that a proof reads a few hundred hashes and not the log (`0025`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple, Self

HASH_BYTES: Final = 32
SIZE_BYTES: Final = 8
TILE_LEVELS: Final = 8
TILE_LEAVES: Final = 1 << TILE_LEVELS
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(stored: bytes) -> bytes:
    """The hash of one event: SHA-256(0x00 || stored bytes)."""
    return sha256(b"\x00" + stored).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """The root of the `place`-th perfect subtree of 2^level leaves; a leaf is one of level 0."""

    level: int
    place: int
    hash: bytes


def nodes_between(before: int, after: int) -> int:
    """How many nodes are kept of what a tree grew by, from `before` leaves to `after`."""
    number = 0
    while after:
        before, after = before >> TILE_LEVELS, after >> TILE_LEVELS
        number += after - before
    return number


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

    def extend(self, leaves: Iterable[bytes], nodes: list[Node] | None = None) -> "Frontier":
        """Return the frontier with these leaves added in order; the nodes to keep are noted."""
        kept = [] if nodes is None else nodes
        size = self.size
        peaks = list(self.peaks)
        for leaf in leaves:
            subtree = leaf
            complete = size
            size += 1
            if size % TILE_LEAVES == 0:
                kept += _closed(peaks, size, leaf)
                continue
            while complete & 1:
                subtree = sha256(b"\x01" + peaks.pop() + subtree).digest()
                complete >>= 1
            peaks.append(subtree)
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


def _closed(peaks: list[bytes], size: int, leaf: bytes) -> list[Node]:
    """Add the leaf that completes a subtree of 256 leaves; the nodes that are complete with it."""
    kept, subtree, level = [], leaf, 0
    while not size >> level & 1:
        subtree = node_hash(peaks.pop(), subtree)
        level += 1
        if level % TILE_LEVELS == 0:
            kept.append(Node(level, (size >> level) - 1, subtree))
    peaks.append(subtree)
    return kept
