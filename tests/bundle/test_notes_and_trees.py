"""The checker's own tree and notes, against the ledger's and against their publications."""

from hashlib import sha256

import pytest

from ledger.log.tree import Frontier, leaf_hash
from projections.bundle.checker.ed25519 import ed25519_verified
from projections.bundle.checker.merkle import Tree, is_consistent, leaf_of, node_of
from projections.bundle.checker.notes import Broken, signed_note, signed_text, verifier_key

REFERENCE_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
REFERENCE_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
)
NOTE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)


def leaves(size):
    return [leaf_of(str(number).encode()) for number in range(size)]


def subtree_root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_of(subtree_root(hashes[:half]), subtree_root(hashes[half:]))


def proof_between(size, hashes, *, whole=True):
    """RFC 6962, 2.1.2: SUBPROOF."""
    if size == len(hashes):
        return [] if whole else [subtree_root(hashes)]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if size <= half:
        return [*proof_between(size, hashes[:half], whole=whole), subtree_root(hashes[half:])]
    return [*proof_between(size - half, hashes[half:], whole=False), subtree_root(hashes[:half])]


def test_the_roots_of_the_reference_are_ours():
    tree = Tree()
    assert tree.root() == sha256(b"").digest()
    for content, root in zip(REFERENCE_LEAVES, REFERENCE_ROOTS, strict=True):
        tree.add(leaf_of(bytes.fromhex(content)))
        assert tree.root().hex() == root


def test_two_programs_grow_the_same_tree():
    tree, frontier = Tree(), Frontier()
    for number in range(300):
        content = str(number).encode()
        assert leaf_of(content) == leaf_hash(content)
        tree.add(leaf_of(content))
        frontier = frontier.append(leaf_hash(content))
        assert tree.root() == frontier.root()


def test_every_consistency_proof_up_to_40_holds_and_holds_nothing_else():
    for size in range(1, 41):
        hashes = leaves(size)
        root = subtree_root(hashes)
        for older in range(1, size + 1):
            proof = proof_between(older, hashes)
            old = (older, subtree_root(hashes[:older]))
            assert is_consistent(old, (size, root), proof)
            assert not is_consistent(old, (size, root), [*proof, root])
            assert not is_consistent(old, (size, b"x" * 32), proof)
            if older < size:
                assert not is_consistent((older, b"x" * 32), (size, root), proof)
                assert not is_consistent(old, (size, root), proof[:-1])


def test_the_published_note_is_by_its_author():
    key, note = verifier_key(NOTE_KEY), signed_note(NOTE)
    (signature,) = note.signatures
    assert (signature.name, signature.key_hash) == (key.name, key.key_hash)
    message, bare = signed_text(key, note, signature)
    assert ed25519_verified(key.public, message, bare)
    assert not ed25519_verified(key.public, message + b"\n", bare)


@pytest.mark.parametrize(
    "broken",
    ["", "a", "a\n\n", "a\n\nb\n", NOTE[:-1], NOTE.replace("x08", "x0"), NOTE + "\n"],
)
def test_what_is_no_note_is_not_taken_for_one(broken):
    with pytest.raises(Broken):
        signed_note(broken)


def test_a_key_whose_hash_is_of_another_key_is_refused():
    with pytest.raises(Broken):
        verifier_key(NOTE_KEY.replace("c74f20a3", "c74f20a4"))
    with pytest.raises(Broken):
        verifier_key("PeterNeumann")
