"""Time stamps (RFC 3161): an authority outside vouches that a checkpoint was there at a moment.

What is stamped is the text of a checkpoint, so that cosignatures may join it later. The authority
is asked by people, not by this service; whom to trust they say as well.
"""

import datetime
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

SHA_256: Final = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
RESPONSE_BYTES_MAX: Final = 64 * 1024


class StampWrong(ValueError):
    """The response is no time stamp of this checkpoint, or of nobody who is trusted."""


def request_of(text: str) -> bytes:
    """What to send to an authority, in DER: the hash of a checkpoint's text, and no more."""
    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=False).build().as_bytes()


def moment_in(response: bytes, text: str) -> datetime.datetime:
    """The moment that a response states for this text; who signed it is not checked.

    Raises `StampWrong`.
    """
    found = _read(response)
    imprint = found.tst_info.message_imprint
    digest = sha256(text.encode()).digest()
    if (imprint.hash_algorithm, imprint.message) != (SHA_256, digest):
        raise StampWrong("the time stamp is of another text")
    return found.tst_info.gen_time.astimezone(datetime.UTC)


def must_be_signed(response: bytes, text: str, roots: Sequence[bytes]) -> None:
    """Refuse a response that none of these authorities stands behind, given as certificates in PEM.

    Raises `StampWrong`.
    """
    moment_in(response, text)
    builder = VerifierBuilder()
    try:
        for root in roots:
            for certificate in x509.load_pem_x509_certificates(root):
                builder = builder.add_root_certificate(certificate)
        builder.build().verify_message(_read(response), text.encode())
    except (VerificationError, ValueError):
        raise StampWrong("the time stamp is not signed by whom you trust") from None


def _read(response: bytes) -> TimeStampResponse:
    if len(response) > RESPONSE_BYTES_MAX:
        raise StampWrong("a response has at most 64 KiB")
    try:
        found = decode_timestamp_response(response)
        granted = found.status == PKIStatus.GRANTED and found.tst_info is not None
    except ValueError:
        raise StampWrong("not a response of a time stamp authority") from None
    if not granted:
        raise StampWrong("the authority did not grant the time stamp")
    return found
