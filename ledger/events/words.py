"""The words that events are made of: references, codes, names, amounts, values (`api.md`, Facts).

Every alias carries its limits, so that a decoder refuses what does not fit before any rule sees it.
The lookahead after `$` is there because a Python `$` also matches before a final newline.
"""

import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

MONEY_MAX_MINOR: Final = 10**15
FIRST_DAY: Final = datetime.date(1900, 1, 1)
LAST_DAY: Final = datetime.date(2199, 12, 31)

REF_PATTERN: Final = r"^[A-Za-z0-9._-]{1,64}$(?!\n)"
Ref = Annotated[
    str,
    Meta(pattern=REF_PATTERN, description="1-64 characters of A-Za-z0-9._-; never a name"),
]
FactId = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$(?!\n)", description="1-64 characters of A-Za-z0-9._:-"),
]
Code = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9_]{1,40}$(?!\n)", description="a short code, never free text"),
]
Title = Annotated[
    str,
    Meta(
        pattern=r"^[^\u0000-\u001f\u007f-\u009f]{1,200}$(?!\n)",
        description="free text about an organisation, never about a child",
    ),
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
MediaType = Annotated[str, Meta(pattern=r"^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}$(?!\n)")]
Amount = Annotated[
    int, Meta(ge=1, le=MONEY_MAX_MINOR, description="minor units of the ledger's currency")
]
SignedAmount = Annotated[int, Meta(ge=-MONEY_MAX_MINOR, le=MONEY_MAX_MINOR)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Minutes = Annotated[int, Meta(ge=1, le=100_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Version = Annotated[int, Meta(ge=1, le=2**62)]
Number = (
    Annotated[int, Meta(ge=-MONEY_MAX_MINOR, le=MONEY_MAX_MINOR)]
    | Annotated[
        str,
        Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$(?!\n)", description="a decimal as a string"),
    ]
)
Value = bool | Number

Rounding = Literal["per_line", "cumulative"]
IncomeClass = Literal["exchange", "performance_grant", "unconditional_grant"]
FunderKind = Literal[
    "local_authority", "school", "philanthropy", "central_government", "lottery", "other"
]
TriggerKind = Literal[
    "sign_up", "engagement", "outcome_count", "outcome_area", "distance_travelled", "grant"
]
CapPolicy = Literal["partial", "refuse_line", "reallocate"]
WithdrawalReason = Literal["moved", "consent_withdrawn", "disengaged", "other"]
OrderUnit = Literal["session", "hour", "attendee", "block"]
SessionStatus = Literal["delivered", "cancelled_by_partner", "cancelled_by_school"]
MeasurementPoint = Literal["baseline", "end_point", "follow_up"]
Verdict = Literal["verified", "rejected", "flagged"]
Ruling = Literal["release", "refuse"]
Basis = Literal[
    "no_longer_necessary",
    "consent_withdrawn",
    "objection",
    "unlawful_processing",
    "legal_obligation",
]
ErasureScope = Literal["all", "identity"]
RetainedKind = Literal["scores", "identity", "financial_records"]
RetainedAfter = Literal["left_programme", "contract_ended", "last_payment"]
Hardness = Literal["soft", "hard"]
WithheldReason = Literal["time_barred", "cap_reached", "manual_decision"]


class Shape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of an event. Unknown fields are refused; fields left out are stored left out."""


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """A value that is stored under a child's key: the ciphertext in base64.

    In memory it also stands for a value that cannot be read any more, see `ledger.events.sealed`.
    """

    sealed: str


def require(claim: bool, otherwise: str) -> None:  # noqa: FBT001 (reads as a sentence)
    """Refuse a shape in which `claim` does not hold; the decoder adds the place."""
    if not claim:
        raise ValueError(otherwise)


def require_day(day: datetime.date) -> None:
    """Refuse a date outside 1900 to 2199: a typing error, not a date of a contract."""
    require(FIRST_DAY <= day <= LAST_DAY, "a date from 1900 to 2199 is expected")
