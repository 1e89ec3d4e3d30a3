"""A file for answers that wait to be read: sealed, for they hold what clients have sent.

The key lives as long as the spool, in memory alone; what reaches the disk says nothing.
"""

import tempfile
from collections import deque
from typing import Final

from ledger.log.sealing.cipher import decrypt, encrypt, new_key

MEMORY_BYTES: Final = 4 * 1024 * 1024


class Spool:
    """Pieces of bytes, first in, first out; beyond some megabytes they wait on the disk."""

    def __init__(self) -> None:
        """Begin empty."""
        self._key = new_key()
        self._file = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 (closed by close)
        self._waiting: deque[tuple[int, int]] = deque()
        self._end = 0

    def put(self, piece: bytes) -> None:
        """Add a piece."""
        sealed = encrypt(self._key, piece, b"")
        self._file.seek(self._end)
        self._file.write(sealed)
        self._waiting.append((self._end, len(sealed)))
        self._end += len(sealed)

    def take(self) -> bytes:
        """The next piece; nothing when none waits."""
        if not self._waiting:
            return b""
        begin, length = self._waiting.popleft()
        self._file.seek(begin)
        return decrypt(self._key, self._file.read(length), b"")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
