"""Proofs about the tree: that an event is in it, and that it only grew (RFC 9162, 2.1.3 and 2.1.4).

A proof is a list of hashes, each the root of a span of leaves. Which spans is said here without any
hash; who has the hashes of perfect subtrees folds them to the roots (`prover.py`). Checking needs
nothing but the proof. Leaves are counted from 0 here: the event of version 1 is leaf 0.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.log.tree import EMPTY_ROOT, node_hash


class Span(NamedTuple):
    """The leaves from `begin` up to, and without, `end`."""

    begin: int
    end: int


class Subtree(NamedTuple):
    """A perfect subtree: the `place`-th one, from the left, of 2^level leaves."""

    level: int
    place: int


class OutsideTree(ValueError):
    """There is no such leaf in a tree of this size, or no such earlier tree."""


def inclusion_spans(leaf: int, size: int) -> list[Span]:
    """Whose roots prove that a leaf is in the tree of `size` leaves; the leaf's sibling first."""
    if not 0 <= leaf < size:
        message = f"leaf {leaf} is not in a tree of {size} leaves"
        raise OutsideTree(message)
    begin, end, spans = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if leaf < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """Whose roots prove that the tree of `second` leaves begins with the one of `first` leaves.

    None are needed when the first is empty, or both are one.
    """
    if not 0 <= first <= second:
        message = f"a tree of {second} leaves has no earlier one of {first}"
        raise OutsideTree(message)
    if first in (0, second):
        return []
    begin, end, spans = 0, second, []
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    if begin > 0:  # else the checker knows this root: it is the first tree's own
        spans.append(Span(begin, end))
    return spans[::-1]


def subtrees(span: Span) -> Iterator[Subtree]:
    """The perfect subtrees of a span of a tree, from the left; the largest is the first."""
    begin = span.begin
    while begin < span.end:
        level = (span.end - begin).bit_length() - 1
        yield Subtree(level, begin >> level)
        begin += 1 << level


def folded(roots: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees, each smaller than the one before it."""
    *larger, root = list(roots) or [EMPTY_ROOT]
    for left in reversed(larger):
        root = node_hash(left, root)
    return root


def proves_inclusion(
    leaf_hash: bytes, leaf: int, size: int, hashes: Sequence[bytes], root: bytes
) -> bool:
    """Whether the hashes lead from a leaf to the root (RFC 9162, 2.1.3.2)."""
    return root_over(leaf_hash, leaf, size, hashes) == root


def root_over(leaf_hash: bytes, leaf: int, size: int, hashes: Sequence[bytes]) -> bytes | None:
    """The root that the hashes lead to from a leaf; none when they are not as many as they must."""
    if not 0 <= leaf < size:
        return None
    place, last, found = leaf, size - 1, leaf_hash
    for sibling in hashes:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _without_lefts(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def proves_consistency(
    first: int, first_root: bytes, second: int, second_root: bytes, hashes: Sequence[bytes]
) -> bool:
    """Whether the hashes lead to both roots (RFC 9162, 2.1.4.2).

    Every tree begins with the empty one, and with itself; then there is nothing to prove.
    """
    if first in (0, second):
        same = first_root == (second_root if first else EMPTY_ROOT)
        return 0 <= first <= second and same and not hashes
    path = [first_root, *hashes] if first & (first - 1) == 0 else list(hashes)
    if not 0 < first < second or not path or not hashes:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_first = found_second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_first = node_hash(sibling, found_first)
            found_second = node_hash(sibling, found_second)
            place, last = _without_lefts(place, last)
        else:
            found_second = node_hash(found_second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found_first == first_root and found_second == second_root


def _split(size: int) -> int:
    """The largest power of two below a size above one: where the tree's root divides it."""
    return 1 << (size - 1).bit_length() - 1


def _without_lefts(place: int, last: int) -> tuple[int, int]:
    """Up to the next node that is a right child, where the last node is nobody's left sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
