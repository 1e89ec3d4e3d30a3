"""Figures of payments, children, claims and documents, from one view of what moves them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from projections.reading.claims import claims
from projections.reading.difference.rows import Explanation, Key, Question, Row, behind
from projections.reading.pair import LIMIT_MAX, Pair

NAMED: Final[Mapping[str, str]] = {
    "payments": "trigger",
    "children": "child",
    "claims": "claim",
    "invoices": "invoice",
    "credit_notes": "credit_note",
    "receipts": "receipt",
}
"""What the name of a figure names, by what the figure is of."""

RowsOf = Callable[[Question, Key, int], list[Row]]
Explain = Callable[[Question, Sequence[Row]], dict[Key, Explanation]]


def rows_of(subject: str) -> RowsOf:
    """Every figure of payments by trigger, of children, or of documents by name."""

    def rows(question: Question, after: Key, most: int) -> list[Row]:
        contract, name, figure = after
        place = {"after_contract": contract, "after_name": name, "after_figure": figure}
        found = question.ask("difference.figures", subject=subject, limit=most, **place)
        return [_row(subject, said) for said in found]

    return rows


def _row(subject: str, said: Mapping[str, Any]) -> Row:
    about = {"contract": said["contract"], NAMED[subject]: said["name"]}
    if said["funder"] is not None:
        about["funder"] = said["funder"]
    before, after = (
        None if sum_of is None else int(sum_of) for sum_of in (said["before"], said["after"])
    )
    figure = said["figure"]
    key = (said["contract"], said["name"], figure)
    return Row(key, about, before, after, is_money=figure.endswith("_minor"))


def explain(subject: str) -> Explain:
    """The payments, reductions, allocations and the like that lie between the moments."""

    def explained(question: Question, rows: Sequence[Row]) -> dict[Key, Explanation]:
        return question.explained("difference.moved", rows, subject=subject)

    return explained


def stage_rows(question: Question, after: Key, most: int) -> list[Row]:
    """How many children were at each stage, where that moved: counts, no money."""
    rows = [
        Row(
            (said["contract"], said["stage"], "children"),
            {"contract": said["contract"], "stage": said["stage"]},
            said["before"],
            said["after"],
            is_money=False,
        )
        for said in question.ask("children_moved.stages")
    ]
    return behind(rows, after, most)


def explain_stages(question: Question, rows: Sequence[Row]) -> dict[Key, Explanation]:
    """The steps of the children that came to a stage, or left it."""
    return question.explained("children_moved.stage_steps", rows)


def claim_state_rows(question: Question, after: Key, most: int) -> list[Row]:
    """How many claims were in each state, and which of them came to it or left it."""
    before, then = (dict(_states(question, at)) for at in question.ends[:2])
    counts = [
        Counter((contract, state) for (contract, _), state in end.items()) for end in (before, then)
    ]
    rows = [
        Row(
            (contract, state, "claims"),
            {"contract": contract, "state": state},
            counts[0][contract, state],
            counts[1][contract, state],
            is_money=False,
            whose=frozenset(
                claim
                for within, claim in {**before, **then}
                if within == contract
                and (before.get((within, claim)) == state) != (then.get((within, claim)) == state)
            ),
        )
        for contract, state in {*counts[0], *counts[1]}
    ]
    return behind(rows, after, most)


def _states(question: Question, at: Pair) -> Iterator[tuple[tuple[str, str], str]]:
    after = None
    while True:
        page = claims(
            question.connection, question.ledger, at, contract=question.contract, limit=LIMIT_MAX,
            after=after,
        )  # fmt: skip
        for row in page.items:
            yield (row["contract"], row["claim"]), row["state"]
        after = page.after
        if after is None:
            return


def explain_claim_states(question: Question, rows: Sequence[Row]) -> dict[Key, Explanation]:
    """The steps of the claims that came to a state, or left it."""
    asked: defaultdict[str, list[Any]] = defaultdict(list)
    for number, row in enumerate(rows):
        for claim in sorted(row.whose):
            asked["numbers"].append(number)
            asked["contracts"].append(row.key[0])
            asked["names"].append(claim)
    names = {name: asked[name] for name in ("numbers", "contracts", "names")}
    return question.explained("difference.claim_steps", rows, **names)
