"""Whose money a fact can move: the children, fees and grants that `follow` looks at.

Looking again is exact but not free, so it happens only where money can move; every other fact adds
to the evidence and waits.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, get_args

from ledger.child import Child, VerdictGiven
from ledger.claims import claim_follows, invoices_follow, rejection_follows, write_off_follows
from ledger.contract import Contract, Register
from ledger.entitlement import BY_SCORES, BY_TRIGGER, EVERY_KIND
from ledger.erasure import erasure_follows
from ledger.events.cash import GrantAgreed
from ledger.events.catalogue import AllocationData, ClaimData, EventData, SettlementData
from ledger.events.children import (
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    InteractionRecorded,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineRejected,
    WriteOffApproved,
)
from ledger.events.codec import AnyEvent
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.people import FactVoided, PaymentDecided, VerificationRecorded
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.privacy import ErasureDeclined, ErasureRequested
from ledger.events.rules import RulesAdopted
from ledger.events.samples import SampleClosed, SampleDrawn
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
)
from ledger.events.terms import FunderJoined, RateCardIssued, SharesSet
from ledger.events.words import TriggerKind
from ledger.grants import grant_follows, voided_grant_follows
from ledger.partners import fees_follow_register, fees_follow_terms
from ledger.payments import payments_follow
from ledger.rate_card import cards_of
from ledger.releases import Decided
from ledger.samples import closing_follows, selection_follows
from ledger.settlements import (
    payments_to_partners_follow,
    returned_payment_follows,
    settlement_follows,
)
from ledger.state import Book

NO_CONTRACT: Final = (
    *get_args(AllocationData),
    ErasureRequested,
    ErasureDeclined,
    PartnerBankSet,
    PartnerBankConfirmed,
    PeriodClosed,
    PeriodReopened,
)
Papers = ClaimData | SettlementData


def follow(book: Book, event: AnyEvent) -> Iterator[Decided]:
    """Yield the decisions that follow from a fact, one at a time.

    The next is worked out only after the one before was applied, so that each sees the caps' use
    and the carries that the others left.
    """
    content: EventData = event.data
    if isinstance(content, ErasureRequested):
        yield from erasure_follows(book, event, content)
    if isinstance(content, RulesAdopted):
        yield from rules_follow(book, event)
        return
    if isinstance(content, NO_CONTRACT):
        return
    contract = book.contracts[event.data.contract]
    match content:
        case InteractionRecorded() if not contract.children[content.child].verdicts:
            return  # nothing has been verified yet: most facts end here
        case RegisterSubmitted():
            yield from register_follows(book, contract, event, content)
        case OrderPlaced():
            yield from fees_follow_terms(contract, content.order, event.version)
        case RateCardIssued() | SharesSet() | FunderJoined():
            yield from terms_follow(book, contract, event)
        case FactVoided():
            yield from voiding_follows(book, contract, event, content)
        case GrantAgreed():
            yield from grant_follows(book, contract, contract.grants[content.reference])
        case _ if isinstance(content, Papers):
            yield from papers_follow(book, contract, event)
        case _ if moves_money(contract, event):
            child = contract.children[event.data.child]
            kinds = kinds_moved(content)
            yield from payments_follow(book, contract, (child,), event.version, kinds)
        case _:
            return


def rules_follow(book: Book, event: AnyEvent) -> Iterator[Decided]:
    """Other rules may earn other things: every child of every contract is looked at (0032)."""
    for contract in book.contracts.values():
        yield from payments_follow(book, contract, tuple(contract.children.values()), event.version)


def papers_follow(book: Book, contract: Contract, event: AnyEvent) -> Iterator[Decided]:
    """What a claim or a settlement becomes by a step of its own."""
    content: Papers = event.data
    match content:
        case ClaimDrafted():
            yield from claim_follows(contract, event, content)
        case ClaimLineRejected():
            yield from rejection_follows(contract, event, content)
        case ClaimApproved():
            yield from invoices_follow(book, contract, event, content)
        case WriteOffApproved():
            yield from write_off_follows(book, event, content)
        case SampleDrawn():
            yield from selection_follows(contract, event, content)
        case SampleClosed():
            yield from closing_follows(contract, event, content)
        case SettlementDrafted():
            yield from settlement_follows(book, contract, event, content)
        case SettlementPaid():
            yield from payments_to_partners_follow(book, contract, event, content)
        case SettlementReturned():
            yield from returned_payment_follows(contract, event, content)
        case _:
            return


def kinds_moved(content: EventData) -> Collection[TriggerKind]:
    """The kinds of trigger that a fact about one child can move; the others stay as they are."""
    match content:
        case InteractionRecorded():
            return BY_TRIGGER
        case MeasurementRecorded() | MeasurementCorrected():
            return BY_SCORES | {"distance_travelled"}
        case VerificationRecorded():
            return BY_TRIGGER if content.area is None else BY_SCORES
        case _:
            return EVERY_KIND


def moves_money(contract: Contract, event: AnyEvent) -> bool:
    """Whether a fact about one child can move money at this moment."""
    content: EventData = event.data
    match content:
        case InteractionRecorded():
            child = contract.children[content.child]
            return content.formal and watches_year(contract, child, event.effective_on)
        case MeasurementRecorded() | MeasurementCorrected():
            return watches_score(contract, contract.children[content.child], content)
        case VerificationRecorded():
            return content.verdict != "flagged"
        case ChildEnrolled() | ChildTransferred() | ChildWithdrawn() | PaymentDecided():
            return True
        case _:
            return False


def register_follows(
    book: Book, contract: Contract, event: AnyEvent, terms: RegisterSubmitted
) -> Iterator[Decided]:
    """A register moves its fee, and the payments of children whose year was verified before."""
    session = contract.sessions[contract.session_numbers[terms.order, terms.session]]
    yield from fees_follow_register(contract, session, event.version)
    serials = dict.fromkeys(_touched(session.register))
    days = {session.register.day}
    if session.register.superseded is not None:
        days.add(session.register.superseded.day)
    watched = [
        book.children[serial]
        for serial in serials
        if any(
            watches_year(contract, book.children[serial], datetime.date.fromordinal(day))
            for day in days
        )
    ]
    yield from payments_follow(book, contract, watched, event.version, BY_TRIGGER)


def _touched(register: Register) -> Iterable[int]:
    """Everybody whom the latest register or the one before it expected."""
    before = () if register.superseded is None else register.superseded.expected
    return chain(register.expected, before)


def watches_year(contract: Contract, child: Child, day: datetime.date) -> bool:
    """Whether a verification has been given of the year that a day lies in.

    Without it nothing in that year can move money. A verification of a trigger that no card has
    may turn out to be about any year.
    """
    if not child.verdicts or child.enrolment is None:
        return False
    triggers = [given.about for given in child.verdicts if not given.on_area]
    years = contract.cohorts[child.enrolment.terms.cohort].years
    at = {n for n, year in enumerate(years, start=1) if year.first_on <= day <= year.last_on}
    return any(
        trigger not in contract.engagement_years or contract.engagement_years[trigger] & at
        for trigger in triggers
    )


def watches_score(
    contract: Contract, child: Child, terms: MeasurementRecorded | MeasurementCorrected
) -> bool:
    """Whether a score can move money: its area or a distance was verified, or needs no verdict."""
    if terms.point == "follow_up":
        return False
    return _has_unverified_lines(contract) or any(
        given.about == terms.area if given.on_area else _may_be_a_distance(contract, child, given)
        for given in child.verdicts
    )


def _may_be_a_distance(contract: Contract, child: Child, given: VerdictGiven) -> bool:
    """Whether a verified trigger is a distance on a card of the child's, or on none yet."""
    cards = cards_of(contract.cards, child.signed_up.terms.cohort)
    kinds = {
        line.kind for card in cards for line in card.terms.triggers if line.trigger == given.about
    }
    return not kinds or "distance_travelled" in kinds


def _has_unverified_lines(contract: Contract) -> bool:
    return any(
        line.kind not in {"sign_up", "grant"} and not line.verified_first
        for card in contract.cards
        for line in card.terms.triggers
    )


def terms_follow(book: Book, contract: Contract, event: AnyEvent) -> Iterator[Decided]:
    """When terms change, all children that they concern are looked at."""
    terms = event.data
    children: Sequence[Child] = tuple(contract.children.values())
    if isinstance(terms, FunderJoined) and terms.funder not in contract.role_funders:
        return
    if isinstance(terms, RateCardIssued) and terms.cohorts is not None:
        named = set(terms.cohorts)
        children = [c for c in children if c.enrolment and c.enrolment.terms.cohort in named]
    yield from payments_follow(book, contract, children, event.version)


def voiding_follows(
    book: Book, contract: Contract, event: AnyEvent, terms: FactVoided
) -> Iterator[Decided]:
    """A voided fact moves its child's payments, or takes its grant back."""
    child = book.child_of(terms.version)
    if child is not None:
        yield from payments_follow(book, contract, (child,), event.version)
    for grant in contract.grants.values():
        if grant.version == terms.version:
            yield from voided_grant_follows(contract, grant, event.version)
