"""The notary: says, signed, which log there is and how far it goes.

It signs no checkpoint that does not begin with the last one that was kept: that is proved first,
from the nodes of the tree. What it signs of a commit (a seal) is a checkpoint as well, which is not
kept.
"""

import threading
from typing import Final

from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import PLAIN, Note, Signature
from ledger.log.ports import Log
from ledger.log.proofs import OutsideTree, proves_consistency
from ledger.log.prover import prove_consistency, root_at
from ledger.log.signing.faults import LogRewritten, SigningKeyMissing, SigningKeyRetired
from ledger.log.signing.kept import KeptCheckpoint, KeptCheckpoints
from ledger.log.signing.signer import Signer

BY_SERVICE: Final = "service"
ID_DIGITS: Final = 16


class Notary:
    """Signs for the logs of one service. Without a key it only reads."""

    def __init__(
        self,
        log: Log,
        kept: KeptCheckpoints,
        signers: tuple[Signer, ...],
        prefix: str | None = None,
    ) -> None:
        """Sign with every one of these keys; `prefix` and the ledger name a log."""
        self.kept = kept
        self._log = log
        self._signers = signers
        self._prefix = prefix
        self._origins: dict[str, str] = {}
        self._seals: dict[str, tuple[int, bytes, str]] = {}
        self._given_up: set[str] = set()
        self._turn = threading.Lock()

    @property
    def signs(self) -> bool:
        """Whether there is a key to sign with."""
        return bool(self._signers)

    def signs_with(self, public_key: bytes) -> bool:
        """Whether this is a key that is signed with here."""
        return any(signer.public_key == public_key for signer in self._signers)

    def open(self) -> None:
        """Take up the keys of every log that has a name. Raises `SigningKeyRetired`."""
        for ledger in self.kept.ledgers():
            self._adopt(ledger)

    def known_origin(self, ledger: str) -> str | None:
        """The name of a ledger's log, if it was asked for before. Never waits."""
        return self._origins.get(ledger)

    def origin(self, ledger: str) -> str:
        """The name of a ledger's log; its keys are taken up with it.

        Raises `SigningKeyMissing` where nobody has signed yet and there is no key.
        """
        found = self._origins.get(ledger)
        if found is None:
            with self._turn:
                found = self._adopt(ledger)
        return found

    def _adopt(self, ledger: str) -> str:
        """Name the log and take up the keys that are new. No key is given up by itself."""
        if not self.signs:
            named = self.kept.origin(ledger)
            if named is None:
                raise SigningKeyMissing(SigningKeyMissing.__doc__)
            return named
        newest = self._signers[0].public_key
        prefix = self._prefix or f"outcomes-ledger/{newest.hex()[:ID_DIGITS]}"
        origin = self.kept.named(ledger, f"{prefix}/{ledger}")
        self._must_be_in_use(ledger)
        for signer in reversed(self._signers):
            self.kept.take_key(ledger, signer.key(origin), BY_SERVICE)
        self._origins[ledger] = origin
        return origin

    def checkpoint(self, ledger: str) -> Note:
        """The checkpoint of where a ledger stands; made and kept when it has moved.

        Raises `LogRewritten`, `SigningKeyMissing`.
        """
        origin = self.origin(ledger)
        last, head = self.kept.latest(ledger), self._log.head(ledger)
        if last is None or last.size != head.version:
            self._must_be_in_use(ledger)
            self._must_agree(ledger, last, head.version, head.root)
            made = Checkpoint(origin, head.version, head.root)
            self.kept.keep(ledger, made, self._signed(origin, made))
            last = self.kept.of_size(ledger, head.version)
        if last is None or last.root != head.root:
            raise LogRewritten(LogRewritten.__doc__)
        return self.kept.note(ledger, origin, last)

    def _must_be_in_use(self, ledger: str) -> None:
        """Refuse to sign with a key that another process has given up since."""
        retired = {
            found.key.public_key for found in self.kept.keys(ledger, PLAIN) if not found.in_use
        }
        if retired.intersection(signer.public_key for signer in self._signers):
            self._given_up.add(ledger)
            raise SigningKeyRetired(SigningKeyRetired.__doc__)

    def look_again(self, ledger: str) -> None:
        """See whether a key was given up elsewhere: from then on nothing is sealed with it.

        Raises `SigningKeyRetired`.
        """
        if self.signs:
            self._must_be_in_use(ledger)

    def _must_agree(self, ledger: str, last: KeptCheckpoint | None, size: int, root: bytes) -> None:
        """Prove that of this tree and the last checkpoint the larger begins with the smaller."""
        try:
            if last is None:
                agrees = root_at(self._log, ledger, size) == root
            else:
                first, second = sorted(((last.size, last.root), (size, root)))
                found = prove_consistency(self._log, ledger, first[0], second[0])
                agrees = proves_consistency(*first, *second, found.hashes)
        except OutsideTree:
            agrees = False
        if not agrees:
            raise LogRewritten(LogRewritten.__doc__)

    def covering(self, ledger: str, version: int) -> Note:
        """The first checkpoint that holds a version, made when there is none."""
        kept = self.kept.covering(ledger, version)
        if kept is None:
            return self.checkpoint(ledger)
        return self.kept.note(ledger, self.origin(ledger), kept)

    def holding(self, ledger: str, version: int) -> Note:
        """The last checkpoint, if it holds a version; made anew when it does not."""
        last = self.kept.latest(ledger)
        if last is None or last.size < version:
            return self.checkpoint(ledger)
        return self.kept.note(ledger, self.origin(ledger), last)

    def at_size(self, ledger: str, size: int) -> Note:
        """The checkpoint of this size: the one that is kept, or one signed for this answer.

        Raises `OutsideTree`, `LogRewritten`, `SigningKeyMissing`.
        """
        origin, kept = self.origin(ledger), self.kept.of_size(ledger, size)
        if kept is not None:
            return self.kept.note(ledger, origin, kept)
        self._must_be_in_use(ledger)
        made = Checkpoint(origin, size, root_at(self._log, ledger, size))
        self._must_agree(ledger, self.kept.latest(ledger), size, made.root)
        return Note(made.text, self._signed(origin, made))

    def seal(self, ledger: str, origin: str, size: int, root: bytes) -> str | None:
        """A checkpoint of a commit, signed once however many answers it goes into.

        None once a key was found to be given up: `look_again`, or the last checkpoint, found it.
        """
        if ledger in self._given_up:
            return None
        size_before, root_before, sealed = self._seals.get(ledger, (-1, b"", ""))
        if (size_before, root_before) != (size, root):
            made = Checkpoint(origin, size, root)
            sealed = str(Note(made.text, self._signed(origin, made)))
            self._seals[ledger] = (size, root, sealed)
        return sealed

    def _signed(self, origin: str, checkpoint: Checkpoint) -> tuple[Signature, ...]:
        if not self.signs:
            raise SigningKeyMissing(SigningKeyMissing.__doc__)
        return tuple(signer.signed(origin, checkpoint.text) for signer in self._signers)
