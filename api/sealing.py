"""Where the service gets its master key and keeps children's keys; and the sweep of erasures.

The master key comes from the environment or from a file, never from a database. Only beside its own
embedded server the service makes one by itself, in the data folder, at the very first start.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import structlog
from psycopg_pool import ConnectionPool

from ledger.log.refusals import Unavailable
from ledger.log.sealing.cipher import new_key
from ledger.log.sealing.erasing import Erasing
from ledger.log.sealing.faults import KeysRestored, MasterKeyMissing
from ledger.log.sealing.master import GivenKeys, KeyFile, MasterKeys, make_key_file
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.reader import KeyReader
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import KeyStore
from ledger.log.sealing.vault import Vault

MASTER_KEY: Final = "OUTCOMES_LEDGER_MASTER_KEY"
MASTER_KEY_FILE: Final = "OUTCOMES_LEDGER_MASTER_KEY_FILE"
KEYS_DATABASE: Final = "OUTCOMES_LEDGER_KEYS_URL"
FILE_NAME: Final = "master.key"
SWEEP_S: Final = 30.0

log: Final = structlog.get_logger("api.sealing")


def given_master(environment: Mapping[str, str], folder: Path) -> MasterKeys | None:
    """The master keys that the environment or the data folder has, or none.

    Raises `MasterKeyUnreadable`.
    """
    text = environment.get(MASTER_KEY)
    if text:
        return GivenKeys(text)
    path = master_file(environment, folder)
    return KeyFile(path) if path.exists() or environment.get(MASTER_KEY_FILE) else None


def master_file(environment: Mapping[str, str], folder: Path) -> Path:
    """The file of master keys."""
    return Path(environment.get(MASTER_KEY_FILE) or folder / FILE_NAME)


def made_master(folder: Path) -> MasterKeys:
    """Make the first master key of a data folder."""
    path = folder / FILE_NAME
    make_key_file(path, [new_key()])
    log.warning("master_key_written", file=str(path.resolve()))
    return KeyFile(path)


def must_unwrap(store: KeyStore, master: MasterKeys) -> None:
    """Refuse to start with a master key that is not the one of the keys that are kept."""
    lacking = sorted(store.masters() - master.names())
    if lacking:
        message = (
            f"children's keys are wrapped under the master key {', '.join(lacking)}, which was not "
            f"given; set {MASTER_KEY_FILE} or {MASTER_KEY}"
        )
        raise MasterKeyMissing(message)


def must_stay_destroyed(came_back: int) -> None:
    """Refuse to start over keys of erased children that a restored backup has brought back."""
    if came_back:
        message = (
            f"{came_back} keys of erased children are there again: a backup of the keys was "
            "restored; `outcomes-ledger privacy forget-again` destroys them"
        )
        raise KeysRestored(message)


class Sealing:
    """Children's keys as the service uses them: the store, the master keys, and who opens."""

    def __init__(
        self,
        pool: ConnectionPool,
        keys_dsn: str,
        *,
        master: MasterKeys | None,
        own_folder: Path | None,
    ) -> None:
        """Keep keys at `keys_dsn`, beside a log that is read through `pool`.

        Without `master` one is made in `own_folder`, the folder of a server that is our own.
        """
        self.store = PostgresKeyStore(keys_dsn)
        self.erasing = Erasing(pool, self.store)
        self._given = master
        self._own_folder = own_folder
        self._sweep = Sweep(self.erasing.finish)
        self.master: MasterKeys
        self.find_keys: KeyReader
        self.vault: Vault

    def open(self) -> None:
        """Refuse another master key, and keys that an erasure destroyed; finish erasures.

        Raises `MasterKeyMissing` and `KeysRestored`.
        """
        self.master = self._given or self._first_master()
        must_unwrap(self.store, self.master)
        self.find_keys = KeyReader(self.store, self.master)
        self.vault = Vault(self.store, self.master)
        must_stay_destroyed(len(self.erasing.came_back()))
        self.erasing.finish()
        self._sweep.start()

    def ring(self, ledger: str) -> Ring:
        """The keys of one ledger's children, for its writer."""
        return Ring(self.store, self.master, ledger)

    def drop_identity(self, ledger: str, child: str) -> bool:
        """Drop a child's identity for ever; whether there was one.

        That is noted beside the log, also for one who died before the note: a key that is there
        again can only have come from a backup.
        """
        dropped = self.vault.drop(ledger, child)
        if dropped or self.vault.standing(ledger, child) == "erased":
            self.erasing.note_dropped(ledger, child)
        return dropped

    def close(self) -> None:
        """End the sweep and let go of the store."""
        self._sweep.stop()
        self.store.close()

    def _first_master(self) -> MasterKeys:
        """Make a master key where nothing is wrapped yet and the server is our own."""
        if self._own_folder is None or self.store.masters():
            raise MasterKeyMissing(
                f"no master key was given; set {MASTER_KEY_FILE} or {MASTER_KEY}"
            )
        return made_master(self._own_folder)


class Sweep:
    """Finishes, now and then, the erasures that another process began and did not finish."""

    def __init__(self, finish: Callable[[], int]) -> None:
        """Call `finish` every half a minute once started."""
        self._finish = finish
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="erasures", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, if it has begun."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(SWEEP_S):
            try:
                finished = self._finish()
            except Unavailable as fault:
                log.warning("erasures_unfinished", code=fault.code)
            except Exception as failed:  # noqa: BLE001 (tried again; an erasure is never given up)
                log.warning("erasures_unfinished", failure=type(failed).__name__)
            else:
                if finished:
                    log.info("erasures_finished", number=finished)
