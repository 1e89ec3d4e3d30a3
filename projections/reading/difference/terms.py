"""Terms that are figures: the caps of funders in force at both moments, and what was signed."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ledger.events.catalogue import SCHEMA
from ledger.events.codec import AnyEvent, decode_event
from ledger.events.terms import CapSet
from projections.reading.asking import ask
from projections.reading.difference.rows import Cause, Question
from projections.reading.pair import Pair

TYPES: Final = ("contract.signed", "cap.set")
Name = tuple[str, str]


class CapMoved(NamedTuple):
    """A funder's cap in force at both moments, in pence, and the terms that changed it."""

    before: int | None
    after: int | None
    version: int

    def causes(self, amount: int) -> tuple[Cause, ...]:
        """What the change of the cap alone moved a figure by, in pence; none where by nothing."""
        return (Cause(self.version, amount),) if amount else ()


class Terms(NamedTuple):
    """The caps of funders in force at a moment, and when each contract was signed."""

    caps: Mapping[Name, AnyEvent]
    signed: Mapping[str, AnyEvent]


def cap_moves(question: Question) -> dict[Name, CapMoved]:
    """The caps of funders that are in force at either moment."""
    before, after = (terms_of(question, at).caps for at in question.ends[:2])
    found = {}
    for name in {**before, **after}:
        stood, stands = before.get(name), after.get(name)
        either = [cap for cap in (stood, stands) if cap is not None]
        if either:
            # The later of two caps is in force wherever it counts, so the other moment has it not.
            changed = max(either, key=lambda cap: (cap.effective_on, cap.version))
            found[name] = CapMoved(_limit(stood), _limit(stands), changed.version)
    return found


def _limit(cap: AnyEvent | None) -> int | None:
    return None if cap is None else int(cap.data.limit_minor)


def terms_of(question: Question, at: Pair) -> Terms:
    """The caps in force at a moment, and the contracts that are signed."""
    asked = {**at.asked(question.ledger), "contract": question.contract, "types": list(TYPES)}
    caps: dict[Name, AnyEvent] = {}
    signed: dict[str, AnyEvent] = {}
    for row in ask(question.connection, "terms.terms", asked):
        event: AnyEvent = decode_event(f"{row['type']}.v{SCHEMA}", bytes(row["stored"]))
        if not isinstance(event.data, CapSet):
            signed[event.data.contract] = event
        elif event.data.funder is not None:
            caps[event.data.contract, event.data.funder] = event
    return Terms(caps, signed)
