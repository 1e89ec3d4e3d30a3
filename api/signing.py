"""Where the service gets the keys that it signs its logs with, and how often it signs.

The keys come from the environment or from a file, never from a database. Where there is none, the
first start makes one in the data folder; keys that others sign with stay in use beside it.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from psycopg_pool import ConnectionPool

from ledger.log.notes.note import NoteUnreadable, checked_name
from ledger.log.ports import Log
from ledger.log.prover import fill_nodes
from ledger.log.refusals import Unavailable
from ledger.log.signing.kept import KeptCheckpoints
from ledger.log.signing.keys import make_signing_file, read_signers, signers_in
from ledger.log.signing.notary import Notary
from ledger.log.signing.signer import Signer

SIGNING_KEY: Final = "OUTCOMES_LEDGER_SIGNING_KEY"
SIGNING_KEY_FILE: Final = "OUTCOMES_LEDGER_SIGNING_KEY_FILE"
ORIGIN: Final = "OUTCOMES_LEDGER_ORIGIN"
EVERY: Final = "OUTCOMES_LEDGER_CHECKPOINT_SECONDS"
FILE_NAME: Final = "signing.key"
EVERY_S: Final = 60.0
SECONDS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")

log: Final = structlog.get_logger("api.signing")


class SettingWrong(ValueError):
    """A setting of the environment that says how to sign cannot be used."""


@dataclass(frozen=True, slots=True)
class SigningTerms:
    """With which keys a service signs, under which name, and how often.

    Without keys one is made at the first start, in the data folder; a service without a folder
    signs nothing. The name is followed by the ledger's reference. Without rounds it signs only when
    it is asked.
    """

    signers: tuple[Signer, ...] = ()
    origin: str | None = None
    every_s: float = EVERY_S
    rounds: bool = True


def given_signing(environment: Mapping[str, str], folder: Path) -> SigningTerms:
    """What the environment and the data folder say of signing.

    Raises `SigningKeyUnreadable` and `SettingWrong`.
    """
    origin = (environment.get(ORIGIN) or "").rstrip("/") or None
    try:
        named = origin and checked_name(origin)
    except NoteUnreadable as wrong:
        message = f"{ORIGIN}: {wrong}"
        raise SettingWrong(message) from None
    return SigningTerms(_signers(environment, folder), named, _seconds_between(environment))


def _signers(environment: Mapping[str, str], folder: Path) -> tuple[Signer, ...]:
    text = environment.get(SIGNING_KEY)
    if text:
        return signers_in(text)
    path = signing_file(environment, folder)
    given = path.exists() or environment.get(SIGNING_KEY_FILE)
    return read_signers(path) if given else ()


def signing_file(environment: Mapping[str, str], folder: Path) -> Path:
    """The file of signing keys."""
    return Path(environment.get(SIGNING_KEY_FILE) or folder / FILE_NAME)


def _seconds_between(environment: Mapping[str, str]) -> float:
    given = environment.get(EVERY)
    if not given:
        return EVERY_S
    if not SECONDS.fullmatch(given) or not float(given):
        message = f"{EVERY} is a number of seconds above 0, such as 60"
        raise SettingWrong(message)
    return float(given)


class Signing:
    """The notary of a service, and the rounds on which it signs."""

    def __init__(
        self,
        pool: ConnectionPool,
        ledgers: Log,
        terms: SigningTerms,
        *,
        folder: Path | None,
    ) -> None:
        """Sign on these terms; without keys, with one that is made in the folder."""
        self._kept = KeptCheckpoints(pool)
        self._ledgers = ledgers
        self._terms = terms
        self._folder = folder
        self._rounds = Rounds(self._round, terms.every_s)
        self.notary: Notary

    def open(self) -> None:
        """Take up the keys, fill in what older ledgers lack, and begin the rounds.

        Raises `SigningKeyRetired`.
        """
        signers = self._terms.signers or self._first()
        self.notary = Notary(self._ledgers, self._kept, signers, self._terms.origin)
        self.notary.open()
        if self._terms.rounds:
            self._rounds.start()

    def _first(self) -> tuple[Signer, ...]:
        """Make a key; without a folder nothing is signed.

        It is said how many others there are: whoever checks has to learn this one, or a file was
        lost or is elsewhere.
        """
        others = len(self._kept.log_keys())
        if self._folder is None:
            log.warning("logs_unsigned", others=others)
            return ()
        path = self._folder / FILE_NAME
        made = make_signing_file(path)
        log.warning("signing_key_written", file=str(path.resolve()), others=others)
        return made

    def _round(self, *, first: bool) -> None:
        """Sign where each ledger stands that has moved; at first also fill in missing nodes."""
        if first:
            for terms in self._ledgers.ledgers():
                _alone(terms.ledger, self._fill)
        if self.notary.signs:
            for ledger in self._kept.ledgers():
                _alone(ledger, self.notary.look_again)
            for ledger in self._kept.behind():
                _alone(ledger, self.notary.checkpoint)

    def _fill(self, ledger: str) -> None:
        filled = fill_nodes(self._ledgers, ledger)
        if filled:
            log.info("nodes_filled", ledger=ledger, number=filled)

    def close(self) -> None:
        """End the rounds."""
        self._rounds.stop()


def _alone(ledger: str, do: Callable[[str], object]) -> None:
    """Do something for one ledger; what is wrong with it keeps no other from being signed."""
    try:
        do(ledger)
    except Unavailable as fault:
        log.warning("checkpoint_refused", ledger=ledger, code=fault.code)
    except Exception as failed:  # noqa: BLE001 (the other ledgers go on; said for this one)
        log.warning("checkpoint_failed", ledger=ledger, failure=type(failed).__name__)


class Rounds:
    """Signs at once and then now and then, in a thread of its own."""

    def __init__(self, sign: Callable[..., None], every_s: float) -> None:
        """Call `sign` as often as is said, once started."""
        self._sign = sign
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, if it has begun."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        first = True
        while not self._ended.is_set():
            try:
                self._sign(first=first)
                first = False
            except Unavailable as fault:
                log.warning("checkpoints_late", code=fault.code)
            except Exception as failed:  # noqa: BLE001 (tried again at the next round)
                log.warning("checkpoints_late", failure=type(failed).__name__)
            self._ended.wait(self._every_s)
