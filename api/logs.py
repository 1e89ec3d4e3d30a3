"""Logs as lines of JSON; of whatever fails the kind and the places, never the message.

A message may quote a stored value or a child's reference, and Python prints it when a thread or a
process ends so. What libraries log of failures that nobody waited for would print it as well.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Final

import structlog

PLACES_MAX: Final = 6

log: Final = structlog.get_logger("api.logs")


def logs_as_json() -> None:
    """One line of JSON an entry, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def places_of(failed: BaseException) -> list[str]:
    """Where it failed: the files and lines nearest to the failure."""
    places = traceback.extract_tb(failed.__traceback__)
    return [f"{place.filename}:{place.lineno}" for place in places[-PLACES_MAX:]]


def kinds_of(failed: BaseException) -> list[str]:
    """The kind of a failure, and of those that caused it."""
    kinds: list[str] = []
    cause: BaseException | None = failed
    while cause is not None and len(kinds) < PLACES_MAX:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return kinds


def tell_failures_without_words() -> None:
    """Let this process report failures so, whoever else would have printed them."""
    threading.excepthook = _thread_failed
    sys.excepthook = _process_failed
    logging.basicConfig(handlers=[WithoutWords()], level=logging.WARNING, force=True)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        name = "" if failed.thread is None else failed.thread.name
        report("thread_failed", failed.exc_value, thread=name)


def _process_failed(
    kind: type[BaseException], failed: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, failed, trace)
    else:
        report("process_failed", failed)


def report(event: str, failed: BaseException, **about: str) -> None:
    """Write a failure down."""
    kind, *causes = kinds_of(failed)
    log.error(event, failure=kind, causes=causes, places=places_of(failed), **about)


class WithoutWords(logging.Handler):
    """What libraries log, one line each: of a failure its kind and not what it says."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the first line of a record, and the kind of its failure."""
        said, *_ = record.getMessage().splitlines() or [""]
        failed = record.exc_info[1] if record.exc_info else None
        if failed is None:
            log.warning("library_says", library=record.name, said=said)
        else:
            report("library_failed", failed, library=record.name, said=said)
