"""The shapes of the bodies of claims and their samples, as JSON Schema."""

from typing import Final, get_args

from api.http.shapes import NUMBER, REFERENCE, Schema, body, record
from ledger.events.samples import SampleMethod

DATE: Final[Schema] = {"type": "string", "format": "date"}
CODE: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}
STEP: Final[Schema] = record({"contract": REFERENCE}, effective_on=DATE)
LINE: Final[Schema] = record(
    {"contract": REFERENCE, "payment": REFERENCE, "reason_code": CODE}, effective_on=DATE
)
DRAW: Final[Schema] = record(
    {
        "contract": REFERENCE,
        "sample": REFERENCE,
        "size": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "seed": REFERENCE,
        "method": {"enum": list(get_args(SampleMethod))},
    },
    effective_on=DATE,
)
VERDICT: Final[Schema] = record(
    {"contract": REFERENCE, "payment": REFERENCE, "passed": {"type": "boolean"}},
    reason_code=CODE,
    effective_on=DATE,
)
CLAIM_BODIES: Final[dict[str, Schema]] = {
    "draft_claim": body(
        record(
            {"contract": REFERENCE, "claim": REFERENCE, "upto": DATE},
            known_at=NUMBER,
            effective_on=DATE,
        ),
        {"contract": "lcf", "claim": "2022-q3", "upto": "2022-09-30"},
    ),
    "submit_claim": body(STEP, {"contract": "lcf"}),
    "approve_claim": body(STEP, {"contract": "lcf"}),
    "withdraw_claim": body(
        record({"contract": REFERENCE, "reason_code": CODE}, effective_on=DATE),
        {"contract": "lcf", "reason_code": "wrong_cut_off"},
    ),
    **{
        f"{how}_claim_line": body(
            LINE, {"contract": "lcf", "payment": "P41", "reason_code": "register_missing"}
        )
        for how in ("query", "clear", "reject")
    },
    "draw_sample": body(
        DRAW,
        {"contract": "lcf", "sample": "s-1", "size": 25, "seed": "6-2-5-1", "method": "exact"},
    ),
    "judge_sample": body(
        VERDICT,
        {"contract": "lcf", "payment": "P41", "passed": False, "reason_code": "register_missing"},
    ),
    "close_sample": body(STEP, {"contract": "lcf"}),
}
"""The doors whose answer is that of `/events`."""
