"""What is written to a reader who hangs up, such as `head`: the command ends, and says nothing."""

import io
import os
import threading
from typing import IO, Final

HUNG_UP: Final = 141
"""What a shell says of a program that SIGPIPE ended: 128 + 13."""


class Pipe(io.FileIO):
    """An output that ends the command once nobody reads it.

    SIGPIPE itself stays ignored, as Python has it: it would also end a command whose connection to
    a service or a database breaks. A thread beside the command, such as those of a service that
    logs, goes on without a reader.
    """

    def write(self, part: object, /) -> int:
        """Write a part; what comes after one that cannot be written goes nowhere."""
        try:
            return super().write(part)  # type: ignore[arg-type]
        except OSError as broken:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if not isinstance(broken, BrokenPipeError):
                raise
            if threading.current_thread() is threading.main_thread():
                raise SystemExit(HUNG_UP) from None
            return super().write(part)  # type: ignore[arg-type]


def ending_when_hung_up(stream: IO[str]) -> IO[str]:
    """A stream that writes where this one does; one of no file, as tests have, stays as it is."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    is_buffered = isinstance(stream.buffer, io.BufferedWriter)
    if not (is_buffered or isinstance(stream.buffer, io.FileIO)):
        return stream
    stream.flush()
    pipe = Pipe(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(pipe) if is_buffered else pipe,
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
