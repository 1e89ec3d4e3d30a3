"""Questions about facts of a child: its path, its plan, its interactions and measurements."""

import datetime

from ledger.accepting.known import child_named, contract_named
from ledger.child import Child
from ledger.contract import Contract
from ledger.events.children import (
    ChildCompleted,
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    EvidenceAttached,
    MeasurementCorrected,
)
from ledger.refusals import (
    AlreadyCompleted,
    AlreadyEnrolled,
    AlreadyWithdrawn,
    BeforeEnrolment,
    ChildIsErased,
    ChildNeeded,
    InformantNeeded,
    NoConsent,
    OutsideContract,
    UnknownArea,
    UnknownCohort,
    UnknownFact,
)
from ledger.state import Book


def may_enrol(book: Book, terms: ChildEnrolled) -> None:
    """A child enrols once per contract, into an opened cohort."""
    contract = contract_named(book, terms.contract)
    if terms.cohort not in contract.cohorts:
        raise UnknownCohort(pointer="/data/cohort")
    if terms.child in book.frozen:
        raise ChildIsErased(pointer="/data/child")
    child = contract.children.get(terms.child)
    if child is not None and child.enrolment is not None:
        raise AlreadyEnrolled(pointer="/data/child")


def may_enrol_on(contract: Contract, terms: ChildEnrolled, day: datetime.date) -> None:
    """Consent comes first, and the sign-up is within the contract."""
    must_be_within(contract, day)
    if terms.consent_given_on > day:
        raise NoConsent(pointer="/data/consent_given_on")


def must_be_within(contract: Contract, day: datetime.date) -> None:
    """Refuse `outside_contract` for a day before its first or after its last."""
    if not contract.covers(day):
        raise OutsideContract(pointer="/effective_on")


def may_transfer_on(book: Book, terms: ChildTransferred, day: datetime.date) -> None:
    """A move is within the contract, and not before the sign-up."""
    contract = contract_named(book, terms.contract)
    must_be_within(contract, day)
    _must_have_signed_up(child_named(contract, terms.child), day)


def _must_have_signed_up(child: Child, day: datetime.date) -> None:
    if day < child.signed_up.effective_on:
        raise BeforeEnrolment(pointer="/effective_on")


def may_leave(book: Book, terms: ChildWithdrawn | ChildCompleted) -> None:
    """A child withdraws once; it completes an enrolment once, and not after it has withdrawn."""
    child = child_named(contract_named(book, terms.contract), terms.child)
    if child.withdrawal is not None:
        raise AlreadyWithdrawn(pointer="/data/child")
    completed = child.completion is not None and child.completion.version > child.signed_up.version
    if isinstance(terms, ChildCompleted) and completed:
        raise AlreadyCompleted(pointer="/data/child")


def may_leave_on(book: Book, terms: ChildWithdrawn | ChildCompleted, day: datetime.date) -> None:
    """Nobody leaves before the sign-up."""
    _must_have_signed_up(child_named(contract_named(book, terms.contract), terms.child), day)


def may_correct(book: Book, terms: MeasurementCorrected) -> None:
    """A correction names one score that was recorded; without an informant, the only one.

    Refuses `unknown_area` when none was recorded and `informant_needed` when several were.
    """
    child = child_named(contract_named(book, terms.contract), terms.child)
    scores = child.scores_named(terms.area, terms.point, terms.informant)
    if not scores:
        raise UnknownArea("No such measurement of this child was recorded.", pointer="/data/area")
    if len(scores) > 1:
        raise InformantNeeded(pointer="/data/informant")


def may_attach(book: Book, terms: EvidenceAttached) -> None:
    """Evidence about a version names one that the ledger has; ids are not in the book.

    A label is sealed under the child's key. Without a child it may stand only beside a version that
    is about no child: behind an id there might be one.
    """
    contract = contract_named(book, terms.contract)
    if terms.child is not None:
        child_named(contract, terms.child)
    if isinstance(terms.about, int) and terms.about > book.version:
        raise UnknownFact(pointer="/data/about")
    if terms.label is not None and terms.child is None and _may_be_about_a_child(book, terms.about):
        raise ChildNeeded(pointer="/data/child")


def _may_be_about_a_child(book: Book, about: str | int) -> bool:
    return isinstance(about, str) or book.child_of(about) is not None
