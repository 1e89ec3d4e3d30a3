"""The sentences of a scenario page about periods, closed and reopened, and about the rules."""

import re
from typing import Any, Final

CONTRACT: Final = "wlz"
SPAN: Final = r"the (?P<whose>contract|ledger)'s period (?P<first>\S+) to (?P<last>\S+)"


def closed(whose, first, last, how):
    yield _step("period.closed", whose, first, last, hardness=how.removesuffix("ly"))


def reopened(whose, first, last, reason):
    yield _step("period.reopened", whose, first, last, reason_code=reason)


def adopted(rules):
    yield {"type": "rules.adopted", "data": {"rules": int(rules)}}


def _step(name: str, whose: str, first: str, last: str, **content: Any) -> dict[str, Any]:
    """A step of a period of the contract, or of the whole ledger."""
    named = {"contract": CONTRACT} if whose == "contract" else {}
    return {"type": name, "data": {**named, "from": first, "to": last, **content}}


WORDINGS: Final = (
    (re.compile(rf"{SPAN} is closed (?P<how>softly|hard)"), closed),
    (re.compile(r"version (?P<rules>\d+) of the rules is adopted"), adopted),
    (re.compile(rf"{SPAN} is reopened: (?P<reason>\w+)"), reopened),
)
