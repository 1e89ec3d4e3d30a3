"""References made from a source system's numbers: a keyed hash, and the pepper, its key (0017).

The pepper lives in an environment variable or in a file of the data folder, never in the database:
whoever has the log alone cannot try out all numbers there are.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PEPPER: Final = "OUTCOMES_LEDGER_PEPPER"
PEPPER_FILE: Final = "pepper.key"
PEPPER_BYTES: Final = 32
NUMBER_MAX: Final = 100
REFERENCE_PREFIX: Final = "r"
REFERENCE_CHARACTERS: Final = 26  # of base32, 5 bits each: 130 bits
LENGTH_BYTES: Final = 4
SOURCE: Final = re.compile(r"[a-z0-9_-]{1,40}")
INVISIBLE: Final = "Cf"
CONTROL: Final = "Cc"


class NumberUnusable(ValueError):
    """No reference can be made of this; the message never quotes it."""


class PepperUnreadable(ValueError):
    """What is kept as the pepper is not 32 bytes in base64."""


@dataclass(frozen=True, slots=True)
class Pepper:
    """The key of the hash, and the file that it was made in just now, if it was."""

    secret: bytes = field(repr=False)
    made_in: Path | None = None


def reference_of(pepper: Pepper, source: str, number: str) -> str:
    """The reference that stands for a number of a source system, always the same.

    HMAC-SHA-256 (RFC 2104) over both texts in UTF-8, each behind its length in four bytes, so that
    no two pairs are one message; `r` and the first 130 bits in lower-case base32 (RFC 4648).
    """
    message = b"".join(
        len(part).to_bytes(LENGTH_BYTES, "big") + part
        for part in (source_named(source).encode(), normalised(number).encode())
    )
    digest = hmac.new(pepper.secret, message, hashlib.sha256).digest()
    text = base64.b32encode(digest).decode("ascii").lower()
    return REFERENCE_PREFIX + text[:REFERENCE_CHARACTERS]


def normalised(number: str) -> str:
    """A number as it is hashed: compatible characters made one, no white space, no case.

    One number written in two ways would be two children, and each would be paid for; two numbers
    that differ in case alone are refused loudly, when the second child enrols.
    """
    plain = unicodedata.normalize("NFKC", number).casefold()
    kept = "".join(
        one for one in plain if not one.isspace() and unicodedata.category(one) != INVISIBLE
    )
    if not 0 < len(kept) <= NUMBER_MAX:
        message = f"a number has 1 to {NUMBER_MAX} characters"
        raise NumberUnusable(message)
    if any(unicodedata.category(one) == CONTROL or "\ud800" <= one <= "\udfff" for one in kept):
        raise NumberUnusable("a number is text, without control characters")
    return kept


def source_named(name: str) -> str:
    """A source system's name as it is hashed."""
    plain = name.strip().lower()
    if not SOURCE.fullmatch(plain):
        raise NumberUnusable("a source system is named by 1 to 40 of a-z, 0-9, _ and -")
    return plain


def pepper_of(folder: Path, environment: Mapping[str, str]) -> Pepper:
    """The pepper of the environment, else of the folder; made there at first use."""
    given = environment.get(PEPPER)
    if given:
        return Pepper(_decoded(given, f"the environment variable {PEPPER}"))
    path = folder / PEPPER_FILE
    made = None if path.exists() else _made(path)
    return Pepper(_decoded(path.read_text(encoding="ascii", errors="replace"), str(path)), made)


def _decoded(text: str, place: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != PEPPER_BYTES:
        message = f"{place} does not hold {PEPPER_BYTES} bytes in base64"
        raise PepperUnreadable(message)
    return secret


def _made(path: Path) -> Path | None:
    """Make a pepper that only its owner reads, whole or not at all; None when somebody else did."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(PEPPER_BYTES)) + b"\n")
            file.flush()
            os.fsync(descriptor)
        os.link(unfinished, path)  # unlike a rename, never over another's
    except FileExistsError:
        return None
    finally:
        Path(unfinished).unlink()
    _sync(path.parent)
    return path.resolve()


def _sync(folder: Path) -> None:
    """Make the name as durable as the file: a reference must not outlive its pepper."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
