"""AES-256-GCM in plain Python: a published vector, and another implementation's opinion."""

from random import Random

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from projections.bundle.checker.aes_gcm import enciphered, opened_with, round_keys


def test_the_block_of_fips_197_is_enciphered_as_published():
    key = bytes(range(32))
    block = bytes.fromhex("00112233445566778899aabbccddeeff")
    enciphered_block = enciphered(round_keys(key), block)
    assert enciphered_block.hex() == "8ea2b7ca516745bfeafc49904b496089"


def test_what_the_cryptography_library_seals_is_opened_and_nothing_else():
    chance = Random(38)
    for length in (0, 1, 15, 16, 17, 32, 48, 100):
        key, nonce, plain = chance.randbytes(32), chance.randbytes(12), chance.randbytes(length)
        context = chance.randbytes(length + 3)
        sealed = nonce + AESGCM(key).encrypt(nonce, plain, context)
        assert opened_with(key, sealed, context) == plain
        assert opened_with(key, sealed, context + b"x") is None
        assert opened_with(chance.randbytes(32), sealed, context) is None
        changed = bytearray(sealed)
        changed[chance.randrange(len(sealed))] ^= 1
        assert opened_with(key, bytes(changed), context) is None


def test_bytes_too_short_to_be_sealed_do_not_open():
    assert opened_with(bytes(32), b"short", b"") is None
