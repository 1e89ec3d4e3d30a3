"""The figures of a scenario page, each read from the running service."""

import re
from collections.abc import Callable
from typing import Any, Final

from tests.api.desk import Desk
from tests.scenarios.phrases import CONTRACT, pounds

Reading = Callable[..., str]
FUNDER: Final = {
    "recognised from": "recognised_minor",
    "reversed to": "reversed_minor",
    "unfunded by": "unfunded_minor",
    "headroom of": "headroom_minor",
    "deducted from": "deducted_minor",
    "claimed from": "claimed_minor",
    "invoiced to": "invoiced_minor",
    "credited to": "credited_minor",
    "written off for": "written_off_minor",
    "received from": "received_minor",
    "allocated from": "allocated_minor",
    "refunded to": "refunded_minor",
    "credit paid out to": "credit_refunded_minor",
    "unallocated of": "unallocated_minor",
    "outstanding from": "outstanding_minor",
}
CHILD: Final = {
    "released of": "net_minor",
    "possible of": "possible_minor",
    "forgone of": "forgone_minor",
}
PARTNER: Final = {
    "accrued to": "accrued_minor",
    "paid to": "paid_minor",
    "settled to": "settled_minor",
    "returned by": "returned_minor",
    "in dispute of": "disputed_minor",
    "owed to": "owed_minor",
}
OF_ALL: Final = {
    "recognised": "recognised_minor",
    "claimed": "claimed_minor",
    "invoiced": "invoiced_minor",
    "received": "received_minor",
    "outstanding": "outstanding_minor",
}
PLACES: Final = (("funders", FUNDER), ("children", CHILD), ("partners", PARTNER))


def figure(desk: Desk, name: str) -> str:
    """Read one figure, as a page writes it; a figure that nobody named is a mistake."""
    if name == "trial balance":
        return pounds(desk.read("/trial-balance")["total_minor"])
    for place, fields in PLACES:
        for words, field in fields.items():
            found = re.fullmatch(rf"{words} (\S+)(?: as of (\S+))?", name)
            if found is not None:
                asked = f"contract={CONTRACT}" + (f"&as_of={found[2]}" if found[2] else "")
                return pounds(desk.read(f"/{place}/{found[1]}?{asked}")[field])
    found = re.fullmatch(r"sessions (expected|attended) of (\S+) in year (\d)", name)
    if found is not None:
        years: list[dict[str, Any]] = desk.read(f"/children/{found[2]}")["engagement"]
        year = next(year for year in years if year["year"] == int(found[3]))
        return str(year[f"sessions_{found[1]}"])
    found = re.fullmatch(r"(open|reference) of the invoice of (\w+) in (\S+)", name)
    if found is not None:
        return _of_invoice(desk, *found.groups())
    found = re.fullmatch(r"(state|funded amount|lines|rejected lines) of claim (\S+)", name)
    if found is not None:
        return _of_claim(desk, *found.groups())
    if name in OF_PERIODS:
        return OF_PERIODS[name](desk)
    found = re.fullmatch(r"(\S+) posted by (\S+?)(?: known at version (\d+))?", name)
    if found is not None:
        return _posted_by(desk, *found.groups())
    found = re.fullmatch(r"(\S+) in fund (\S+)", name)
    if found is not None:
        accounts = desk.read(f"/trial-balance?fund={found[2]}")["accounts"]
        return pounds(sum(row["balance_minor"] for row in accounts if row["account"] == found[1]))
    return _of_all(desk, name)


def _of_invoice(desk: Desk, what: str, funder: str, claim: str) -> str:
    [invoice] = desk.read(f"/invoices?claim={claim}&funder={funder}")["items"]
    return pounds(invoice["open_minor"]) if what == "open" else str(invoice["reference"])


def _of_claim(desk: Desk, what: str, claim: str) -> str:
    said = desk.read(f"/claims/{claim}?contract={CONTRACT}")
    fields = {"rejected lines": "rejected", "funded amount": "funded_minor"}
    value = said[fields.get(what, what)]
    return pounds(value) if what == "funded amount" else str(value)


def _posted_by(desk: Desk, account: str, day: str, known_at: str | None) -> str:
    """What an account stands at by the day of posting."""
    asked = f"/trial-balance?posted_upto={day}" + (f"&known_at={known_at}" if known_at else "")
    rows = [row for row in desk.read(asked)["accounts"] if row["account"] == account]
    return pounds(sum(row["balance_minor"] for row in rows))


def _holding(desk: Desk) -> str:
    """How many of the closings that stand say today what they said when they were made."""
    closings = [row for row in desk.read("/periods")["items"] if row["state"] != "reopened"]
    held = 0
    for row in closings:
        path = f"/periods/{row['closing']}"
        again = desk.read(f"{path}/trial-balance?known_at={desk.version()}")
        held += again["accounts"] == desk.read(path)["accounts"]
    return f"{held} of {len(closings)}"


def _late(desk: Desk) -> str:
    """How many lines of the journal are of a prior period."""
    lines = desk.read("/journal?limit=1000")["items"]
    return str(sum(line["prior_period"] for line in lines))


OF_PERIODS: Final = {"closings that hold": _holding, "lines of a prior period": _late}


def _of_all(desk: Desk, name: str) -> str:
    found = re.fullmatch(r"(\w+)(?: as of (\S+))?(?: known at version (\d+))?", name)
    assert found is not None, f"no reading for: {name}"
    asked = f"/funders?contract={CONTRACT}"
    asked += f"&as_of={found[2]}" if found[2] else ""
    asked += f"&known_at={found[3]}" if found[3] else ""
    return pounds(sum(funder[OF_ALL[found[1]]] for funder in desk.read(asked)["items"]))
