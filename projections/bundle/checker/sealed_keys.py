"""The keys of sealed scores: a file that the operator hands over for the audit, and for it alone.

The first line names the ledger; each other line is a child and its key in hexadecimal, or nothing
for a child whose key was destroyed. Without a key a score stays sealed, and nothing guesses it.
"""

import json
from pathlib import Path
from typing import Any, Final

from projections.bundle.checker.aes_gcm import opened_with
from projections.bundle.checker.findings import Findings, Misused
from projections.bundle.checker.history import EVENTS
from projections.bundle.checker.notes import Broken, from_base64

KEYS_FORMAT: Final = 1
KEY_BYTES: Final = 32


class SealedKeys:
    """Opens sealed values with the keys that were handed over."""

    def __init__(self, file: Path | None, ledger: str, findings: Findings) -> None:
        """Read the keys. Raises `Misused` when the file is none, or of another ledger."""
        self._ledger = ledger
        self._findings = findings
        self._keys: dict[str, bytes] = {}
        if file is not None:
            self._read(file)

    def _read(self, file: Path) -> None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
            head = json.loads(lines[0])
            if (head["audit_keys"], head["ledger"]) != (KEYS_FORMAT, self._ledger):
                message = f"--sealed-keys: {file} holds no keys of `{self._ledger}`"
                raise Misused(message)
            for child, key in map(json.loads, lines[1:]):
                if key is not None:
                    self._keys[child] = bytes.fromhex(key)
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as unreadable:
            message = f"--sealed-keys: {file} cannot be read: {unreadable}"
            raise Misused(message) from None
        if any(len(key) != KEY_BYTES for key in self._keys.values()):
            message = f"--sealed-keys: {file} holds a key that is none"
            raise Misused(message)

    def open(self, child: str, version: int, field: str, sealed: str) -> Any:  # noqa: ANN401
        """A value; None without its key, or when it does not open, which is a fault."""
        key = self._keys.get(child)
        if key is None:
            return None
        place = (b"value", self._ledger.encode(), str(version).encode(), field.encode())
        try:
            plain = opened_with(key, from_base64(sealed), b"\0".join(place))
        except Broken:
            plain = None
        if plain is None:
            what = f"the sealed {field} does not open with the key of its child"
            self._findings.fault(EVENTS, what, line=version, version=version)
            return None
        self._findings.count("sealed values opened")
        return json.loads(plain)
