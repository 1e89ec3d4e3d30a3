"""The shapes of the bodies of claims, their samples, and what settles invoices, as JSON Schema."""

from typing import Final, get_args

from api.http.shapes import NUMBER, REFERENCE, TEXT, Schema, body, record
from ledger.events.samples import SampleMethod
from ledger.events.words import MONEY_MAX_MINOR

DATE: Final[Schema] = {"type": "string", "format": "date"}
CODE: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}
AMOUNT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MONEY_MAX_MINOR}
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
    "unallocate_receipt": body(
        record(
            {"invoice": REFERENCE, "amount_minor": AMOUNT, "reason_code": CODE},
            effective_on=DATE,
        ),
        {"invoice": "I49", "amount_minor": 186140, "reason_code": "wrong_invoice"},
    ),
    "refund_credit_note": body(
        record({"amount_minor": AMOUNT}, reference=TEXT, bank_account=REFERENCE, effective_on=DATE),
        {"amount_minor": 18614, "reference": "BACS 2022-12-05"},
    ),
}
"""The doors whose answer is that of `/events`."""
