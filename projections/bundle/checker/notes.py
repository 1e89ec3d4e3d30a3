"""Signed notes and checkpoints of C2SP: `signed-note`, `tlog-checkpoint`, `tlog-cosignature`.

A note is a text, an empty line, and lines `- name base64` (with a long dash) that hold four bytes
of the key's hash and a signature. A checkpoint's text is an origin, a size and a root.
"""

import base64
import binascii
import hashlib
from typing import Final, NamedTuple

SIGNATURE_MARK: Final = "\u2014 "
ED25519_KIND: Final = 1
COSIGNATURE_KIND: Final = 4
KEY_HASH_BYTES: Final = 4
MOMENT_BYTES: Final = 8
ROOT_BYTES: Final = 32
CHECKPOINT_LINES: Final = 3


class Broken(ValueError):
    """The text is not what it should be; the message says why."""


class VerifierKey(NamedTuple):
    """Whose signatures a key verifies, and how: `name+hash+base64(kind || public key)`."""

    name: str
    key_hash: bytes
    kind: int
    public: bytes


class Signature(NamedTuple):
    """One line below a note."""

    name: str
    key_hash: bytes
    signature: bytes


class SignedNote(NamedTuple):
    """A text and who signed it."""

    text: str
    signatures: tuple[Signature, ...]


class Checkpoint(NamedTuple):
    """What a note about a log says."""

    origin: str
    size: int
    root: bytes
    note: SignedNote


def from_base64(text: str) -> bytes:
    """Bytes from base64, read strictly: every byte has one way to be written."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("this is not base64") from None
    if base64.b64encode(found).decode() != text:
        raise Broken("this base64 could be written otherwise")
    return found


def verifier_key(text: str) -> VerifierKey:
    """A verifier key; the hash in it must be its own."""
    parts = text.strip().split("+", 2)
    if len(parts) != CHECKPOINT_LINES or not parts[0]:
        raise Broken("a verifier key is name+hash+key")
    key = from_base64(parts[2])
    digest = hashlib.sha256(parts[0].encode() + b"\n" + key).digest()[:KEY_HASH_BYTES]
    if not key or digest.hex() != parts[1]:
        raise Broken("the hash of the verifier key is of another key")
    return VerifierKey(parts[0], digest, key[0], key[1:])


def signed_note(content: str) -> SignedNote:
    """A note, taken apart."""
    text, gap, lines = content.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise Broken("a signed note is a text, an empty line and signatures")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, _, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
        if not line.startswith(SIGNATURE_MARK) or not name:
            raise Broken("a line below the note is no signature")
        signed = from_base64(encoded)
        signatures.append(Signature(name, signed[:KEY_HASH_BYTES], signed[KEY_HASH_BYTES:]))
    return SignedNote(text + "\n", tuple(signatures))


def checkpoint_of(content: str) -> Checkpoint:
    """A checkpoint, taken apart; lines behind the root are kept in the text and mean nothing."""
    note = signed_note(content)
    lines = note.text.split("\n")
    if len(lines) <= CHECKPOINT_LINES or not lines[0]:
        raise Broken("a checkpoint is an origin, a size and a root")
    size = lines[1]
    if not size.isascii() or not size.isdigit() or str(int(size)) != size:
        raise Broken("the size of the checkpoint is no number")
    root = from_base64(lines[2])
    if len(root) != ROOT_BYTES:
        raise Broken("the root of the checkpoint has not 32 bytes")
    return Checkpoint(lines[0], int(size), root, note)


def signed_text(key: VerifierKey, note: SignedNote, signature: Signature) -> tuple[bytes, bytes]:
    """What was signed, and the bare signature; a cosignature is about a moment as well."""
    text = note.text.encode()
    if key.kind != COSIGNATURE_KIND:
        return text, signature.signature
    moment = int.from_bytes(signature.signature[:MOMENT_BYTES], "big")
    return f"cosignature/v1\ntime {moment}\n".encode() + text, signature.signature[MOMENT_BYTES:]
