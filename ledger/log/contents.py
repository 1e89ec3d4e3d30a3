"""Keyed hashes of what clients sent, to tell a retry from a reused id or key.

The key is the ledger's secret: a plain hash of a score from 0 to 10 would be the score.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from ledger.events.codec import canonical
from ledger.log.requests import AppendRequest

DIGEST_BYTES: Final = 16
LENGTH_BYTES: Final = 8


class Contents:
    """Hashes contents under one ledger's secret."""

    def __init__(self, secret: bytes) -> None:
        """Keep the secret."""
        self._secret = secret
        self._keyed = blake2b(digest_size=DIGEST_BYTES, key=secret)

    def of_fact(self, raw: bytes) -> bytes:
        """The hash of one fact as it was sent, whatever its white space and order of keys."""
        digest = self._keyed.copy()
        digest.update(_content(raw))
        return digest.digest()

    def of_request(self, request: AppendRequest) -> bytes:
        """The hash of a whole request: its mode and its facts."""
        digest = blake2b(digest_size=DIGEST_BYTES, key=self._secret, person=b"request")
        digest.update(request.mode.encode())
        for submitted in request.facts:
            content = _content(submitted.raw)
            digest.update(len(content).to_bytes(LENGTH_BYTES, "big"))
            digest.update(content)
        return digest.digest()


def _content(raw: bytes) -> bytes:
    """The canonical form; what is not JSON is compared byte by byte."""
    try:
        return canonical(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw
