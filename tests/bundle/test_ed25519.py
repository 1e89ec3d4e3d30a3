"""Ed25519 in whole numbers: the vectors of RFC 8032, 7.1, and another implementation's opinion."""

from hashlib import sha512
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from projections.bundle.checker.ed25519 import GROUP_ORDER, ed25519_verified

VECTORS = {
    "empty": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "one byte": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "two bytes": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "a hash": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        sha512(b"abc").hexdigest(),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
            "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_published_signatures_are_verified(name):
    public, message, signature = map(bytes.fromhex, VECTORS[name])
    assert ed25519_verified(public, message, signature)
    assert not ed25519_verified(public, message + b"\0", signature)


def test_a_signature_with_any_bit_changed_is_refused():
    public, message, signature = map(bytes.fromhex, VECTORS["two bytes"])
    for place in range(0, 512, 13):
        changed = bytearray(signature)
        changed[place // 8] ^= 1 << place % 8
        assert not ed25519_verified(public, message, bytes(changed)), place


def test_a_scalar_above_the_order_of_the_group_is_no_second_signature():
    public, message, signature = map(bytes.fromhex, VECTORS["two bytes"])
    scalar = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    again = signature[:32] + scalar.to_bytes(32, "little")
    assert not ed25519_verified(public, message, again)


def test_keys_and_signatures_of_another_length_or_off_the_curve_are_refused():
    public, message, signature = map(bytes.fromhex, VECTORS["two bytes"])
    assert not ed25519_verified(public[:31], message, signature)
    assert not ed25519_verified(public, message, signature[:63])
    assert not ed25519_verified(b"\xff" * 32, message, signature)
    assert not ed25519_verified((2).to_bytes(32, "little"), message, signature)


def test_what_the_cryptography_library_signs_is_verified_and_nothing_else():
    chance = Random(8032)
    for length in (0, 1, 31, 64, 100, 1023):
        signer = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public, message = signer.public_key().public_bytes_raw(), chance.randbytes(length)
        assert ed25519_verified(public, message, signer.sign(message))
        assert not ed25519_verified(public, message, signer.sign(message + b"x"))
