"""Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of who signed it.

A verifier key is written `name+id+base64(kind || public key)`; the id is the beginning of a hash
over name, kind and key, so that one key in two roles has two ids.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PLAIN: Final = 1
"""Signs the text of a note."""
COSIGNATURE: Final = 4
"""Signs the text of a checkpoint and a moment (`cosignature.py`)."""

KINDS: Final = (PLAIN, COSIGNATURE)
DASH: Final = "\u2014"
ID_BYTES: Final = 4
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
MOMENT_BYTES: Final = 8
NOTE_BYTES_MAX: Final = 64 * 1024
NAME_MAX: Final = 255
FIRST_PRINTABLE: Final = " "


class NoteUnreadable(ValueError):
    """The bytes are no signed note, or what is written in one is not what it should be."""


class SignatureWrong(ValueError):
    """A note is not signed by a known key, or a known key's signature does not fit the text."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may have signed: a name, the kind of signature, and the public key."""

    name: str
    kind: int
    public_key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key
        return sha256(named).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """The key as it is given to whoever checks."""
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes([self.kind]) + self.public_key)}"

    @classmethod
    def from_text(cls, text: str) -> "VerifierKey":
        """Read a key as it was given. Raises `NoteUnreadable`."""
        name, _, rest = text.partition("+")
        written_id, _, encoded = rest.partition("+")
        content = bytes_of(encoded)
        if len(content) != 1 + PUBLIC_KEY_BYTES or content[0] not in KINDS:
            raise NoteUnreadable("not an Ed25519 verifier key: name+id+base64")
        key = cls(checked_name(name), content[0], content[1:])
        if key.id.hex() != written_id:
            raise NoteUnreadable("the id of the verifier key is not that of its name and key")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: whose it says it is, and the bytes of the signature."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        """The line, without its end."""
        return f"{DASH} {self.name} {base64_of(self.key_id + self.content)}"

    @classmethod
    def from_text(cls, line: str) -> "Signature":
        """Read a line. Raises `NoteUnreadable`."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        content = bytes_of(encoded)
        if dash != DASH or len(content) <= ID_BYTES:
            raise NoteUnreadable("not a line of a signature: dash, name, base64")
        return cls(checked_name(name), content[:ID_BYTES], content[ID_BYTES:])

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it says that this key made it; whether it did, `fits` tells."""
        return (self.name, self.key_id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its last line end included, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """The whole note."""
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def from_text(cls, whole: str) -> "Note":
        """Read a note; who signed it is not checked. Raises `NoteUnreadable`."""
        text, blank, lines = whole.rpartition("\n\n")
        unprintable = any(one < FIRST_PRINTABLE and one != "\n" for one in whole)
        if not blank or unprintable or not lines.endswith("\n") or len(whole) > NOTE_BYTES_MAX:
            raise NoteUnreadable("not a signed note: a text, a blank line, lines of signatures")
        signatures = tuple(Signature.from_text(line) for line in lines[:-1].split("\n"))
        return cls(text + "\n", signatures)

    def verified(self, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Which of these keys signed, at least one. Raises `SignatureWrong`.

        Signatures of other keys say nothing; a known key's that does not fit spoils the note.
        """
        signed = []
        for signature in self.signatures:
            for key in keys:
                if signature.is_by(key):
                    if not fits(key, self.text, signature.content):
                        raise SignatureWrong(f"the signature of {key.name} does not fit the text")
                    signed.append(key)
        if not signed:
            raise SignatureWrong("the note is not signed by a known key")
        return tuple(signed)


def fits(key: VerifierKey, text: str, content: bytes) -> bool:
    """Whether a key's signature is one of this text."""
    message, signature = text.encode(), content
    if key.kind == COSIGNATURE:
        moment, signature = moment_of(content), content[MOMENT_BYTES:]
        message = cosigned(text, moment)
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def cosigned(text: str, moment: int) -> bytes:
    """What a cosignature signs: the text of a checkpoint, and a moment in seconds since 1970."""
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def moment_of(content: bytes) -> int:
    """The moment that a cosignature states."""
    return int.from_bytes(content[:MOMENT_BYTES], "big")


def checked_name(name: str) -> str:
    """A name that a key may have. Raises `NoteUnreadable`."""
    bad = any(one.isspace() or one < FIRST_PRINTABLE or one == "+" for one in name)
    if not 0 < len(name) <= NAME_MAX or bad:
        raise NoteUnreadable("a key's name has 1 to 255 characters, no space and no +")
    return name


def base64_of(content: bytes) -> str:
    """Bytes as notes write them (RFC 4648, section 4)."""
    return base64.b64encode(content).decode("ascii")


def bytes_of(encoded: str) -> bytes:
    """Read them back, if they are written in the one way there is. Raises `NoteUnreadable`."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise NoteUnreadable("not base64") from None
    if base64_of(content) != encoded:
        raise NoteUnreadable("not base64 as it is written")
    return content


def lines_of(hashes: Iterable[bytes]) -> str:
    """Hashes, one a line."""
    return "".join(f"{base64_of(content)}\n" for content in hashes)
