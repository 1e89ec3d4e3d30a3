"""Proofs against the definitions of RFC 6962, both ways, at every size up to 70."""

from functools import cache

import pytest

from ledger.log.proofs import (
    OutsideTree,
    Span,
    consistency_spans,
    folded,
    inclusion_spans,
    proves_consistency,
    proves_inclusion,
    subtrees,
)
from ledger.log.tree import leaf_hash
from tests.log.test_tree import LEAVES, ROOTS, by_definition

SIZE_MAX = 70
SEVENTY = tuple(bytes([number]) for number in range(SIZE_MAX))
TAMPERED_SIZES = (1, 2, 3, 6, 7, 8, 13, 16, 33, 64, 70)

# The proofs that the tests of certificate-transparency publish for the eight reference leaves.
REFERENCE_INCLUSION = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
REFERENCE_CONSISTENCY = {
    (1, 1): (),
    (1, 8): REFERENCE_INCLUSION[0, 8],
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


@cache
def root(begin: int, end: int) -> bytes:
    return by_definition(SEVENTY[begin:end])


def inclusion(leaf: int, size: int) -> list[bytes]:
    return [root(*span) for span in inclusion_spans(leaf, size)]


def consistency(first: int, second: int) -> list[bytes]:
    return [root(*span) for span in consistency_spans(first, second)]


def by_definition_inclusion(leaf: int, begin: int, end: int) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if end - begin == 1:
        return []
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    if leaf < middle:
        return [*by_definition_inclusion(leaf, begin, middle), root(middle, end)]
    return [*by_definition_inclusion(leaf, middle, end), root(begin, middle)]


def by_definition_consistency(first: int, begin: int, end: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2; `first` counts from `begin`."""
    if first == end - begin:
        return [] if whole else [root(begin, end)]
    split = 1 << (end - begin - 1).bit_length() - 1
    if first <= split:
        inner = by_definition_consistency(first, begin, begin + split, whole=whole)
        return [*inner, root(begin + split, end)]
    inner = by_definition_consistency(first - split, begin + split, end, whole=False)
    return [*inner, root(begin, begin + split)]


@pytest.mark.parametrize("place", REFERENCE_INCLUSION)
def test_the_published_inclusion_proofs_come_out_and_are_taken(place: tuple[int, int]) -> None:
    leaf, size = place
    made = [by_definition(LEAVES[slice(*span)]).hex() for span in inclusion_spans(leaf, size)]
    assert tuple(made) == REFERENCE_INCLUSION[place]
    hashes = [bytes.fromhex(text) for text in made]
    expected = bytes.fromhex(ROOTS[size])
    assert proves_inclusion(leaf_hash(LEAVES[leaf]), leaf, size, hashes, expected)


@pytest.mark.parametrize("sizes", REFERENCE_CONSISTENCY)
def test_the_published_consistency_proofs_come_out_and_are_taken(sizes: tuple[int, int]) -> None:
    first, second = sizes
    made = [by_definition(LEAVES[slice(*span)]).hex() for span in consistency_spans(first, second)]
    assert tuple(made) == REFERENCE_CONSISTENCY[sizes]
    roots = [bytes.fromhex(ROOTS[size]) for size in sizes]
    hashes = [bytes.fromhex(text) for text in made]
    assert proves_consistency(first, roots[0], second, roots[1], hashes)


def test_every_inclusion_proof_up_to_seventy_is_the_defined_one_and_is_taken() -> None:
    for size in range(1, SIZE_MAX + 1):
        for leaf in range(size):
            hashes = inclusion(leaf, size)
            assert hashes == by_definition_inclusion(leaf, 0, size)
            assert proves_inclusion(root(leaf, leaf + 1), leaf, size, hashes, root(0, size))


def test_every_consistency_proof_up_to_seventy_is_the_defined_one_and_is_taken() -> None:
    for second in range(1, SIZE_MAX + 1):
        for first in range(1, second + 1):
            hashes = consistency(first, second)
            assert hashes == by_definition_consistency(first, 0, second, whole=True)
            assert proves_consistency(first, root(0, first), second, root(0, second), hashes)


def test_a_proof_of_one_leaf_proves_no_other_leaf_and_no_other_size() -> None:
    for size in range(1, 34):
        for leaf in range(size):
            hashes, hashed = inclusion(leaf, size), root(leaf, leaf + 1)
            for other in range(size):
                proved = proves_inclusion(hashed, other, size, hashes, root(0, size))
                assert proved == (other == leaf)
            assert not proves_inclusion(hashed, leaf, size + 1, hashes, root(0, size + 1))
            assert not proves_inclusion(
                root(leaf, leaf + 1)[::-1], leaf, size, hashes, root(0, size)
            )


def variants(hashes: list[bytes]) -> list[list[bytes]]:
    """A proof with a bit turned, a hash left out, one added, and two exchanged."""
    made = [[*hashes, bytes(32)], [bytes(32), *hashes], [*hashes, *hashes[-1:], bytes(32)]]
    for place, content in enumerate(hashes):
        turned = bytes([content[0] ^ 1]) + content[1:]
        made.append([*hashes[:place], turned, *hashes[place + 1 :]])
        made.append([*hashes[:place], *hashes[place + 1 :]])
        if place:
            made.append([*hashes[: place - 1], content, hashes[place - 1], *hashes[place + 1 :]])
    return made


@pytest.mark.parametrize("size", TAMPERED_SIZES)
def test_a_tampered_inclusion_proof_is_refused(size: int) -> None:
    for leaf in range(size):
        hashed, whole = root(leaf, leaf + 1), root(0, size)
        for hashes in variants(inclusion(leaf, size)):
            assert not proves_inclusion(hashed, leaf, size, hashes, whole)
        assert not proves_inclusion(hashed, leaf, size, inclusion(leaf, size), bytes(32))


@pytest.mark.parametrize("second", TAMPERED_SIZES)
def test_a_tampered_consistency_proof_is_refused(second: int) -> None:
    for first in range(1, second):
        roots, hashes = (root(0, first), root(0, second)), consistency(first, second)
        for tampered in variants(hashes):
            assert not proves_consistency(first, roots[0], second, roots[1], tampered)
        assert not proves_consistency(first, bytes(32), second, roots[1], hashes)
        assert not proves_consistency(first, roots[0], second, bytes(32), hashes)
        assert not proves_consistency(first, roots[0], second, roots[1], [])
        for other in range(1, second):
            proved = proves_consistency(other, root(0, other), second, roots[1], hashes)
            assert proved == (other == first)


def test_with_nothing_to_prove_the_roots_alone_decide() -> None:
    empty = by_definition(())
    assert proves_consistency(0, empty, 5, root(0, 5), [])
    assert proves_consistency(5, root(0, 5), 5, root(0, 5), [])
    assert not proves_consistency(0, root(0, 1), 5, root(0, 5), [])
    assert not proves_consistency(0, empty, 5, root(0, 5), [bytes(32)])
    assert not proves_consistency(5, root(0, 5), 5, root(0, 6), [])
    assert not proves_consistency(6, root(0, 6), 5, root(0, 5), [])
    assert not proves_consistency(-1, empty, 5, root(0, 5), [])


@pytest.mark.parametrize("place", [(-1, 5), (5, 5), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(place: tuple[int, int]) -> None:
    with pytest.raises(OutsideTree):
        inclusion_spans(*place)
    assert not proves_inclusion(bytes(32), *place, [], bytes(32))


@pytest.mark.parametrize("sizes", [(-1, 5), (6, 5)])
def test_no_proof_between_trees_that_do_not_follow(sizes: tuple[int, int]) -> None:
    with pytest.raises(OutsideTree):
        consistency_spans(*sizes)


@pytest.mark.parametrize("size", range(SIZE_MAX + 1))
def test_perfect_subtrees_fold_to_the_root_of_their_span(size: int) -> None:
    for span in [Span(0, size), *(inclusion_spans(0, size) if size else ())]:
        parts = [(at.place << at.level, (at.place + 1) << at.level) for at in subtrees(span)]
        assert folded(root(*part) for part in parts) == root(*span)
