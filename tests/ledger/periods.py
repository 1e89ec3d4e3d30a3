"""Builders of closings and reopenings; a closing is of the ledger as it stands."""

from typing import Final

from tests.ledger.spoken import APPROVER, FINANCE, Spoken, fact

YEAR_1: Final = ("2019-09-01", "2020-08-31")
YEAR_2: Final = ("2020-09-01", "2021-08-31")
YEAR_3: Final = ("2021-09-01", "2022-08-31")
NO_ROOT: Final = "0" * 64


def closed(span=YEAR_1, hardness="soft", *, by=FINANCE, on="2022-09-05", **terms):
    """Close a period of the contract, with a trial balance that no rule reads."""
    first, last = span
    stored = {"trial_balance": [], "root": NO_ROOT}
    said = {"from": first, "to": last, "hardness": hardness} | stored | terms
    return fact("period.closed", on, by, **said)


def closed_hard(span=YEAR_1, **how):
    """Close a period for good, or make a soft closing hard."""
    return closed(span, "hard", **how)


def reopened(span=YEAR_1, *, by=APPROVER, on="2022-09-20"):
    """Reopen a period of the contract."""
    first, last = span
    return fact("period.reopened", on, by, **{"from": first, "to": last}, reason_code="wrong_rate")


def of_ledger(spoken):
    """The same of the whole ledger."""
    terms = {key: value for key, value in spoken.content["data"].items() if key != "contract"}
    return Spoken(spoken.actor, spoken.content | {"data": terms})
