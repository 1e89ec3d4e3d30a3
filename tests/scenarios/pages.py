"""Scenario pages: tables that a finance person can read and correct, run as they stand.

A table of facts has the columns date, by, what happens, what follows. A table of figures has the
columns figure, amount. They are taken in the order of the page.
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.scenarios.phrases import pounds

HERE: Final = Path(__file__).parent
FACTS_HEAD: Final = ["date", "by", "what happens", "what follows"]
FIGURES_HEAD: Final = ["figure", "amount"]


@dataclass(frozen=True)
class Step:
    """A row of facts: what happens on a day, by whom, and what must follow, in order."""

    day: datetime.date
    by: str
    sentence: str
    follows: list[str]


@dataclass(frozen=True)
class Figure:
    """A row of figures: what must be read after the rows above."""

    name: str
    amount: str


def pages() -> list[Path]:
    """Every scenario page."""
    return sorted(HERE.glob("*.md"))


def rows_of(page: Path) -> list[Step | Figure]:
    """The rows of a page, in their order."""
    rows: list[Step | Figure] = []
    head: list[str] = []
    for line in page.read_text().splitlines():
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not head:
            assert cells in (FACTS_HEAD, FIGURES_HEAD), f"{page.name}: unknown head {cells}"
            head = cells
        elif not re.fullmatch(r"[-:|\s]+", line):
            rows.append(_row(head, cells))
    assert rows, f"{page.name} has no rows"
    return rows


def _row(head: list[str], cells: list[str]) -> Step | Figure:
    if head == FIGURES_HEAD:
        return Figure(*cells)
    day, by, sentence, follows = cells
    said = [part.strip() for part in follows.split("<br>") if part.strip()]
    return Step(datetime.date.fromisoformat(day), by, sentence, said)


def told(decisions: list[dict[str, Any]]) -> list[str]:
    """Decisions in the words of a page; fees that one row brings about are told as a sum."""
    sentences = [_payment(d) for d in decisions if d["type"].startswith("payment.")]
    for name, word in (("fee.reversed", "fees reversed"), ("fee.accrued", "fees accrued")):
        fees = [d["data"]["amount_minor"] for d in decisions if d["type"] == name]
        if fees:
            sentences.append(f"{len(fees)} {word}, {pounds(sum(fees))}")
    for decision in decisions:
        sentences += SETTLEMENTS.get(decision["type"], _silent)(decision["data"])
    return sentences


def _collected(said: dict[str, Any]) -> list[str]:
    """Each partner of a settlement: what accrued, and what came of it where that is not nothing."""
    return [f"{part['partner']}: accrued {_sums(part)}" for part in said["partners"]]


def _sums(part: dict[str, Any]) -> str:
    words = [pounds(part["accrued_minor"])]
    words += [
        f"{word} {pounds(part[f'{word}_minor'])}"
        for word in ("brought", "disputed")
        if part[f"{word}_minor"]
    ]
    words.append(f"to pay {pounds(part['pay_minor'])}")
    if part["carried_minor"]:
        words.append(f"carried {pounds(part['carried_minor'])}")
    return ", ".join(words)


def _settled(said: dict[str, Any]) -> list[str]:
    funds = said["funds"]
    borne = [f"{fund['fund']} {pounds(fund['amount_minor'])}" for fund in funds]
    split = f" ({', '.join(borne)})" if len(funds) > 1 else ""
    return [f"paid {said['partner']} {pounds(said['amount_minor'])}{split}"]


def _unsettled(said: dict[str, Any]) -> list[str]:
    return [paid.replace("paid", "came back from", 1) for paid in _settled(said)]


def _silent(_: dict[str, Any]) -> list[str]:
    return []


SETTLEMENTS: Final = {
    "settlement.collected": _collected,
    "partner.settled": _settled,
    "partner.unsettled": _unsettled,
}


def _payment(decision: dict[str, Any]) -> str:
    said = decision["data"]
    word = decision["type"].removeprefix("payment.").replace("_", " ")
    if word == "evidence changed":
        return f"{word} {said['trigger']}"
    text = f"{word} {said['trigger']} {pounds(said['amount_minor'])} on {decision['effective_on']}"
    if word == "withheld":
        return f"{text}: {said['reason']}"
    split = [_share(line) for line in said.get("split", ())]
    return f"{text}: {', '.join(split)}" if split else text


def _share(line: dict[str, Any]) -> str:
    paid = f"{line['funder']} {pounds(line['amount_minor'])}"
    unfunded = line["unfunded_minor"]
    return f"{paid} ({pounds(unfunded)} unfunded)" if unfunded else paid
