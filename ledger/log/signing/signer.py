"""A private key, and what it signs. It stays in this process."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.notes.note import (
    COSIGNATURE,
    MOMENT_BYTES,
    PLAIN,
    Signature,
    VerifierKey,
    cosigned,
)


class Signer:
    """Signs with one Ed25519 key, under whatever name."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 bytes of a private key."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw()

    def key(self, name: str, kind: int = PLAIN) -> VerifierKey:
        """The key to check with what is signed under a name."""
        return VerifierKey(name, kind, self.public_key)

    def signed(self, name: str, text: str) -> Signature:
        """Sign the text of a note."""
        return Signature(name, self.key(name).id, self._key.sign(text.encode()))

    def cosigned(self, name: str, text: str, moment: int) -> Signature:
        """Sign the text of a checkpoint as a witness who sees it at a moment."""
        stamp = moment.to_bytes(MOMENT_BYTES, "big")
        signature = self._key.sign(cosigned(text, moment))
        return Signature(name, self.key(name, COSIGNATURE).id, stamp + signature)
