"""A child as its events tell it, at a pair: a fold with the rules' own ways of keeping evidence.

The latest score of an area, point and informant counts, and the latest register of a session, as
known; only then does the day decide, so a replaced score or register never comes back to life.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from ledger.child import Child, Enrolment
from ledger.contract import Contract
from ledger.events.children import (
    ChildCompleted,
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    InteractionRecorded,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.codec import AnyEvent
from ledger.events.delivery import RegisterSubmitted
from ledger.events.people import VerificationRecorded
from ledger.events.terms import ContractSigned
from ledger.evolving.children import (
    child_completes,
    child_is_enrolled,
    child_moves,
    child_withdraws,
    interaction_takes_place,
    score_is_corrected,
    score_is_measured,
    verdict_is_given,
)
from ledger.evolving.delivery import register_is_submitted
from ledger.state import Book
from projections.reading.pair import Pair


@dataclass(slots=True)
class ChildRecord:
    """A child with its sessions, and who recorded each of its events."""

    child: Child
    contract: Contract
    recorders: dict[int, str] = field(default_factory=dict)

    @property
    def enrolment(self) -> Enrolment | None:
        """The sign-up that stands."""
        return self.child.enrolment

    def verified(self, about: str, proof: Collection[int], *, on_area: bool) -> bool:
        """Whether somebody who recorded none of the proof has verified it, as it stands now."""
        given = self.child.verdict_on(about, (), on_area=on_area)
        if given is None or given.verdict != "verified":
            return False
        verifier = self.recorders[given.version]
        return all(self.recorders[version] != verifier for version in proof)


def record_of(
    reference: str,
    events: Iterable[AnyEvent],
    terms: ContractSigned,
    at: Pair,
    voided: Collection[int],
) -> ChildRecord:
    """Fold a child's events, given in order of version; voided ones are passed over."""
    book = Book()
    book.changes.journalling = False
    contract = Contract(terms)
    child = Child(reference, 0)
    book.children.append(child)
    contract.children[reference] = child
    record = ChildRecord(child, contract)
    for event in events:
        if event.version not in voided and event.data.contract == terms.contract:
            record.recorders[event.version] = event.actor
            _apply(book, record, event, at)
    _leave_out_later_days(record, at)
    return record


def _apply(book: Book, record: ChildRecord, event: AnyEvent, at: Pair) -> None:
    child, contract = record.child, record.contract
    match event.data:
        case InteractionRecorded() as fact:  # most facts are: asked about first
            if event.effective_on <= at.day:
                interaction_takes_place(book, child, event, fact)
        case MeasurementRecorded() as fact:
            score_is_measured(book, child, event, fact)
        case MeasurementCorrected() as fact:
            score_is_corrected(book, child, event, fact)
        case RegisterSubmitted() as fact:
            register_is_submitted(book, contract, event, only(fact, child.reference))
        case VerificationRecorded() as fact:
            verdict_is_given(book, child, event, fact)
        case _ if event.effective_on > at.day:
            return
        case ChildEnrolled() as fact:
            child_is_enrolled(book, contract, event, fact)
        case ChildTransferred() as fact:
            child_moves(book, contract, child, event, fact)
        case ChildWithdrawn():
            child_withdraws(book, child, event)
        case ChildCompleted():
            child_completes(book, child, event)
        case _:
            return


def only(register: RegisterSubmitted, child: str) -> RegisterSubmitted:
    """A register as far as it concerns one child."""
    return replace(
        register,
        expected=(child,) if child in register.expected else (),
        attended=(child,) if child in (register.attended or ()) else (),
        engaged=None,
    )


def _leave_out_later_days(record: ChildRecord, at: Pair) -> None:
    child = record.child
    last = at.day.toordinal()
    for key, score in list(child.measurements.items()):
        if score.taken_on > at.day:
            del child.measurements[key]
    for number in reversed(range(len(child.sessions))):
        if record.contract.sessions[child.sessions[number]].register.day > last:
            del child.sessions[number]


def events_by_child(
    events: Mapping[int, AnyEvent], versions: Mapping[str, Iterable[int]]
) -> dict[str, list[AnyEvent]]:
    """The events of each child in order of version."""
    return {
        child: [events[version] for version in sorted(set(listed)) if version in events]
        for child, listed in versions.items()
    }
