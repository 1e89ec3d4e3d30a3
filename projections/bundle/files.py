"""The files of a bundle while it is written: each hashed as it goes, the folder there whole or not.

A bundle is written beside its place under another name, which it gets when it is finished. Only its
owner may read it: it holds the records of children, under their references.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

OWNER_ONLY: Final = 0o700
OWNER_READS: Final = 0o600
READ_BYTES: Final = 1 << 20


class BundleExists(FileExistsError):
    """There is something already at the place where the bundle is to go."""


class BundleUnfinished(FileExistsError):
    """Another bundle is being written to the same place, or one was broken off; its folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(str(folder))
        self.folder = folder


class Written(NamedTuple):
    """What a manifest says of a file."""

    size: int
    sha256: str


class HashedFile:
    """A file that is written once, front to back."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write to this file."""
        self._file = file
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, part: bytes) -> None:
        """Add some bytes."""
        self._file.write(part)
        self._digest.update(part)
        self._size += len(part)

    def written(self) -> Written:
        """What has been written so far."""
        return Written(self._size, self._digest.hexdigest())


class Folder:
    """A folder in which files are made; `files` is what the manifest will say of them."""

    def __init__(self, place: Path) -> None:
        """Make the folder."""
        self.place = place
        self.files: dict[str, Written] = {}
        place.mkdir(mode=OWNER_ONLY)

    @contextmanager
    def create(self, name: str) -> Iterator[HashedFile]:
        """A new file of the bundle."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        with open(path, "xb", opener=_for_owner_only) as file:
            hashed = HashedFile(file)
            yield hashed
        self.files[name] = hashed.written()

    def write(self, name: str, content: bytes) -> None:
        """A whole small file."""
        with self.create(name) as file:
            file.write(content)

    def take_in(self, name: str) -> None:
        """Hash a file that somebody else wrote into the folder."""
        digest, size = hashlib.sha256(), 0
        path = self.place / name
        path.chmod(OWNER_READS)
        with path.open("rb") as file:
            while part := file.read(READ_BYTES):
                digest.update(part)
                size += len(part)
        self.files[name] = Written(size, digest.hexdigest())


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_READS)


@contextmanager
def bundle_at(target: Path) -> Iterator[Folder]:
    """A folder that becomes the bundle at `target`, packed when that ends in `.zip`.

    Raises `BundleExists` and `BundleUnfinished`; what was written is removed when anything goes
    wrong. A killed process removes nothing: whoever writes the next one is told of the folder.
    """
    if target.exists():
        raise BundleExists(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        folder = Folder(unfinished)
    except FileExistsError:
        raise BundleUnfinished(unfinished) from None
    try:
        yield folder
        if target.suffix == ".zip":
            _pack(unfinished, target)
            shutil.rmtree(unfinished)
        else:
            unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _pack(folder: Path, target: Path) -> None:
    """All files of a folder in an archive, which appears when it is whole."""
    packed = target.with_name(f"{target.name}.unfinished-zip")
    try:
        with (
            open(packed, "wb", opener=_for_owner_only) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
        packed.rename(target)
    finally:
        packed.unlink(missing_ok=True)
