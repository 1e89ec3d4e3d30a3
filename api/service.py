"""The service: a log, a writer for each ledger in use, keys, and projections in another process.

It owns what must be opened in order and closed in order. It knows nothing of HTTP, so the command
line and the tests use it as it is.
"""

import contextlib
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from api.first_admin import ADMIN_KEY_FILE, write_secret
from api.keys import Keys
from api.metrics import Metrics
from api.progress import Progress
from api.projecting import Projecting
from api.sealing import Sealing
from api.signing import Signing, SigningTerms
from api.snapshotting import Snapshotting
from ledger.log.embedded import EmbeddedServer, start
from ledger.log.migrations import Part, migrate, pending
from ledger.log.ports import Head, LedgerExists, LedgerTerms, LedgerUnknown
from ledger.log.postgres import PostgresLog
from ledger.log.queries import load_queries
from ledger.log.refusals import WriterStopped
from ledger.log.sealing.master import MasterKeys
from ledger.log.sealing.postgres import KEYS
from ledger.log.snapshots.postgres import PostgresShelf
from ledger.log.snapshots.snapshots import Snapshots
from ledger.log.writer import Writer

READERS: Final = 16
WRITERS_MAX: Final = 32
RECENT_S: Final = 0.1
ROOT: Final = Path(__file__).resolve().parent
PARTS: Final = (
    Part("projections", ROOT.parent / "projections" / "migrations"),
    Part("api", ROOT / "migrations"),
    KEYS,
)

SQL: Final = load_queries(ROOT / "service.sql")

log: Final = structlog.get_logger("api.service")


class Service:
    """Everything that answers about ledgers, opened by `open` and closed by `close`."""

    dsn: str
    log: PostgresLog
    pool: ConnectionPool
    keys: Keys
    sealing: Sealing
    signing: Signing
    snapshots: Snapshots

    def __init__(
        self,
        dsn: str | None = None,
        data_dir: Path | None = None,
        *,
        admin_key: str | None = None,
        projecting: bool = True,
        master: MasterKeys | None = None,
        keys_dsn: str | None = None,
        signing: SigningTerms | None = None,
    ) -> None:
        """Use the database at `dsn`, or an embedded server in `data_dir`.

        `master` unwraps children's keys, which are kept at `keys_dsn`, or beside the log. `signing`
        says with which keys the log is signed; see `api.signing`.

        `admin_key` is the first admin key; without it, one is written to `data_dir`. Without
        `projecting`, somebody else keeps the read tables up to date.
        """
        self._given_dsn = dsn
        self._data_dir = data_dir
        self._admin_key = admin_key
        self._projecting = projecting
        self._master = master
        self._keys_dsn = keys_dsn
        self._signing = signing or SigningTerms()
        self._server: EmbeddedServer | None = None
        self._writers: dict[str, Writer] = {}
        self._used_at: dict[str, float] = {}
        self._terms: dict[str, LedgerTerms] = {}
        self._recent: dict[str, tuple[int, float]] = {}
        self._progress = Progress()
        self._opening = threading.Lock()
        self._closing = contextlib.ExitStack()
        self.stopping = threading.Event()
        self.metrics = Metrics()
        self.projecting: Projecting | None = None
        self.admin_key_file: Path | None = None

    def open(self) -> Self:
        """Start the server if it is ours, migrate, and open what reads and writes."""
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def _open(self) -> None:
        self.dsn = self._given_dsn or self._embedded().dsn
        applied = migrate(self.dsn, parts_beside(self._keys_dsn))
        if self._keys_dsn is not None:
            applied += migrate(self._keys_dsn, (KEYS,), log=False)
        log.info("migrated", applied=len(applied))
        self.log = PostgresLog(self.dsn)
        self._closing.callback(self.log.close)
        self.pool = ConnectionPool(
            self.dsn, min_size=2, max_size=READERS, open=False, timeout=10, name="reads",
            check=ConnectionPool.check_connection,
        )  # fmt: skip
        self.pool.open()
        self._closing.callback(self.pool.close)
        self.keys = Keys(self.pool)
        self._admit_first_admin()
        own_folder = self._data_dir if self._server is not None else None
        self.sealing = Sealing(
            self.pool, self._keys_dsn or self.dsn, master=self._master, own_folder=own_folder
        )
        self._closing.callback(self.sealing.close)
        self.sealing.open()
        self.snapshots = Snapshots(self.log, PostgresShelf(self.dsn), self.sealing.master)
        self.signing = Signing(self.pool, self.log, self._signing, folder=self._data_dir)
        self._closing.callback(self.signing.close)
        self.signing.open()
        if self._projecting:
            self.projecting = Projecting(self.dsn)
            self._closing.callback(self.projecting.stop)
            self.projecting.start()
        self._closing.callback(self._close_writers)

    def take_snapshots(self, events_between: int, folder: Path) -> None:
        """Take snapshots on a schedule, with the master key that is given or in the folder."""
        taking = Snapshotting(self.dsn, self._keys_dsn, folder, events_between)
        self._closing.callback(taking.stop)
        taking.start()

    def _embedded(self) -> EmbeddedServer:
        if self._data_dir is None:
            raise ValueError("name a database or a data folder")
        self._server = start(self._data_dir)
        self._closing.callback(self._server.stop)
        return self._server

    def _admit_first_admin(self) -> None:
        if self._admin_key is None and self._data_dir is None:
            return  # nowhere to write a key that only the operator reads
        secret = self.keys.first_admin(self._admin_key)
        if secret is not None and self._data_dir is not None:
            self.admin_key_file = write_secret(self._data_dir / ADMIN_KEY_FILE, secret)
            log.warning("admin_key_written", file=str(self.admin_key_file))

    def close(self) -> None:
        """Let running appends finish, then close everything in the reverse order."""
        self.stopping.set()
        self._closing.close()

    def _close_writers(self) -> None:
        with self._opening:
            for ledger in tuple(self._writers):
                self._close_writer(ledger)

    def __enter__(self) -> Self:
        """Open."""
        return self.open()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failed: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def open_writer(self, ledger: str) -> Writer | None:
        """The ledger's writer, if it is open. Never waits."""
        writer = self._writers.get(ledger)
        if writer is not None:
            self._used_at[ledger] = time.monotonic()
        return writer

    def writer(self, ledger: str) -> Writer:
        """The ledger's writer; the first call reads a snapshot and the log after it, or all of it.

        Each open writer holds a connection and its ledger's state, so the one that was used least
        lately is closed when there are too many. Its state comes back from the log.
        """
        with self._opening:
            found = self._writers.get(ledger)
            if found is None:
                if self.stopping.is_set():
                    raise WriterStopped(ledger)
                while len(self._writers) >= WRITERS_MAX:
                    self._close_writer(min(self._writers, key=lambda name: self._used_at[name]))
                found = Writer(self.log, ledger, self.sealing.ring(ledger), self.snapshots)
                self._used_at[ledger] = time.monotonic()
                self._writers[ledger] = found
            return found

    def _close_writer(self, ledger: str) -> None:
        """Answer what is queued at a writer, then close it and its connection."""
        self._writers.pop(ledger).close()
        del self._used_at[ledger]
        self.log.leave(ledger)

    def failed_writers(self) -> int:
        """How many writers a defect has stopped. They stay stopped until the service restarts."""
        return sum(writer.failure is not None for writer in tuple(self._writers.values()))

    def ledgers(self) -> Sequence[LedgerTerms]:
        """All ledgers."""
        return self.log.ledgers()

    def known_terms(self, ledger: str) -> LedgerTerms | None:
        """A ledger's terms, if they were read before. They never change. Never waits."""
        return self._terms.get(ledger)

    def find_terms(self, ledger: str) -> LedgerTerms | None:
        """A ledger's terms, or nothing."""
        try:
            terms = self.log.terms(ledger)
        except LedgerUnknown:
            return None
        self._terms[ledger] = terms
        return terms

    def create_ledger(self, terms: LedgerTerms) -> bool:
        """Make an empty ledger; False when its reference is taken."""
        try:
            self.log.create(terms)
        except LedgerExists:
            return False
        return True

    def head(self, ledger: str) -> Head:
        """Where the ledger stands."""
        return self.log.head(ledger)

    def positions(self) -> list[tuple[str, int, int]]:
        """Each ledger with its version and the version of its read tables."""
        with self.pool.connection() as connection:
            return connection.execute(SQL["positions"]).fetchall()

    def position(self, ledger: str) -> int:
        """The version that the read tables of a ledger have reached."""
        with self.pool.connection() as connection:
            row = connection.execute(SQL["position"], {"ledger": ledger}).fetchone()
        return 0 if row is None else int(row[0])

    def recent_version(self, ledger: str) -> int:
        """The last version of a ledger as of a tenth of a second ago; for those who keep asking."""
        version, until = self._recent.get(ledger, (0, 0.0))
        if until < time.monotonic():
            version = self.log.head(ledger).version
            self._recent[ledger] = (version, time.monotonic() + RECENT_S)
        return version

    def projects(self) -> bool:
        """Whether the read tables are kept up to date: a process runs, and none is stuck behind."""
        alive = self.projecting is None or self.projecting.alive
        return self._progress.moves(self.positions()) and alive

    def missing_migrations(self) -> tuple[str, ...]:
        """What the database lacks; raises when it does not answer."""
        return pending(self.dsn, parts_beside(self._keys_dsn))

    def answers(self) -> bool:
        """Whether the database answers now."""
        try:
            with self.pool.connection(timeout=2) as connection:
                connection.execute(SQL["answers"])
        except (psycopg.Error, TimeoutError):
            return False
        return True


def parts_beside(keys_dsn: str | None) -> tuple[Part, ...]:
    """The parts of the log's database, with the keys unless they have a database of their own."""
    return PARTS if keys_dsn is None else tuple(part for part in PARTS if part is not KEYS)
