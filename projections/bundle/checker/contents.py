"""The files of a bundle, in a folder or a ZIP archive, and whether they are what its manifest says.

The manifest is signed by nobody: it finds damage, and says where. What cannot be made anew without
the log's key are the checkpoints, so the root is what counts.
"""

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, NoReturn, Self

from projections.bundle.checker.findings import Fault, Findings, Refused

MANIFEST: Final = "manifest.json"
DIGEST: Final = "manifest.sha256"
FILES: Final = (
    *(MANIFEST, DIGEST, "README.txt", "verify.py", "audit.sqlite", "keys/verifier_keys.txt"),
    *("events/events.b64", "events/leaf_hashes.txt", "events/commits.csv"),
)
"""The files of every bundle. Nothing is read from its `README.txt` or its `verify.py`."""
FOLDERS: Final = ("tables/", "statements/", "checkpoints/", "timestamps/")
"""Folders whose every file is read, and compared with what the events or a signature say."""
READ_BYTES: Final = 1 << 20
LINE_BYTES_MAX: Final = 1 << 24
UNREADABLE: Final = (
    OSError,
    EOFError,
    KeyError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


class Contents:
    """The files of a bundle by their names, wherever they lie."""

    def __init__(self, place: Path) -> None:
        """Look what is there. Raises `Refused` when it is neither a folder nor an archive."""
        self.place = place
        self._archive: zipfile.ZipFile | None = None
        if place.is_dir():
            self.names = _names_in(place)
            return
        try:
            self._archive = zipfile.ZipFile(place)
        except (*UNREADABLE, ValueError) as unreadable:
            raise Refused(Fault(str(place), 0, 0, f"no bundle: {unreadable}")) from None
        self.names = [item.filename for item in self._archive.infolist() if not item.is_dir()]

    def open(self, name: str) -> IO[bytes]:
        """A file of the bundle, to be read from its beginning. Raises `Refused`."""
        try:
            if self._archive is None:
                return (self.place / PurePosixPath(name)).open("rb")
            return self._archive.open(name)
        except UNREADABLE as unreadable:
            raise Refused(Fault(name, 0, 0, f"cannot be read: {unreadable}")) from None

    def read(self, name: str) -> bytes:
        """A whole small file. Raises `Refused`."""
        with self.open(name) as file:
            try:
                return file.read()
            except UNREADABLE as unreadable:
                raise Refused(Fault(name, 0, 0, f"cannot be read: {unreadable}")) from None

    def parts(self, name: str) -> Iterator[bytes]:
        """A whole file, part by part. Raises `Refused`."""
        with self.open(name) as file:
            try:
                while part := file.read(READ_BYTES):
                    yield part
            except UNREADABLE as unreadable:
                raise Refused(Fault(name, 0, 0, f"cannot be read: {unreadable}")) from None

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """The lines of a file without their ends, numbered from 1. Raises `Refused`."""
        with self.open(name) as file:
            number = 0
            while line := _next_line(file, name, number + 1):
                number += 1
                if not line.endswith(b"\n"):
                    raise Refused(Fault(name, number, 0, "the file ends in the middle of a line"))
                if line.endswith(b"\r\n"):
                    raise Refused(Fault(name, number, 0, "the line ends in CR LF, not in LF"))
                yield number, line[:-1]

    def __enter__(self) -> Self:
        """Be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()


def cells_of(name: str, number: int, line: bytes) -> list[str]:
    """The cells of a line of a table, which has one form alone. Raises `Refused`."""
    try:
        text = line.decode()
        cells = next(csv.reader([text]), [])
    except (csv.Error, UnicodeDecodeError) as broken:
        raise Refused(Fault(name, number, 0, f"this is no line of a table: {broken}")) from None
    if '"' in text and _line_of(cells) != text:
        what = "this line of a table is not in the one form in which tables are written"
        raise Refused(Fault(name, number, 0, what))
    return cells


def _line_of(cells: list[str]) -> str:
    """Cells as a bundle has them: quoted where they must be, and nowhere else."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().removesuffix("\n")


def no_such_number(text: str) -> NoReturn:
    """A fraction, or what is no number: nothing in a bundle is one. Raises `ValueError`."""
    message = f"{text} stands there for a whole number"
    raise ValueError(message)


def _names_in(place: Path) -> list[str]:
    """The files of a folder; a link or a device is no file that an auditor could take away."""
    names = []
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Refused(Fault(name, 0, 0, "this is no ordinary file"))
        if path.is_file():
            names.append(name)
    return names


def _next_line(file: IO[bytes], name: str, number: int) -> bytes:
    try:
        return file.readline(LINE_BYTES_MAX)
    except UNREADABLE as unreadable:
        raise Refused(Fault(name, number, 0, f"cannot be read: {unreadable}")) from None


def check_files(contents: Contents, manifest: dict[str, Any], findings: Findings) -> None:
    """Every file is listed once, is there, and has the bytes that the manifest says."""
    listed: dict[str, Any] = manifest["files"]
    digest_of = hashlib.sha256(contents.read(MANIFEST)).hexdigest()
    if contents.read(DIGEST) != f"{digest_of}  {MANIFEST}\n".encode():
        findings.fault(MANIFEST, f"it has another SHA-256 than {DIGEST} says")
    for name in sorted({name for name in contents.names if contents.names.count(name) > 1}):
        findings.fault(name, "the archive holds two files of this name")
    for name in sorted(set(contents.names) - set(listed) - {MANIFEST, DIGEST}):
        findings.fault(name, "the manifest does not know this file")
    for name in sorted(name for name in listed if not _is_of_a_bundle(name)):
        findings.fault(name, "no bundle has this file")
    for name, said in listed.items():
        if name not in contents.names:
            findings.fault(name, "the manifest names it, and it is not there")
            continue
        size, digest = _hashed(contents, name)
        if (size, digest) != (said.get("bytes"), said.get("sha256")):
            findings.fault(name, f"{size:,} bytes with another SHA-256 than the manifest says")
        findings.count("files")


def _is_of_a_bundle(name: str) -> bool:
    return name in FILES or name.startswith(FOLDERS)


def _hashed(contents: Contents, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with contents.open(name) as file:
        try:
            while part := file.read(READ_BYTES):
                digest.update(part)
                size += len(part)
        except UNREADABLE as unreadable:
            return size, f"unreadable: {unreadable}"
    return size, digest.hexdigest()
