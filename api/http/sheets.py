"""Reports as sheets: `text/csv` (RFC 4180), with what was asked and the version in every row.

Comment lines would not survive a spreadsheet, so the parameters are columns. A hidden number is
`*`. A text that a spreadsheet would take for a formula gets an apostrophe in front of it:
references may begin with a hyphen.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from api.http.accept import weights_of

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
HIDDEN: Final = "*"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
PARAMETERS: Final = (
    *("contract", "by", "suppress_below", "hidden_cells"),
    *("as_of", "known_at", "version"),
)
AREA: Final = ("at_risk", "measured", "achieved", "achieved_percent")
CHILDREN: Final = ("measured", "at_least_1", "at_least_2", "at_least_3", "erased", "sealed")
MONEY: Final = ("count", "grants", "amount_minor", "unfunded_minor")
PERIOD: Final = ("period", "from", "to")
LINE: Final = ("trigger", "kind")

Answer = Mapping[str, Any]
Line = dict[str, Any]
Sheet = Callable[[Answer], Iterable[Line]]


def wanted(accept: str, kind: str = "text/csv") -> bool:
    """Whether a client that sends this `Accept` would rather have this kind than JSON."""
    weights = weights_of(accept)
    weight = weights.get(kind, 0)
    return weight > 0 and weight >= weights.get("application/json", weights.get("*/*", 0))


def outcomes(answer: Answer) -> Iterator[Line]:
    """A row for each area and cohort, and for the children of each cohort; totals name none."""
    for row in answer["areas"]:
        about = {name: row[name] for name in ("area", "domain", "cohort")}
        yield {"row": _scope("area", row), **about, **_figures(row, AREA)}
    for row in answer["children"]:
        about = {"row": _scope("children", row), "cohort": row["cohort"]}
        yield {**about, **_figures(row, CHILDREN)}


def payments(answer: Answer) -> Iterator[Line]:
    """A row for each period and trigger, for each period, for each trigger, and for all."""
    kinds = {"item": "items", "period_total": "periods", "trigger_total": "triggers"}
    rows = [(kind, row) for kind, name in kinds.items() for row in answer[name]]
    rows.append(("total", answer["total"]))
    funders = sorted({part["funder"] for _, row in rows for part in row["funders"] or ()})
    for kind, row in rows:
        about = {name: row.get(name) for name in (*PERIOD, *LINE)}
        yield {"row": kind, **about, **_figures(row, MONEY), **_paid(row, funders)}


def written(lines: Iterable[Line], parameters: Mapping[str, Any]) -> bytes:
    """The sheet, with the parameters at the end of every row."""
    rows = [{**line, **parameters} for line in lines]
    columns = list(dict.fromkeys(name for row in rows for name in row if name not in parameters))
    columns += parameters
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_cell(name) for name in columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue().encode()


def parameters(answer: Answer) -> Line:
    """What was asked, and the pair and version at which the answer holds."""
    return {name: answer[name] for name in PARAMETERS if name in answer}


def _scope(what: str, row: Answer) -> str:
    return f"{what}_total" if row["cohort"] is None else f"{what}_cohort"


def _figures(row: Answer, names: Iterable[str]) -> Line:
    return {name: HIDDEN if name in row["hidden"] else row.get(name) for name in names}


def _paid(row: Answer, funders: Iterable[str]) -> Line:
    """What each funder pays; nothing is a zero, since all or none of a row are hidden."""
    if "funders" in row["hidden"]:
        return {f"paid_by_{funder}_minor": HIDDEN for funder in funders}
    amounts = {part["funder"]: part["amount_minor"] for part in row["funders"]}
    return {f"paid_by_{funder}_minor": amounts.get(funder, 0) for funder in funders}


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
