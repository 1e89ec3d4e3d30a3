"""Facts about children enter the book."""

from collections.abc import Mapping

from ledger.child import (
    Child,
    Departure,
    Enrolment,
    Measurement,
    MeasurementKey,
    RulingGiven,
    Transfer,
    VerdictGiven,
)
from ledger.contract import Contract
from ledger.events.children import (
    ChildEnrolled,
    ChildTransferred,
    InteractionRecorded,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.codec import AnyEvent
from ledger.events.people import PaymentDecided, VerificationRecorded
from ledger.invariants import ensure, present
from ledger.state import Book


def child_is_enrolled(
    book: Book, contract: Contract, event: AnyEvent, terms: ChildEnrolled
) -> None:
    """A child is known from now on; a child enrolled anew keeps its earlier facts."""
    child = contract.children.get(terms.child)
    if child is None:
        child = Child(terms.child, len(book.children))
        book.changes.append(book.children, child)
        book.changes.put(contract.children, terms.child, child)
    ensure(child.enrolment is None, "a child enrols once per contract")
    book.changes.assign(child, "enrolment", Enrolment(event.version, event.effective_on, terms))
    _name_role_funders(book, contract, terms.funders)


def _name_role_funders(book: Book, contract: Contract, funders: Mapping[str, str] | None) -> None:
    for funder in (funders or {}).values():
        book.changes.add(contract.role_funders, funder)


def child_moves(
    book: Book, contract: Contract, child: Child, event: AnyEvent, terms: ChildTransferred
) -> None:
    """A child is elsewhere from the day of the move."""
    moved = Transfer(event.version, event.effective_on, terms)
    book.changes.assign(child, "transfers", (*child.transfers, moved))
    _name_role_funders(book, contract, terms.funders)


def child_withdraws(book: Book, child: Child, event: AnyEvent) -> None:
    """Nothing is effective after this day."""
    book.changes.assign(child, "withdrawal", Departure(event.version, event.effective_on))


def child_completes(book: Book, child: Child, event: AnyEvent) -> None:
    """The child has reached the end; completion stops no payment."""
    book.changes.assign(child, "completion", Departure(event.version, event.effective_on))


def interaction_takes_place(
    book: Book, child: Child, event: AnyEvent, terms: InteractionRecorded
) -> None:
    """A formal interaction counts; an informal one is only in the log."""
    if terms.formal:
        child.meet(event.version, event.effective_on, event.received_on)
        book.changes.note(child.unmeet)


def score_is_measured(
    book: Book, child: Child, event: AnyEvent, terms: MeasurementRecorded
) -> None:
    """A score replaces the earlier one of its area, point and informant, with its date."""
    _score_counts(book, child, event, (terms.area, terms.point, terms.informant))


def score_is_corrected(
    book: Book, child: Child, event: AnyEvent, terms: MeasurementCorrected
) -> None:
    """A correction replaces the score it names."""
    (key,) = child.scores_named(terms.area, terms.point, terms.informant)
    _score_counts(book, child, event, key)


def _score_counts(book: Book, child: Child, event: AnyEvent, key: MeasurementKey) -> None:
    score = Measurement(
        version=event.version,
        taken_on=book.share(event.effective_on),
        received_on=book.share(event.received_on),
        value=event.data.value,
        replaced=child.measurements.get(key),
    )
    book.changes.put(child.measurements, book.share(key), score)


def verdict_is_given(
    book: Book, child: Child, event: AnyEvent, terms: VerificationRecorded
) -> None:
    """A verdict stands through corrections; it may come before its evidence."""
    given = VerdictGiven(
        version=event.version,
        effective_on=book.share(event.effective_on),
        about=book.share(terms.area or terms.trigger or ""),
        on_area=terms.area is not None,
        verdict=book.share(terms.verdict),
    )
    book.changes.assign(child, "verdicts", (*child.verdicts, given))


def ruling_is_given(book: Book, child: Child, event: AnyEvent, terms: PaymentDecided) -> None:
    """An approver decided about the row that is withheld now, for the reason it has now.

    A cap's no that came after a release by hand is asked about by itself: what was overruled before
    stays overruled.
    """
    row = present(child.withheld.get(terms.trigger), "only what is withheld is decided about")
    ruling = RulingGiven(event.version, terms.verdict, row.reason, row.version)
    before = child.rulings.get(terms.trigger)
    if row.reason == "cap_reached" and before is not None and before.verdict == "release":
        asked = row.version if terms.verdict == "release" else before.withheld_version
        ruling = before._replace(version=event.version, withheld_version=asked)
    book.changes.put(child.rulings, terms.trigger, ruling)
