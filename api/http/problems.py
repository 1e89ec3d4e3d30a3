"""How the service says no: RFC 9457 problem documents, and one table from code to status.

Nothing else in the project knows a status. A document never carries a stack trace, a statement of
SQL, or what another key may not see.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.responses import Response

from ledger.refusals import ALL_REFUSALS

MEDIA_TYPE: Final = "application/problem+json"

DOOR_STATUS: Final[Mapping[str, int]] = {
    "malformed_json": 400,
    "key_missing": 401,
    "key_unknown": 401,
    "role_missing": 403,
    "not_found": 404,
    "unknown_ledger": 404,
    "unknown_event": 404,
    "unknown_payment": 404,
    "unknown_fee": 404,
    "unknown_entry": 404,
    "unknown_key": 404,
    "unknown_erasure": 404,
    "unknown_identity": 404,
    "unknown_export": 404,
    "unknown_closing": 404,
    "unknown_checkpoint": 404,
    "unknown_witness": 404,
    "unknown_log_key": 404,
    "method_not_allowed": 405,
    "event_id_reused": 409,
    "idempotency_key_running": 409,
    "identity_erased": 409,
    "signing_key_in_use": 409,
    "ledger_moved": 412,
    "body_too_large": 413,
    "content_type_unsupported": 415,
    "idempotency_key_reused": 422,
    "contract_needed": 422,
    "personal_reference": 422,
    "known_at_beyond_ledger": 422,
    "export_too_large": 422,
    "outside_log": 422,
    "cosignature_wrong": 422,
    "time_stamp_wrong": 422,
    "headers_too_large": 431,
    "internal": 500,
    "projection_behind": 503,
    "unavailable": 503,
    "ledger_unavailable": 503,
    "log_unavailable": 503,
    "clock_skewed": 503,
    "writer_stopped": 503,
    "key_store_unavailable": 503,
    "master_key_missing": 503,
    "master_key_unreadable": 503,
    "child_key_missing": 503,
    "child_key_damaged": 503,
    "seal_broken": 503,
    "keys_restored": 503,
    "signing_key_missing": 503,
    "signing_key_unreadable": 503,
    "signing_key_retired": 503,
    "log_rewritten": 503,
}
"""What the doors themselves refuse. In a path an unknown thing is 404; in a body it is 422."""

REFUSAL_STATUS: Final[Mapping[str, int]] = {
    refusal.code: 409 if refusal.code.startswith("already_") else 422 for refusal in ALL_REFUSALS
} | {"period_moved": 503}
"""What the rules refuse: 409 for what is there already, 422 for anything else but bad luck."""

STATUS_OF: Final[Mapping[str, int]] = {**DOOR_STATUS, **REFUSAL_STATUS}

UNLISTED: Final = 422
TITLES: Final[Mapping[int, str]] = {413: "Content Too Large", 422: "Unprocessable Content"}


def status_of(code: str) -> int:
    """The status of a refusal whose code came from a body, not from a path."""
    return STATUS_OF.get(code, UNLISTED)


class Item(msgspec.Struct, frozen=True):
    """One refused item of a request: its place in the batch, the field at fault, the code."""

    index: int
    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """An answer that says no. The request id is added where the answer is written."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int | None = None,
        errors: Sequence[Item] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the status from the table, unless the place of the unknown thing decides it."""
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.status = status or status_of(code)
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def shape_invalid(detail: str, pointer: str = "", index: int = 0) -> Problem:
    """Refuse a request whose header, query or body has the wrong shape."""
    return Problem("shape_invalid", detail, errors=[Item(index, pointer, "shape_invalid", detail)])


def not_here(code: str, detail: str) -> Problem:
    """Refuse a path that names an unknown thing."""
    return Problem(code, detail, status=404, errors=[Item(0, "", code, detail)])


def document(problem: Problem, request_id: str | None) -> dict[str, Any]:
    """The problem as RFC 9457 has it, with the code and the items that clients act on."""
    return {
        "type": f"urn:outcomes-ledger:problem:{problem.code}",
        "title": title_of(problem.status),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": problem.errors,
        "request_id": request_id,
    }


def title_of(status: int) -> str:
    """The phrase of a status, the same for every problem of that status."""
    return TITLES.get(status) or HTTPStatus(status).phrase


def answer(problem: Problem, request_id: str) -> Response:
    """Write the problem down."""
    return Response(
        msgspec.json.encode(document(problem, request_id)),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )
