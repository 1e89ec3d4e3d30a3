"""Proofs made from what is kept of a tree: two reads of a few hundred hashes, whatever its size.

A subtree between kept levels is folded from the hashes of the level below it, 128 at most. Nodes
that are missing, because the ledger is older than they are, are filled in first: batch by batch, so
that it may be broken off, and by several processes at once, which come to the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ledger.invariants import ensure
from ledger.log.ports import HashRange, Log
from ledger.log.proofs import (
    OutsideTree,
    Span,
    Subtree,
    consistency_spans,
    folded,
    inclusion_spans,
    root_over,
    subtrees,
)
from ledger.log.tree import TILE_LEAVES, TILE_LEVELS, Node, node_hash

FILLED_AT_ONCE: Final = 256

Kept = Mapping[tuple[int, int], bytes]
Read = Callable[[Sequence[HashRange]], Kept]
"""What reads the hashes of ranges, by level and place; those that are not kept are left out."""


class Inclusion(NamedTuple):
    """A leaf hash, the hashes that lead from it to a root, and that root."""

    leaf_hash: bytes
    hashes: tuple[bytes, ...]
    root: bytes


class Consistency(NamedTuple):
    """The hashes that lead to an earlier root and to a later one, and both roots."""

    hashes: tuple[bytes, ...]
    first_root: bytes
    second_root: bytes


def prove_inclusion(log: Log, ledger: str, version: int, size: int) -> Inclusion:
    """Prove that an event is in the tree of the first `size` ones. Raises `OutsideTree`."""
    leaf = version - 1
    leaf_hash, *hashes = roots_of(log, ledger, [Span(leaf, version), *inclusion_spans(leaf, size)])
    root = root_over(leaf_hash, leaf, size, hashes)
    ensure(root is not None, "a proof has as many hashes as it must")
    return Inclusion(leaf_hash, tuple(hashes), root or b"")


def prove_consistency(log: Log, ledger: str, first: int, second: int) -> Consistency:
    """Prove that the tree of `second` events begins with that of `first`. Raises `OutsideTree`."""
    wanted = [Span(0, first), Span(0, second), *consistency_spans(first, second)]
    first_root, second_root, *hashes = roots_of(log, ledger, wanted)
    return Consistency(tuple(hashes), first_root, second_root)


def root_at(log: Log, ledger: str, size: int) -> bytes:
    """The root of the tree of the first `size` events."""
    return roots_of(log, ledger, [Span(0, size)])[0]


def root_kept(read: Read, size: int) -> bytes | None:
    """The root of the first `size` events by what is kept; none where a hash of it is missing.

    For whoever may only read; nodes that an older ledger lacks are filled in by others.
    """
    parts = list(subtrees(Span(0, size)))
    ranges = list(_joined(map(_below, parts)))
    kept = read(ranges)
    if len(kept) < sum(found.number for found in ranges):
        return None
    return folded(_root(part, kept) for part in parts)


def roots_of(log: Log, ledger: str, spans: Sequence[Span]) -> list[bytes]:
    """The root of each of these spans, which must be those of a tree. Raises `OutsideTree`."""
    parts = [list(subtrees(span)) for span in spans]
    ranges = list(_joined(_below(part) for found in parts for part in found))
    kept = log.hashes(ledger, ranges)
    if len(kept) < sum(found.number for found in ranges):
        version = log.head(ledger).version
        if max(span.end for span in spans) > version:
            message = f"the ledger has no tree beyond its {version} events"
            raise OutsideTree(message)
        fill_nodes(log, ledger)
        kept = log.hashes(ledger, ranges)
        whole = len(kept) == sum(found.number for found in ranges)
        ensure(whole, "the log has every leaf hash and node up to its head")
    return [folded(_root(part, kept) for part in found) for found in parts]


def fill_nodes(log: Log, ledger: str) -> int:
    """Keep the nodes that a ledger lacks; how many those were."""
    number, level = 0, TILE_LEVELS
    while log.head(ledger).version >> level:
        while places := log.missing_nodes(ledger, level, FILLED_AT_ONCE):
            wanted = [Subtree(level, place) for place in places]
            kept = log.hashes(
                ledger,
                [
                    HashRange(level - TILE_LEVELS, at.place << TILE_LEVELS, TILE_LEAVES)
                    for at in wanted
                ],
            )
            whole = len(kept) == TILE_LEAVES * len(places)
            ensure(whole, "the log has every leaf hash and node up to its head")
            nodes = [Node(*at, _over(level - TILE_LEVELS, at.place, kept)) for at in wanted]
            log.keep_nodes(ledger, nodes)
            number += len(nodes)
        level += TILE_LEVELS
    return number


def _over(level: int, place: int, kept: Kept) -> bytes:
    """The root over 256 neighbouring hashes of a level."""
    begin = place << TILE_LEVELS
    return _pairwise([kept[level, at] for at in range(begin, begin + TILE_LEAVES)])


def _below(part: Subtree) -> HashRange:
    """The kept hashes that a subtree is folded from."""
    height = part.level % TILE_LEVELS
    return HashRange(part.level - height, part.place << height, 1 << height)


def _root(part: Subtree, kept: Kept) -> bytes:
    level, first, number = _below(part)
    return _pairwise([kept[level, place] for place in range(first, first + number)])


def _pairwise(hashes: list[bytes]) -> bytes:
    """The root of a perfect subtree over these hashes."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def _joined(ranges: Iterable[HashRange]) -> Iterator[HashRange]:
    """Ranges of each level in order, with those that touch or overlap made one."""
    last: HashRange | None = None
    for found in sorted(set(ranges)):
        if (
            last is not None
            and last.level == found.level
            and found.first <= last.first + last.number
        ):
            end = max(last.first + last.number, found.first + found.number)
            last = HashRange(last.level, last.first, end - last.first)
            continue
        if last is not None:
            yield last
        last = found
    if last is not None:
        yield last
