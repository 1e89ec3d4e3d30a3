"""The shapes of the bodies of settlements, as JSON Schema."""

from typing import Final

from api.http.claim_schemas import AMOUNT, CODE, DATE, STEP
from api.http.shapes import NUMBER, REFERENCE, TEXT, Schema, body, list_of, record

SETTLEMENT_BODIES: Final[dict[str, Schema]] = {
    "draft_settlement": body(
        record(
            {"contract": REFERENCE, "settlement": REFERENCE, "upto": DATE},
            known_at=NUMBER,
            partners=list_of(REFERENCE, minItems=1, maxItems=1000),
            effective_on=DATE,
        ),
        {"contract": "lcf", "settlement": "2022-03", "upto": "2022-03-31"},
    ),
    "approve_settlement": body(STEP, {"contract": "lcf"}),
    "withdraw_settlement": body(
        record({"contract": REFERENCE, "reason_code": CODE}, effective_on=DATE),
        {"contract": "lcf", "reason_code": "wrong_cut_off"},
    ),
    "pay_settlement": body(
        record({"contract": REFERENCE}, bank_account=REFERENCE, reference=TEXT, effective_on=DATE),
        {"contract": "lcf", "reference": "BACS 2022-04-04"},
    ),
    "return_settlement_payment": body(
        record(
            {
                "contract": REFERENCE,
                "partner": REFERENCE,
                "amount_minor": AMOUNT,
                "reason_code": CODE,
            },
            effective_on=DATE,
        ),
        {
            "contract": "lcf",
            "partner": "drama-club",
            "amount_minor": 8500,
            "reason_code": "account_closed",
        },
    ),
}
