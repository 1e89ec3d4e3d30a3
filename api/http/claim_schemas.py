"""The shapes of the bodies of claims, as JSON Schema."""

from typing import Final

from api.http.shapes import NUMBER, REFERENCE, Schema, body, record

DATE: Final[Schema] = {"type": "string", "format": "date"}
CODE: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}
STEP: Final[Schema] = record({"contract": REFERENCE}, effective_on=DATE)
LINE: Final[Schema] = record(
    {"contract": REFERENCE, "payment": REFERENCE, "reason_code": CODE}, effective_on=DATE
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
}
"""The doors whose answer is that of `/events`."""
