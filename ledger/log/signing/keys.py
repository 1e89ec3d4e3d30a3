"""The keys that a log is signed with: from a file or from the environment, never from a table.

One line of base64 each. Every one of them signs; the first is the newest. To rotate, put a new one
in front and restart: checkpoints then bear both signatures, until whoever checks has learnt the new
key. Then the old one is taken out, and given up for ever.
"""

import base64
import binascii
import secrets
from pathlib import Path
from typing import Final

from ledger.log.sealing.master import make_key_file
from ledger.log.signing.faults import SigningKeyUnreadable
from ledger.log.signing.signer import Signer

SEED_BYTES: Final = 32


def signers_in(text: str) -> tuple[Signer, ...]:
    """Read signing keys, separated by white space or commas. Raises `SigningKeyUnreadable`."""
    signers = []
    for part in text.replace(",", " ").split():
        try:
            seed = base64.b64decode(part, validate=True)
        except (binascii.Error, ValueError):
            seed = b""
        if len(seed) != SEED_BYTES:
            raise SigningKeyUnreadable(SigningKeyUnreadable.__doc__)
        signers.append(Signer(seed))
    if not signers:
        raise SigningKeyUnreadable(SigningKeyUnreadable.__doc__)
    return tuple(signers)


def read_signers(path: Path) -> tuple[Signer, ...]:
    """Read the signing keys of a file. Raises `SigningKeyUnreadable`."""
    try:
        return signers_in(path.read_text("ascii"))
    except (OSError, UnicodeError):
        raise SigningKeyUnreadable(SigningKeyUnreadable.__doc__) from None


def make_signing_file(path: Path) -> tuple[Signer, ...]:
    """Make a signing key where only its owner may read it."""
    make_key_file(path, [secrets.token_bytes(SEED_BYTES)])
    return read_signers(path)
