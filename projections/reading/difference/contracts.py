"""The figures of contracts: what was released, what is committed, what may still be paid."""

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.events.codec import AnyEvent
from projections.reading.contracts import contract as contract_at
from projections.reading.difference.accounts import explain_sums
from projections.reading.difference.rows import (
    Cause,
    Explanation,
    Figure,
    Key,
    Question,
    Row,
    behind,
)
from projections.reading.difference.terms import CapMoved, cap_moves, terms_of

REMAINING: Final = ("possible_minor", "forgone_minor")
Ends = tuple[Figure, Figure]


def contract_rows(question: Question, after: Key, most: int) -> list[Row]:
    """Every figure of every contract that moved, in pence: those of `/contracts`."""
    before, then = (terms_of(question, at).signed for at in question.ends[:2])
    moves = cap_moves(question)
    rows: list[Row] = []
    for name, signed in {**before, **then}.items():
        caps = [cap for (contract, _), cap in moves.items() if contract == name]
        rows += [
            *_committed(name, signed, caps, _ends(before, then, name)),
            _released(question, name),
        ]
        rows += _remaining(question, name)
    return behind(rows, after, most)


def _ends(before: Mapping[str, AnyEvent], after: Mapping[str, AnyEvent], name: str) -> Ends:
    """The contract's maximum at both moments."""
    signed = (before.get(name), after.get(name))
    first, second = (None if one is None else one.data.maximum_minor for one in signed)
    return first, second


def _committed(name: str, signed: AnyEvent, caps: Sequence[CapMoved], maximum: Ends) -> list[Row]:
    about = {"contract": name}
    stood, stands = sum(cap.before or 0 for cap in caps), sum(cap.after or 0 for cap in caps)
    by_caps = [c for cap in caps for c in cap.causes((cap.after or 0) - (cap.before or 0))]
    first, second = maximum
    left = (None if first is None else first - stood, None if second is None else second - stands)
    if None in maximum:
        opposite = _signing(signed, left)
    else:
        opposite = tuple(Cause(cause.version, -(cause.amount or 0)) for cause in by_caps)
    return [
        Row((name, "", "maximum_minor"), about, *maximum, causes=_signing(signed, maximum)),
        Row((name, "", "committed_minor"), about, stood, stands, causes=tuple(by_caps)),
        Row((name, "", "uncommitted_minor"), about, *left, causes=opposite),
    ]


def _signing(signed: AnyEvent, ends: Ends) -> tuple[Cause, ...]:
    """What the signing of the contract itself moved, when only one moment knows of it."""
    return (Cause(signed.version, (ends[1] or 0) - (ends[0] or 0)),)


def _released(question: Question, name: str) -> Row:
    series = [
        {
            number: one.balance_minor
            for number, one in found.items()
            if one.contract == name and one.account == "payments"
        }
        for found in (question.before, question.after)
    ]
    stood, stands = (sum(found.values()) for found in series)
    weights = dict.fromkeys([*series[0], *series[1]], 1)
    return Row((name, "", "released_minor"), {"contract": name}, stood, stands, weights=weights)


def _remaining(question: Question, name: str) -> list[Row]:
    """What may, and what can no longer be paid: prices of what did not happen, no sum of money."""
    place = (question.connection, question.ledger, name)
    stood, stands = (
        contract_at(*place, at, today=question.today) or {} for at in question.ends[:2]
    )
    return [
        Row(
            (name, "", figure),
            {"contract": name},
            stood.get(figure),
            stands.get(figure),
            is_money=False,
        )
        for figure in REMAINING
    ]


def explain_contracts(question: Question, rows: Sequence[Row]) -> dict[Key, Explanation]:
    """Postings and terms behind sums; behind what remains whatever changed what may be paid."""
    remaining = [row for row in rows if not row.is_money]
    return {
        **explain_sums(question, [row for row in rows if row.is_money]),
        **question.explained("difference.remaining", remaining),
    }
