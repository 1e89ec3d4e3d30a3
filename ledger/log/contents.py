"""Keyed hashes of what clients sent, to tell a retry from a reused id or key.

A plain hash of a score from 0 to 10 would be the score, so everything is hashed under the ledger's
secret; and what is sealed in the log is left out there and hashed under a key that goes with the
child's own. After an erasure nobody can try scores against a hash. Such a hash is two: of the
content without its sealed values, and of those values together with it: two equal scores of a child
would otherwise have one hash, and everybody could see that they are equal.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec

from ledger.events.catalogue import FactData
from ledger.events.codec import canonical
from ledger.events.sealed import EVER_SEALED, sealed_fields
from ledger.log.requests import AppendRequest, Barred, Refused, Result, Submitted
from ledger.log.sealing.seals import Seals

DIGEST_BYTES: Final = 16
LENGTH_BYTES: Final = 8
_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Contents:
    """Hashes contents under one ledger's secret, and sealed values under their children's keys."""

    def __init__(self, secret: bytes, seals: Seals) -> None:
        """Keep the secret."""
        self._secret = secret
        self._seals = seals
        self._keyed = blake2b(digest_size=DIGEST_BYTES, key=secret)

    def of_fact(self, sent: Submitted) -> bytes:
        """The hash of a fact that is recorded, whatever its white space and order of keys."""
        open_part = self._open_part(sent)
        return open_part + (self._sealed_part(sent.fact.data, open_part, make=True) or b"")

    def is_fact(self, sent: Submitted, kept: bytes) -> bool:
        """Whether this is the fact that was hashed; of an erased child the open part decides."""
        open_part = self._open_part(sent)
        if open_part != kept[:DIGEST_BYTES]:
            return False
        sealed = self._sealed_part(sent.fact.data, open_part, make=False)
        return sealed is None or sealed == kept[DIGEST_BYTES:]

    def of_request(self, request: AppendRequest, results: Sequence[Result]) -> bytes:
        """The hash of a whole request, and of the sealed values that its results recorded."""
        recorded = [not isinstance(result, Refused) for result in results]
        return self._open_request(request) + (self._sealed_request(request, recorded) or b"")

    def is_request(self, request: AppendRequest, kept: bytes, *, recorded: Sequence[bool]) -> bool:
        """Whether this is the request that was hashed; `recorded` says which facts were taken."""
        if self._open_request(request) != kept[:DIGEST_BYTES]:
            return False
        sealed = self._sealed_request(request, recorded)
        return sealed is None or sealed == kept[DIGEST_BYTES:]

    def _open_part(self, sent: Submitted) -> bytes:
        digest = self._keyed.copy()
        digest.update(_open_content(sent))
        return digest.digest()

    def _open_request(self, request: AppendRequest) -> bytes:
        digest = blake2b(digest_size=DIGEST_BYTES, key=self._secret, person=b"request")
        digest.update(request.mode.encode())
        for sent in request.facts:
            content = _open_content(sent)
            digest.update(len(content).to_bytes(LENGTH_BYTES, "big"))
            digest.update(content)
        return digest.digest()

    def _sealed_part(self, content: FactData, open_part: bytes, *, make: bool) -> bytes | None:
        """The hash of the sealed values: empty when there are none, None without the key.

        `open_part` binds it to the rest of the content.
        """
        fields = sealed_fields(content)
        if not fields:
            return b""
        child = getattr(content, "child", "")
        key = self._seals.content_key(child, make=make) or self._without_seals()
        if key is None:
            return None
        values = _encode([getattr(content, field) for field in fields])
        return blake2b(open_part + values, digest_size=DIGEST_BYTES, key=key).digest()

    def _without_seals(self) -> bytes | None:
        """A log without seals holds the values anyway; the ledger's secret is enough there."""
        return None if self._seals.seals else self._secret

    def _sealed_request(self, request: AppendRequest, recorded: Sequence[bool]) -> bytes | None:
        """The hash over the sealed values of the facts that were recorded, for this key alone."""
        parts = [
            self._sealed_part(sent.fact.data, self._open_part(sent), make=False)
            for sent, taken in zip(request.facts, recorded, strict=True)
            if taken and isinstance(sent, Submitted)
        ]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        joined = b"".join(known)
        if not joined:
            return b""
        name = _encode((request.actor, request.idempotency_key))
        return blake2b(joined + name, digest_size=DIGEST_BYTES, key=self._secret).digest()


def _open_content(sent: Submitted | Barred) -> bytes:
    """The canonical form without what is sealed; what is not JSON is compared byte by byte."""
    if isinstance(sent, Submitted) and not sealed_fields(sent.fact.data):
        return canonical(sent.raw)
    try:
        content = msgspec.json.decode(sent.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return sent.raw
    return _encode(_without_sealed(content))


def _without_sealed(content: Any) -> Any:  # noqa: ANN401 (any JSON)
    if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
        return content
    kept = {name: value for name, value in content["data"].items() if name not in EVER_SEALED}
    return {**content, "data": kept}
