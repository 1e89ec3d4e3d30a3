"""Signatures and roots: every checkpoint of the bundle, and the one that an auditor brought."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from projections.bundle.checker.contents import Contents
from projections.bundle.checker.ed25519 import ed25519_verified
from projections.bundle.checker.findings import Findings, Misused, printable
from projections.bundle.checker.merkle import is_consistent
from projections.bundle.checker.notes import (
    COSIGNATURE_KIND,
    ED25519_KIND,
    Checkpoint,
    VerifierKey,
    checkpoint_of,
    from_base64,
    signed_text,
    verifier_key,
)

KEYS: Final = "keys/verifier_keys.txt"
CHECKPOINTS: Final = "checkpoints/"


class Checkpoints:
    """The signed checkpoints of a bundle and the keys that they are verified with."""

    def __init__(
        self, contents: Contents, findings: Findings, brought_keys: Sequence[VerifierKey]
    ) -> None:
        """Read keys and checkpoints; the auditor's own keys are those that are trusted."""
        self._findings = findings
        self._brought = tuple(key for key in brought_keys if key.kind == ED25519_KIND)
        self._witnessed = {key: 0 for key in brought_keys if key.kind == COSIGNATURE_KIND}
        listed = _keys(contents, findings)
        self.keys = [*brought_keys, *(key for key in listed if key not in brought_keys)]
        self.found: dict[str, Checkpoint] = {}
        for name in sorted(contents.names):
            if name.startswith(CHECKPOINTS):
                try:
                    self.found[name] = checkpoint_of(contents.read(name).decode())
                except ValueError as broken:  # Broken, or bytes that are no text
                    findings.fault(name, f"this is no checkpoint: {broken}")

    def sizes(self) -> set[int]:
        """The sizes at which roots are to be compared."""
        return {checkpoint.size for checkpoint in self.found.values()}

    def check(self, manifest: dict[str, Any], roots: dict[int, bytes]) -> None:
        """Compare each checkpoint with the tree, and verify who signed it."""
        if len(self.found) != manifest["counts"]["checkpoints"]:
            what = f"there are {len(self.found):,} checkpoints, the manifest says another number"
            self._findings.fault(CHECKPOINTS, what)
        origins = sorted({checkpoint.origin for checkpoint in self.found.values()})
        if len(origins) > 1:
            what = f"these checkpoints are of several logs: {', '.join(origins)}"
            self._findings.fault(CHECKPOINTS, what)
        reached = max(self.sizes(), default=0)
        for name, checkpoint in self.found.items():
            self._check_root(name, checkpoint, roots)
            by_known_key = self.verify_signatures(name, checkpoint)
            self._findings.count("checkpoints")
            if self._brought and checkpoint.size == reached and not by_known_key:
                self._findings.fault(name, "the last checkpoint is not signed by the key you know")
            elif self._brought and not by_known_key:
                what = "older checkpoints, signed by keys of the log that you did not bring"
                self._findings.could_not(what)
        if not self._brought and self.found:
            self._findings.could_not("keys of the log: taken from the bundle, not brought (--key)")
        if reached < manifest["version"]:
            number = manifest["version"] - reached
            self._findings.could_not("events behind the last signed checkpoint", number)
        self._check_origin(manifest["ledger"]["ledger"])

    def check_witnesses(self, version: int) -> None:
        """Say how far the witnesses that the auditor knows have seen the log; it may be nowhere."""
        for key, size in self._witnessed.items():
            if size < version:
                what = f"events behind the last checkpoint that {printable(key.name)} cosigned"
                self._findings.could_not(what, version - size)

    def _check_origin(self, ledger: str) -> None:
        """The name of a log ends in that of its ledger."""
        for name, checkpoint in self.found.items():
            if checkpoint.origin.rpartition("/")[2] != ledger:
                what = f"it is of the log {checkpoint.origin}, the manifest is of ledger {ledger}"
                self._findings.fault(name, what)

    def _check_root(self, name: str, checkpoint: Checkpoint, roots: dict[int, bytes]) -> None:
        size = checkpoint.size
        if size not in roots:
            what = f"it is about {size:,} events, and the bundle ends before: it was cut off"
            self._findings.fault(name, what, version=size)
        elif roots[size] != checkpoint.root:
            what = f"the first {size:,} events hash to another root than was signed"
            self._findings.fault(name, what, version=size)

    def verify_signatures(self, name: str, checkpoint: Checkpoint) -> bool:
        """Whether a key that was brought signed it; one of the log did, and none is wrong."""
        by_the_log = by_known_key = False
        for signature in checkpoint.note.signatures:
            for key in self.keys:
                if (key.name, key.key_hash) != (signature.name, signature.key_hash):
                    continue
                message, bare = signed_text(key, checkpoint.note, signature)
                if not ed25519_verified(key.public, message, bare):
                    self._findings.fault(name, f"the signature of {key.name} is not of this text")
                    continue
                self._findings.count("signatures")
                if key in self._witnessed:
                    self._witnessed[key] = max(self._witnessed[key], checkpoint.size)
                of_the_log = key.kind == ED25519_KIND and key.name == checkpoint.origin
                by_the_log |= of_the_log
                by_known_key |= of_the_log and key in self._brought
        if not by_the_log:
            self._findings.fault(name, "no key of the log signed it")
        return by_known_key


def _keys(contents: Contents, findings: Findings) -> list[VerifierKey]:
    keys = []
    for number, line in contents.lines(KEYS):
        try:
            keys.append(verifier_key(line.decode()))
            if line.strip() != line:
                findings.fault(KEYS, "there are spaces around this key", line=number)
        except ValueError as broken:
            findings.fault(KEYS, f"this is no verifier key: {broken}", line=number)
    return keys


def key_brought(text: str) -> VerifierKey:
    """A verifier key as the auditor gave it: the text, or a file that holds it."""
    try:
        path = Path(text)
        named = path.is_file()
    except (OSError, ValueError):
        named = False
    if not named and "+" not in text:
        message = f"--key: {text} is neither a file nor a verifier key, name+hash+key"
        raise Misused(message)
    try:
        key = verifier_key(path.read_text(encoding="utf-8") if named else text)
    except (OSError, ValueError) as broken:
        message = f"--key: {broken}"
        raise Misused(message) from None
    if key.kind not in (ED25519_KIND, COSIGNATURE_KIND):
        raise Misused("--key: this is no Ed25519 key")
    return key


def checkpoint_brought(file: Path) -> Checkpoint:
    """A checkpoint that the auditor kept."""
    try:
        return checkpoint_of(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        message = f"--checkpoint: {file} is no checkpoint: {broken}"
        raise Misused(message) from None


def proof_brought(file: Path | None) -> list[bytes]:
    """A proof of consistency: `/log/consistency` as it answers, or hashes in base64, one a line."""
    if file is None:
        return []
    try:
        text = file.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            return [bytes.fromhex(one) for one in json.loads(text)["hashes"]]
        return [from_base64(line) for line in text.split()]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as broken:
        message = f"--consistency: {file} is no proof: {broken}"
        raise Misused(message) from None


def check_brought(
    name: str,
    brought: Checkpoint,
    proof: Sequence[bytes],
    tree: tuple[int, bytes, dict[int, bytes]],
    findings: Findings,
) -> None:
    """Compare the auditor's own checkpoint with the bundle: older, as old, or newer.

    `tree` is the size and root of the bundle, and its roots at earlier sizes.
    """
    size, root, roots = tree
    findings.count("checkpoints brought")
    if brought.size <= size:
        if roots[brought.size] != brought.root:
            what = "the log was rewritten: its beginning hashes to another root than you kept"
            findings.fault(name, what, version=brought.size)
    elif not proof:
        what = "events of your newer checkpoint that are not in the bundle (--consistency)"
        findings.could_not(what, brought.size - size)
    elif not is_consistent((size, root), (brought.size, brought.root), proof):
        what = "the proof does not show that the bundle is the beginning of your checkpoint's log"
        findings.fault(name, what, version=size)
