"""A fact as somebody says it: who, what, and about which earlier fact."""

import datetime
import json
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.events.catalogue import APPENDED, FACTS
from ledger.events.codec import Fact, decode_fact

CONTRACT: Final = "lcf"
CHILD: Final = "child-7"
RECORDER: Final = "recorder"
VERIFIER: Final = "verifier"
FINANCE: Final = "finance"
APPROVER: Final = "approver"
ADMIN: Final = "admin"
SECOND_ADMIN: Final = "second-admin"
NO_CONTRACT: Final = (
    "receipt.allocated", "receipt.unallocated", "credit.applied", "credit.refunded",
    "rules.adopted",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Spoken:
    """One fact of one person; `about` is an earlier one, named by its version when it is sent."""

    actor: str
    content: dict[str, Any]
    about: "Spoken | None" = None

    def typed(self, about_version: int | None, book_version: int = 0) -> Fact:
        """Read the fact through the door that clients use; some facts have doors of their own.

        A closing is of the book as it stands, unless it names another version.
        """
        content = self.content
        if content["type"] not in APPENDED:
            day = datetime.date.fromisoformat(content["effective_on"])
            terms = content["data"]
            if content["type"] == "period.closed":
                terms = {"at_version": book_version} | terms
            terms = msgspec.convert(terms, FACTS[content["type"]])
            return Fact(effective_on=day, data=terms)
        if about_version is not None:
            content = content | {"data": content["data"] | {"version": about_version}}
        return decode_fact(json.dumps(content).encode())


def fact(kind, on, actor, received=None, about=None, /, **terms):
    """Say one fact of the contract; what is None is left out."""
    terms = {key: value for key, value in terms.items() if value is not None}
    if kind not in NO_CONTRACT and not kind.startswith(("erasure.", "partner.")):
        terms = {"contract": CONTRACT} | terms
    content = {"type": kind, "effective_on": on, "data": terms}
    if received is not None:
        content["received_on"] = received
    return Spoken(actor, content, about)
