"""The tree against the reference vectors of RFC 6962 implementations."""

from hashlib import sha256

import pytest

from ledger.log.tree import Frontier, FrontierDamaged, leaf_hash, node_hash

LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def by_definition(leaves: tuple[bytes, ...]) -> bytes:
    """The recursive definition of RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_reference_root_at_every_size(size: int) -> None:
    frontier = Frontier().extend(leaf_hash(leaf) for leaf in LEAVES[:size])
    assert frontier.root().hex() == ROOTS[size]
    assert frontier.size == size


def test_leaves_added_one_by_one_or_together_give_one_tree() -> None:
    leaves = tuple(str(number).encode() for number in range(300))
    hashes = [leaf_hash(leaf) for leaf in leaves]
    frontier = Frontier()
    for size, hashed in enumerate(hashes):
        assert frontier == Frontier().extend(hashes[:size])
        assert frontier.root() == by_definition(leaves[:size])
        frontier = frontier.append(hashed)


def test_appending_leaves_the_earlier_frontier_as_it_was() -> None:
    before = Frontier().append(leaf_hash(b"a"))
    root = before.root()
    before.append(leaf_hash(b"b"))
    assert (before.size, before.root()) == (1, root)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256])
def test_a_frontier_survives_its_bytes(size: int) -> None:
    frontier = Frontier().extend(leaf_hash(bytes([number % 256])) for number in range(size))
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier


@pytest.mark.parametrize("damage", [b"", b"\x00" * 7, b"\x00" * 7 + b"\x01", b"\x00" * 40])
def test_bytes_that_do_not_fit_their_size_are_no_frontier(damage: bytes) -> None:
    with pytest.raises(FrontierDamaged):
        Frontier.from_bytes(damage)
