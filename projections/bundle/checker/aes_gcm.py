"""AES-256-GCM (FIPS 197; NIST SP 800-38D), decryption alone, for values that an audit may read.

Slow and plain: a bundle holds a few thousand sealed scores of 32 bytes each.
"""

import hmac
from typing import Final

BLOCK_BYTES: Final = 16
TAG_BYTES: Final = 16
NONCE_BYTES: Final = 12
WORDS_OF_KEY: Final = 8
ROUNDS: Final = 14
REDUCTION: Final = 0xE1 << 120


def doubled(byte: int) -> int:
    """A byte times x in the field of AES."""
    return (byte << 1) ^ (0x11B if byte & 0x80 else 0)


def the_substitutions() -> bytes:
    """The S-box: the inverse in the field, then an affine map (FIPS 197, 5.1.1)."""
    box = bytearray(256)
    power = inverse = 1
    while True:
        power ^= doubled(power)  # times 3, which generates every byte but 0
        for shift in (1, 2, 4):  # times the inverse of 3
            inverse ^= inverse << shift
        inverse &= 0xFF
        inverse ^= 0x09 if inverse & 0x80 else 0
        turned = inverse
        for shift in (1, 2, 3, 4):
            turned ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        box[power] = turned ^ 0x63
        if power == 1:
            break
    box[0] = 0x63
    return bytes(box)


SUBSTITUTIONS: Final = the_substitutions()
DOUBLES: Final = bytes(doubled(byte) for byte in range(256))
SHIFTED_ROWS: Final = tuple((place + 4 * (place % 4)) % BLOCK_BYTES for place in range(BLOCK_BYTES))


def round_keys(key: bytes) -> list[bytes]:
    """The key expanded to one block a round (FIPS 197, 5.2)."""
    words = [key[start : start + 4] for start in range(0, len(key), 4)]
    constant = 1
    while len(words) < 4 * (ROUNDS + 1):
        word = words[-1]
        if len(words) % WORDS_OF_KEY == 0:
            word = (word[1:] + word[:1]).translate(SUBSTITUTIONS)
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = doubled(constant)
        elif len(words) % WORDS_OF_KEY == WORDS_OF_KEY // 2:
            word = word.translate(SUBSTITUTIONS)
        before = words[-WORDS_OF_KEY]
        words.append(bytes(a ^ b for a, b in zip(word, before, strict=True)))
    return [b"".join(words[start : start + 4]) for start in range(0, len(words), 4)]


def enciphered(keys: list[bytes], block: bytes) -> bytes:
    """One block through the cipher."""
    state = bytes(a ^ b for a, b in zip(block, keys[0], strict=True))
    for number in range(1, ROUNDS + 1):
        state = state.translate(SUBSTITUTIONS)
        state = bytes(state[place] for place in SHIFTED_ROWS)
        if number < ROUNDS:
            state = mixed_columns(state)
        state = bytes(a ^ b for a, b in zip(state, keys[number], strict=True))
    return state


def mixed_columns(state: bytes) -> bytes:
    """Each column times a fixed polynomial (FIPS 197, 5.1.3)."""
    mixed = bytearray()
    for start in range(0, BLOCK_BYTES, 4):
        column = state[start : start + 4]
        every = column[0] ^ column[1] ^ column[2] ^ column[3]
        for row in range(4):
            mixed.append(column[row] ^ every ^ DOUBLES[column[row] ^ column[(row + 1) % 4]])
    return bytes(mixed)


def hashed_blocks(subkey: int, content: bytes) -> int:
    """GHASH of whole blocks (SP 800-38D, 6.4)."""
    total = 0
    for start in range(0, len(content), BLOCK_BYTES):
        total ^= int.from_bytes(content[start : start + BLOCK_BYTES], "big")
        product, factor = 0, subkey
        for place in range(127, -1, -1):
            if total >> place & 1:
                product ^= factor
            factor = factor >> 1 ^ (REDUCTION if factor & 1 else 0)
        total = product
    return total


def padded(content: bytes) -> bytes:
    """Content filled up to whole blocks."""
    return content + bytes(-len(content) % BLOCK_BYTES)


def opened_with(key: bytes, sealed: bytes, context: bytes) -> bytes | None:
    """What was sealed (nonce, ciphertext, tag), or None when key, context or bytes are others."""
    nonce, tag = sealed[:NONCE_BYTES], sealed[-TAG_BYTES:]
    ciphertext = sealed[NONCE_BYTES:-TAG_BYTES]
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        return None
    keys = round_keys(key)
    subkey = int.from_bytes(enciphered(keys, bytes(BLOCK_BYTES)), "big")
    lengths = (8 * len(context)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    digest = hashed_blocks(subkey, padded(context) + padded(ciphertext) + lengths)
    mask = int.from_bytes(enciphered(keys, nonce + (1).to_bytes(4, "big")), "big")
    if not hmac.compare_digest((digest ^ mask).to_bytes(TAG_BYTES, "big"), tag):
        return None
    stream = b"".join(
        enciphered(keys, nonce + number.to_bytes(4, "big"))
        for number in range(2, 2 + len(padded(ciphertext)) // BLOCK_BYTES)
    )
    return bytes(a ^ b for a, b in zip(ciphertext, stream[: len(ciphertext)], strict=True))
