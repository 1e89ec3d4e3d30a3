"""Samples, what they say, and journal tests as tables."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.table import Table

from api.cli.saying import money, table
from projections.sampling.concluding import sentence_of

Answer = Mapping[str, Any]
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Of a week, the first being 1 (ISO 8601)."""


def sample(answer: Answer) -> Iterator[Table | str]:
    """A sample: what it was drawn from, and its items."""
    population, frozen = answer["population"], answer["frozen"]
    title = f"{answer['method']} sample of {answer['of']} by the words `{answer['seed']}`"
    heads = ("of", "items", "amount", "interval, in pence", "start")
    figures = (
        "all",
        f"{population['items']:,}",
        money(population["amount_minor"]),
        answer["interval"],
        answer["start"],
    )
    sampled = answer["sampled"]
    drawn = ("sample", f"{sampled['items']:,}", money(sampled["amount_minor"]), "", "")
    yield table(title, heads, [figures, drawn])
    columns = ("place", "item", "effective_on", "with_whom", "hits")
    rows = [
        [*(item[name] for name in columns), money(item["amount_minor"])] for item in answer["items"]
    ]
    if population["items"]:
        named = [*(name.replace("_", " ") for name in columns), "amount"]
        yield table("Items", named, rows, texts=4)
    else:
        yield nothing_of(answer)
    yield f"frozen at version {frozen['version']}, root {frozen['root']}"


def nothing_of(answer: Answer) -> str:
    """That a population is empty."""
    return f"There is nothing to draw from: the population of {answer['of']} has no item"


def evaluation(answer: Answer) -> Iterator[Table | str]:
    """What a sample says of its population."""
    title = f"{answer['method']} sample of {answer['of']}, {answer['items']} items"
    heads = ("book value", "audited value", "deviations", "confidence", "tolerable", "is")
    figures = (
        money(answer["book_minor"]),
        money(answer["audited_minor"]),
        answer["deviations"],
        f"{answer['confidence']}%",
        f"{answer['tolerable']}%",
        money(answer["tolerable_minor"]),
    )
    yield table(title, heads, [figures], texts=0)
    if answer["findings"]:
        yield _findings(answer["findings"])
    yield _limits(answer)
    proposal = answer["proposal"]
    names = ("known", "extrapolated", "projected")
    amounts = [money(proposal[f"{name}_minor"]) for name in names]
    yield table("To put right, and to hold against the rest", names, [amounts], texts=0)
    yield sentence_of(answer)


def _findings(findings: Iterable[Answer]) -> Table:
    rows = [
        (
            one["item"],
            money(one["book_minor"]),
            money(one["audited_minor"]),
            money(one["difference_minor"]),
            one["taint"],
        )
        for one in findings
    ]
    return table(
        "Findings", ("item", "book value", "audited value", "difference", "taint"), rows, texts=1
    )


def _limits(answer: Answer) -> Table:
    """By amount where monetary units were drawn, else by rate."""
    if "upper_rate_percent" in answer:
        rate = [f"{answer['upper_rate_percent']}%"]
        return table("Items that differ", ("at most",), [rate], texts=0)
    names = ("projected", "basic_precision", "incremental", "upper_limit")
    rows = [
        (side, answer[side]["found"], *(money(answer[side][f"{name}_minor"]) for name in names))
        for side in ("overstatements", "understatements")
    ]
    heads = ("", "found", *(name.replace("_", " ") for name in names))
    return table("Misstatement", heads, rows, texts=1)


def journal_tests(answer: Answer) -> Iterator[Table | str]:
    """Each test in a row; then the items of those that found any."""
    rows = [
        (
            test["test"],
            _parameters(test["parameters"]),
            f"{test['examined']:,}",
            f"{test['count']:,}",
            money(test["amount_minor"]),
        )
        for test in answer["tests"]
    ]
    heads = ("test", "with", "looked at", "found", "amount")
    yield table("Journal tests", heads, rows, texts=2)
    if len(answer["tests"]) == 1:
        yield from (_items(test) for test in answer["tests"])


def _parameters(parameters: Answer) -> str:
    return ", ".join(f"{name} {_word(value)}" for name, value in parameters.items())


def _word(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _items(test: Answer) -> Table:
    """The items of one test: what all have, and what it says of each."""
    usual = ("version", "effective_on", "event", "actor")
    left_out = {*usual, "amount_minor", "posted_on", "contract", "recorded_at"}
    own = [name for name in (test["items"] or [{}])[0] if name not in left_out]
    rows = [
        [*(_told(name, item[name]) for name in (*usual, *own)), money(item["amount_minor"])]
        for item in test["items"]
    ]
    heads = [name.replace("_", " ") for name in (*usual, *own)]
    return table(test["description"], [*heads, "amount"], rows, texts=len(heads))


def _told(name: str, value: Any) -> object:  # noqa: ANN401 (any field of an item)
    """A field of an item as a person reads it."""
    return DAYS[value - 1] if name == "weekday" else value
