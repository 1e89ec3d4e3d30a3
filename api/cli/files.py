"""Files that a command writes: all or nothing, and for their owner alone."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from api.cli.place import for_owner_only
from api.cli.saying import MISUSE, Trouble

STANDARD_STREAM: Final = Path("-")


def must_be_new(file: Path) -> None:
    """Refuse to write over what somebody may have worked on. Raises `Trouble`."""
    if file.exists():
        message = f"{file} is there already"
        raise Trouble(message, MISUSE)


def write_lines(file: Path, lines: Iterator[bytes]) -> None:
    """Write lines to a file that only its owner may read, all or none."""
    write_parts(file, (line + b"\n" for line in lines))


def write_parts(file: Path, parts: Iterable[bytes]) -> None:
    """Write a file that only its owner may read, all or none."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with open(unfinished, "wb", opener=for_owner_only) as written:
            written.writelines(parts)
        unfinished.replace(file)
    except OSError as refused:
        unfinished.unlink(missing_ok=True)
        message = f"{file} cannot be written: {refused.strerror}"
        raise Trouble(message) from None
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
