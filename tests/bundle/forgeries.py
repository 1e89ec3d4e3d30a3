"""Ways to change what only the events can contradict, with every hash made to fit."""

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.bundle.bundled import log_of, rehash, signed
from tests.bundle.damage import changed_lines, cut, double, drop
from tests.bundle.mutations import Original, changed_event, rewritten


def a_line_of_a_statement(chance: Random, _: Original, copy: Path) -> None:
    """A movement, an opening or a closing; the digest in the manifest is made to fit."""
    path = chance.choice(sorted((copy / "statements").rglob("*.csv")))
    choice = chance.randrange(4)
    if choice == 0:
        changed_lines(chance, path, 1, chance.choice((drop, double, cut)))
    elif choice == 1:
        path.rename(path.with_name(f"of-{path.name}"))
        manifest = json.loads((copy / "manifest.json").read_text())
        name = path.relative_to(copy).as_posix()
        files = manifest["files"]
        files[name.replace(path.name, f"of-{path.name}")] = files.pop(name)
        (copy / "manifest.json").write_text(json.dumps(manifest))
    else:
        changed_lines(chance, path, 1, a_penny_more)
    rehash(copy)


def a_penny_more(lines: list[bytes], place: int) -> None:
    """The last figure that the line has."""
    cells = lines[place].decode().rstrip("\n").split(",")
    last = max(n for n, cell in enumerate(cells) if "." in cell)
    cells[last] = f"{cells[last][:-1]}{(int(cells[last][-1]) + 1) % 10}"
    lines[place] = (",".join(cells) + "\n").encode()


DECIDED = (
    *("amount_minor", "over_limit_minor", "evidence", "card", "card_version", "share_set"),
    *("terms_version", "rule_version", "causes", "due_on", "lines", "funders"),
)
MADE_BY_THE_RULES = ("payment.", "fee.accrued", "fee.reversed", "claim.collected", "invoice.issued")


def a_decision_made_otherwise_and_signed_by_the_log(
    chance: Random, original: Original, copy: Path
) -> int:
    """By somebody who has the log's key: only the rules know better. Where it must be found."""
    able = [
        (place, name)
        for place, event in enumerate(original.events)
        if event.type.startswith(MADE_BY_THE_RULES) and event.type != "payment.decided"
        for name in DECIDED
        if getattr(event if name == "causes" else event.data, name, ()) != ()
    ]
    names = sorted({(original.events[place].type, name) for place, name in able})
    chosen = chance.choice(names)
    place, name = chance.choice(
        [one for one in able if (original.events[one[0]].type, one[1]) == chosen]
    )
    events = list(original.events)
    events[place] = changed_event(events[place], name, otherwise)
    rewritten(copy, events, signed(log_of(events), [len(events) // 2, len(events)]))
    return place + 1


def otherwise(was: Any) -> Any:
    """Another value that an event may have there."""
    match was:
        case int():
            return was + 1
        case str() if was[:4].isdecimal():
            return f"{int(was[:4]) + 1}{was[4:]}"
        case str():
            return f"{was}-x"
        case _:
            return was[1:]


FORGERIES = (a_line_of_a_statement, a_decision_made_otherwise_and_signed_by_the_log)
