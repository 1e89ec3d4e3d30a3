"""The shapes of bodies and answers that are not in the catalogue, as JSON Schema."""

from typing import Final, get_args

from api.http.bodies import JSON, NDJSON
from api.http.claim_schemas import CLAIM_BODIES
from api.http.period_schemas import PERIOD_BODIES
from api.http.permissions import ROLES
from api.http.proof_schemas import PROOF_ANSWERS, PROOF_BODIES
from api.http.settlement_schemas import SETTLEMENT_BODIES
from api.http.shapes import (
    HASH,
    NUMBER,
    OBJECT,
    REFERENCE,
    TEXT,
    Schema,
)
from api.http.shapes import answer as _answer
from api.http.shapes import body as _body
from api.http.shapes import list_of as _list_of
from api.http.shapes import page as _page
from api.http.shapes import record as _record
from api.http.shapes import ref as _ref
from ledger.events.words import Basis, ErasureScope

PROBLEM: Final[Schema] = {
    **_record(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
            "detail": TEXT,
            "errors": _list_of(
                _record({"index": NUMBER, "pointer": TEXT, "code": TEXT, "detail": TEXT})
            ),
            "request_id": {"anyOf": [TEXT, {"type": "null"}]},
        }
    ),
    "description": "A refusal (RFC 9457). `code` is stable; `errors` names each item at fault.",
}
SEAL: Final[Schema] = _record(
    {
        "version": NUMBER,
        "leaf_hash": {"anyOf": [HASH, {"type": "null"}]},
        "root": HASH,
        "signature": {
            "anyOf": [TEXT, {"type": "null"}],
            "description": "a signed note: the checkpoint of the commit that stored this version",
        },
    }
)
RESULT: Final[Schema] = _record(
    {"status": {"enum": ["recorded", "replayed", "refused"]}},
    line=NUMBER,
    event=_ref("Event"),
    decisions=_list_of(_ref("Decision")),
    problem=_ref("Problem"),
)
APPENDED: Final[Schema] = _record(
    {
        "ledger": TEXT,
        "version": NUMBER,
        "results": _list_of(_ref("Result")),
        "seal": {"anyOf": [_ref("Seal"), {"type": "null"}]},
    },
    dry_run={"type": "boolean"},
    checkpoint={"anyOf": [TEXT, {"type": "null"}], "description": "of a closing: its checkpoint"},
)
ROLE_LIST: Final = _list_of({"enum": list(ROLES)}, minItems=1, maxItems=len(ROLES))
LEDGER_LIST: Final = _list_of(REFERENCE, minItems=1, maxItems=1000)
KEY: Final[Schema] = _record(
    {"name": TEXT, "roles": ROLE_LIST, "ledgers": {"anyOf": [LEDGER_LIST, {"type": "null"}]}},
    key={**TEXT, "description": "the secret; shown once, absent from a replay"},
)
LEDGER: Final[Schema] = _record(
    {
        "ledger": TEXT,
        "name": TEXT,
        "currency": TEXT,
        "timezone": TEXT,
        "version": NUMBER,
        "root": HASH,
    }
)
ERASURE: Final[Schema] = _record(
    {
        "ledger": TEXT,
        "child": TEXT,
        "state": {"enum": ["requested", "declined", "erased"]},
        "version": NUMBER,
        "event": _ref("AnyEvent"),
        "decisions": _list_of(_ref("Decision")),
    }
)

EXPORT: Final[Schema] = {
    "description": "The books as a file; its name says the ledger and the version",
    "content": {
        "text/plain": {"schema": TEXT},
        "text/csv": {"schema": TEXT},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
            "schema": {"type": "string", "format": "binary"}
        },
    },
}
SAMPLE: Final[Schema] = {
    "description": "A sample, or all of it as a sheet to be filled in",
    "content": {
        JSON: {"schema": OBJECT},
        "text/csv": {"schema": TEXT},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
            "schema": {"type": "string", "format": "binary"}
        },
    },
}


def _report(description: str) -> Schema:
    """A report as JSON or, when `Accept` asks for it, as a sheet."""
    kinds = {JSON: {"schema": OBJECT}, "text/csv": {"schema": TEXT}}
    return {"description": f"{description}; a hidden number is null", "content": kinds}


FACT_BODIES: Final = {**CLAIM_BODIES, **SETTLEMENT_BODIES, **PERIOD_BODIES}
"""The doors that mean one fact: their answer is that of `/events`."""
BODIES: Final[dict[str, Schema]] = {
    **FACT_BODIES,
    **PROOF_BODIES,
    "request_erasure": _body(
        _record(
            {"basis": {"enum": list(get_args(Basis))}}, scope={"enum": list(get_args(ErasureScope))}
        ),
        {"basis": "consent_withdrawn"},
    ),
    "decline_erasure": _body(
        _record({"reason_code": {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}}),
        {"reason_code": "legal_hold"},
    ),
    "create_key": _body(
        _record({"name": REFERENCE, "roles": ROLE_LIST}, ledgers=LEDGER_LIST),
        {"name": "link-workers", "roles": ["recorder"], "ledgers": ["wlz"]},
    ),
    "create_ledger": _body(
        _record(
            {
                "ledger": REFERENCE,
                "name": {"type": "string", "minLength": 1, "maxLength": 200},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "timezone": {"type": "string", "examples": ["Europe/London"]},
            }
        ),
        {
            "ledger": "wlz",
            "name": "West London Zone",
            "currency": "GBP",
            "timezone": "Europe/London",
        },
    ),
    "append_events": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "anyOf": [
                        _ref("Fact"),
                        _record(
                            {"events": _list_of(_ref("Fact"), minItems=1, maxItems=10_000)},
                            mode={"enum": ["atomic", "independent"], "default": "atomic"},
                        ),
                    ]
                }
            },
            NDJSON: {"schema": {"type": "string", "description": "one fact a line"}},
        },
    },
}

ANSWERS: Final[dict[str, Schema]] = {
    "append_events": {
        "200": _answer("A result line for each line sent", TEXT, NDJSON),
        "201": _answer("Every fact is recorded, or was before", APPENDED),
        "207": _answer("Independent facts, of which some were refused", APPENDED),
    },
    "create_key": {"201": _answer("The key, shown once", KEY)},
    "list_keys": {"200": _answer("Keys without their secrets", _page(KEY))},
    "delete_key": {"204": {"description": "The key opens nothing any more"}},
    "create_ledger": {"201": _answer("The ledger", LEDGER)},
    "list_ledgers": {"200": _answer("The ledgers that exist for this key", _page(LEDGER))},
    "read_ledger": {"200": _answer("The ledger", LEDGER)},
    "read_event": {"200": _answer("The event, as it was answered", _ref("AnyEvent"))},
    "read_stored_event": {"200": _answer("The exact bytes that the leaf hash is of", OBJECT)},
    "request_erasure": {
        "201": _answer("Two have asked: the child's keys are destroyed", ERASURE),
        "202": _answer("Noted; a second administrator confirms it", ERASURE),
    },
    "decline_erasure": {"201": _answer("The request is over", ERASURE)},
    "read_export": {"200": EXPORT},
    **PROOF_ANSWERS,
    "read_audit_sample": {"200": SAMPLE},
    **{name: {"201": _answer("The fact, and what followed", APPENDED)} for name in FACT_BODIES},
    "stream_events": {"200": _answer("Events as they are recorded", TEXT, "text/event-stream")},
    "report_outcomes": {"200": _report("Outcomes by area and cohort")},
    "report_payments": {"200": _report("Payments by period and trigger")},
    "metrics": {"200": _answer("Counters", TEXT, "text/plain")},
    "livez": {
        "200": _answer("The service is alive", OBJECT),
        "503": _answer("A writer was stopped by a defect", OBJECT),
    },
    "readyz": {
        "200": _answer("The service is ready", OBJECT),
        "503": _answer("The service is not ready", OBJECT),
    },
}


def _header(name: str, description: str, pattern: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", "pattern": pattern},
    }


IDEMPOTENCY_KEY: Final = _header(
    "Idempotency-Key", "the same key and body give the first answer again", r"^[\x21-\x7e]{1,255}$"
)
IF_MATCH: Final = _header("If-Match", "refuse unless at this version", r'^"[0-9]{1,18}"$')
DRY_RUN: Final[Schema] = {
    "name": "dry_run",
    "in": "query",
    "required": False,
    "description": "answer as if, store nothing",
    "schema": {"type": "boolean"},
}
HEADERS: Final[dict[str, list[Schema]]] = {
    "append_events": [IDEMPOTENCY_KEY, IF_MATCH, DRY_RUN],
    "create_key": [IDEMPOTENCY_KEY],
    "delete_key": [IDEMPOTENCY_KEY],
    "create_ledger": [IDEMPOTENCY_KEY],
    "request_erasure": [IDEMPOTENCY_KEY, IF_MATCH],
    **{name: [IDEMPOTENCY_KEY, IF_MATCH] for name in FACT_BODIES},
    "decline_erasure": [IDEMPOTENCY_KEY, IF_MATCH],
    "put_identity": [IDEMPOTENCY_KEY],
    "delete_identity": [IDEMPOTENCY_KEY],
    **{name: [IDEMPOTENCY_KEY] for name in (*PROOF_BODIES, "delete_witness", "delete_log_key")},
}
