"""The tree of RFC 6962, section 2.1, grown leaf by leaf; consistency proofs of RFC 9162, 2.1.4.2.

A leaf is SHA-256(0x00 || the stored bytes of an event), a node SHA-256(0x01 || left || right).
"""

import hashlib
from collections.abc import Sequence


def leaf_of(stored: bytes) -> bytes:
    """The hash of one event."""
    return hashlib.sha256(b"\x00" + stored).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only knows its size and the roots of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        """Begin with no leaf."""
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add one leaf at the right."""
        full = self.size
        while full % 2:
            leaf = node_of(self._subtrees.pop(), leaf)
            full //= 2
        self._subtrees.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root; of no leaves it is the hash of nothing."""
        if not self._subtrees:
            return hashlib.sha256(b"").digest()
        root = self._subtrees[-1]
        for subtree in reversed(self._subtrees[:-1]):
            root = node_of(subtree, root)
        return root


def is_consistent(
    older: tuple[int, bytes], newer: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the older tree (size, root) is the beginning of the newer one."""
    (size, root), (newer_size, newer_root) = older, newer
    if size == newer_size:
        return not proof and root == newer_root
    if not 0 < size < newer_size:
        return False
    hashes = list(proof)
    if size & (size - 1) == 0:
        hashes.insert(0, root)
    place, last = size - 1, newer_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not hashes:
        return False
    old = new = hashes[0]
    for step in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_of(step, old), node_of(step, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_of(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root and new == newer_root
