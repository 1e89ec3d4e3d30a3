"""How the log refuses a request, and how it says that it cannot serve one now."""

from typing import ClassVar, Final


class RequestRefused:
    """A whole request, or a fact for its id, is refused; the docstring says why."""

    code: ClassVar[str] = ""


class LedgerMoved(RequestRefused):
    """The ledger is not at the version that the request names."""

    code = "ledger_moved"


class EventIdReused(RequestRefused):
    """Another fact was recorded under this id."""

    code = "event_id_reused"


class IdempotencyKeyReused(RequestRefused):
    """Another request was answered under this key."""

    code = "idempotency_key_reused"


class IdempotencyKeyRunning(RequestRefused):
    """The first request with this key is still being answered."""

    code = "idempotency_key_running"


LOG_REFUSALS: Final[tuple[type[RequestRefused], ...]] = (
    LedgerMoved,
    EventIdReused,
    IdempotencyKeyReused,
    IdempotencyKeyRunning,
)


class Unavailable(Exception):
    """The ledger takes nothing now; the same request may succeed later (503)."""

    code: ClassVar[str] = "ledger_unavailable"


class LogUnavailable(Unavailable):
    """The log cannot be reached."""

    code = "log_unavailable"


class ClockSkewed(Unavailable):
    """The clocks of this process and of the log's database differ by two seconds or more."""

    code = "clock_skewed"


class WriterStopped(Unavailable):
    """The ledger's writer has stopped."""

    code = "writer_stopped"
