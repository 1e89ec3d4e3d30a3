"""The user that runs the embedded server, for PostgreSQL does not run as root."""

import fcntl
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

USERS: Final = Path("/etc")
ADD: Final = ("/usr/sbin/useradd", "--system", "--no-create-home")


def system_user(name: str) -> pwd.struct_passwd:
    """The system user of a name; added, as root, where it is missing.

    One process at a time looks and adds: servers that start at once on a new machine all need the
    same user. Raises `OSError` when it cannot be added.
    """
    with one_at_a_time(USERS):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            made = subprocess.run(  # noqa: S603 (a constant)
                [*ADD, name], capture_output=True, check=False
            )
        if made.returncode != 0:
            message = f"cannot add the system user {name}: {made.stderr.decode().strip()}"
            raise OSError(message)
        return pwd.getpwnam(name)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold a folder that every process knows, while this one looks and adds."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
