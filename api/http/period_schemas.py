"""The shapes of the bodies of closings and reopenings, as JSON Schema."""

from typing import Final, get_args

from api.http.claim_schemas import CODE, DATE
from api.http.shapes import REFERENCE, Schema, body, record
from ledger.events.words import Hardness

SPAN: Final = {"from": "2020-09-01", "to": "2021-08-31"}
PERIOD_BODIES: Final[dict[str, Schema]] = {
    "close_period": body(
        record(
            {"from": DATE, "to": DATE, "hardness": {"enum": list(get_args(Hardness))}},
            contract=REFERENCE,
            effective_on=DATE,
        ),
        {"contract": "lcf", **SPAN, "hardness": "soft"},
    ),
    "reopen_period": body(
        record(
            {"from": DATE, "to": DATE, "reason_code": CODE}, contract=REFERENCE, effective_on=DATE
        ),
        {"contract": "lcf", **SPAN, "reason_code": "wrong_rate"},
    ),
}
