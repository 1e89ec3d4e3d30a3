"""Steps of a why-document in words: what a person checks with a calculator."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from projections.exports.amounts import grouped

Step = Mapping[str, Any]


def pounds(minor: int | None) -> str:
    """An amount in pounds and pence; nothing at all is a dash."""
    return "-" if minor is None else grouped(minor)


def moment(at: datetime.datetime) -> str:
    """A moment in UTC, to the second."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(code: str) -> str:
    """A field's name or a code as words."""
    return code.removesuffix("_minor").replace("_", " ")


def in_words(step: Step) -> str:
    """One step as a line; whether it holds is its last word."""
    written = WORDS.get(step["step"], _plainly)(step)
    holds = step.get("holds")
    return written if holds is None else f"{written}: {'holds' if holds else 'does not hold'}"


def _plainly(step: Step) -> str:
    parts = [
        f"{plain(name)} {pounds(value) if name.endswith('_minor') else value}"
        for name, value in step.items()
        if name not in {"step", "holds"} and value is not None and not isinstance(value, Mapping)
    ]
    return f"{plain(step['step'])}: {', '.join(parts)}" if parts else plain(step["step"])


def _exact(step: Step) -> str:
    return (
        f"{step['funder']}: {step['price_minor']} x {step['parts']} / {step['parts_total']} = "
        f"{step['exact']} pence, floor {step['floor_minor']}, remainder {step['remainder']}"
    )


def _target(step: Step) -> str:
    return (
        f"{step['funder']}: {step['price_minor']} x {step['parts']} / {step['parts_total']} "
        f"= {step['exact']}, carry {step['carry_before']}, target {step['target']} pence, "
        f"floor {step['floor_minor']}"
    )


def _left_over(step: Step) -> str:
    to = ", ".join(step["to"]) or "nobody"
    return f"{step['pennies']} pence left over, to {to} ({step['rule']})"


def _share(step: Step) -> str:
    return f"{step['funder']} {pounds(step['amount_minor'])}"


def _sum(step: Step) -> str:
    due = step.get("price_minor", step.get("document_minor"))
    return f"sum {pounds(step['amount_minor'])} of {pounds(due)}"


def _cap(step: Step) -> str:
    whose = step["funder"] or f"the {step['whose']}"
    words = (
        f"cap of {whose} {pounds(step['limit_minor'])}, used {pounds(step['used_minor'])}, "
        f"left {pounds(step['room_minor'])}: pays {pounds(step['pays_minor'])} of "
        f"{pounds(step['asked_minor'])}"
    )
    if step["bites"]:
        words += f", {pounds(step['excess_minor'])} over ({plain(step['on_reached'])})"
    return words


def _attendance(step: Step) -> str:
    return f"attended {step['fraction']}: {step['left']} against {step['right']}"


def _interactions(step: Step) -> str:
    return f"formal interactions {step['count']}, needed {step['needed']}"


def _verified(step: Step) -> str:
    recorders = ", ".join(step["recorders"])
    return (
        f"{step['about']} {step['verdict'] or 'not verified'} by {step['verifier'] or 'nobody'} "
        f"(version {step['verification']}); the evidence is by {recorders or 'nobody'}"
    )


def _area(step: Step) -> str:
    start, end = step["baseline"], step["end_point"]
    told = "-" if start is None else start["value"]
    return (
        f"area {step['place']}, {step['area']}: {told} to {end['value']} on {end['taken_on']} "
        f"({plain(_test(step['achieved_test']))})"
    )


def _test(test: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {limit}" for name, limit in test.items() if limit is not None)


def _travelled(step: Step) -> str:
    return f"{step['area']}: {step['moved']} / {step['distance']} = {step['progress']}"


WORDS: Final[Mapping[str, Callable[[Step], str]]] = {
    "exact_share": _exact,
    "target": _target,
    "left_over": _left_over,
    "share": _share,
    "fixed_share": _share,
    "sum": _sum,
    "cap": _cap,
    "attendance": _attendance,
    "formal_interactions": _interactions,
    "verified": _verified,
    "area_achieved": _area,
    "area_travelled": _travelled,
}
