"""One value under one key: AES-256-GCM with a random nonce (NIST SP 800-38D).

A sealed text is the nonce and the ciphertext with its tag. What it belongs to goes in as additional
data, so that a text moved to another place does not open. Values are padded to one width a field:
the length of a ciphertext would otherwise tell `true` from `false`, and 9 from 10.
"""

import base64
import binascii
import secrets
from hashlib import blake2b
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.events.words import Sealed, Value
from ledger.log.sealing.faults import SealBroken

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
WIDTHS: Final = {"value": 32}
WIDTH_OF_CODES: Final = 48


def new_key() -> bytes:
    """A fresh key of 256 random bits."""
    return secrets.token_bytes(KEY_BYTES)


def encrypt(key: bytes, plain: bytes, context: bytes) -> bytes:
    """Seal bytes for one place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def decrypt(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Open bytes at the place that they were sealed for. Raises `SealBroken`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise SealBroken(SealBroken.__doc__) from None


def place_of(ledger: str, version: int, field: str) -> bytes:
    """The place of a value: no reference can hold the byte between the parts."""
    return b"\0".join((b"value", ledger.encode(), str(version).encode(), field.encode()))


def seal_value(key: bytes, value: Value, *, ledger: str, version: int, field: str) -> Sealed:
    """Seal a value of an event."""
    plain = msgspec.json.encode(value).ljust(WIDTHS.get(field, WIDTH_OF_CODES))
    sealed = encrypt(key, plain, place_of(ledger, version, field))
    return Sealed(base64.b64encode(sealed).decode("ascii"))


def open_value(key: bytes, sealed: Sealed, *, ledger: str, version: int, field: str) -> Value:
    """Open a value of an event. Raises `SealBroken`."""
    try:
        ciphertext = base64.b64decode(sealed.sealed, validate=True)
    except (binascii.Error, ValueError):
        raise SealBroken(SealBroken.__doc__) from None
    plain = decrypt(key, ciphertext, place_of(ledger, version, field))
    value: Value = msgspec.json.decode(plain)
    return value


def content_key(key: bytes) -> bytes:
    """A key for hashes of what was sent, gone with the child's own key."""
    return blake2b(key=key, digest_size=KEY_BYTES, person=b"hash of content").digest()
