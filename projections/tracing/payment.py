"""Why a payment: from the bank line back through evidence and terms to the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentWithheld
from ledger.events.sealed import ERASED, FindKeys, no_keys
from ledger.rate_card import Card
from ledger.releases import Due
from projections.reading.pair import Pair
from projections.reading.payments import payment
from projections.tracing.earned import steps_of
from projections.tracing.entry import entry_of
from projections.tracing.logged import NODES_MAX, Node, Trail
from projections.tracing.recompute import PaymentAgain, cause_of, unreadable_word
from projections.tracing.sessions import sessions_of
from projections.tracing.shared import CONSIDERED_MAX, Shared, shared_by
from projections.tracing.side_by_side import side_by_side
from projections.tracing.sparse_book import Standpoint
from projections.tracing.story import story_of_child, story_of_grant
from projections.tracing.tested import Tested
from projections.tracing.to_cash import claims_of

Document = dict[str, Any]


@dataclass(slots=True)
class Life:
    """A payment at a pair: how it was decided, what it rests on, and what became of it."""

    trail: Trail
    row: dict[str, Any]
    decided: AnyEvent
    latest: AnyEvent
    changes: list[AnyEvent]
    story: list[AnyEvent]

    @property
    def contract(self) -> str:
        """Its contract."""
        return str(self.row["contract"])

    @property
    def content(self) -> PaymentReleased | PaymentWithheld:
        """The decision as stored."""
        content: PaymentReleased | PaymentWithheld = self.decided.data
        return content

    @property
    def targets(self) -> dict[int, AnyEvent]:
        """The decisions about it, by version."""
        return {event.version: event for event in (self.decided, *self.changes)}


def payment_why(  # noqa: PLR0913 (a pair, a name, a page, and how it is answered)
    connection: Connection[Any],
    ledger: str,
    name: str,
    at: Pair,
    *,
    find_keys: FindKeys = no_keys,
    recompute: bool = False,
    limit: int = NODES_MAX,
    after: str | None = None,
) -> Document | None:
    """The whole way of a payment, or None when it is not there at the pair.

    The shape is that of `GET /payments/{payment}/why` (`INTERFACE.md`): amounts in pence, fractions
    as strings. With `recompute` the rules run again (0028); without it `recompute` is null. Of its
    sessions and of its evidence there is a page, 1,000 at most. Raises `CursorUnreadable`.
    """
    trail = Trail(connection, ledger, at, find_keys)
    row = payment(connection, ledger, name, at)
    if row is None:
        return None
    document = payment_document(trail, row, recompute=recompute, limit=limit, after=after)
    return trail.told(document)


def payment_document(
    trail: Trail,
    row: dict[str, Any],
    *,
    recompute: bool,
    limit: int = NODES_MAX,
    after: str | None = None,
) -> Document:
    """The why-document of a payment that is there; `row` is its row in the list of payments.

    Tests are told by `domain.md` 3 and 4, shares, rounding and caps by its 5, claims by its 6.
    Raises `CursorUnreadable`.
    """
    life = life_of(trail, row)
    word = next((w for w in map(unreadable_word, life.story) if w is not None), ERASED.sealed)
    released = [event for event in life.changes if event.type == "payment.reversed"]
    lines = [life.decided.version, *(event.version for event in released)]
    again = None
    if recompute:
        again = PaymentAgain(trail, life.contract, row["child"], life.targets)
        again.run(life.story)
    parts = {share["funder"]: share["amount_minor"] for share in row["split"]}
    return {
        "about": "payment",
        "name": row["payment"],
        "payment": row,
        "claims": claims_of(trail, row["payment"], lines, parts),
        "entry": entry_of(trail, lines),
        "decision": trail.node(life.decided.version, "payment"),
        "cause": trail.node(cause_of(life.decided), "cause"),
        "became": [trail.node(event.version, "became") for event in life.changes],
        **_earned(life, word, limit, after),
        **_priced(life, shared_by(trail, life.decided, _before(life))),
        "contract": _contract(life),
        "recompute": None if again is None else again.again.shown(),
    }


def life_of(trail: Trail, row: dict[str, Any]) -> Life:
    """Read a payment's decisions up to the pair, and the events that they follow from, in order.

    `latest` is the decision, or the latest change of its evidence.
    """
    changes = trail.ask("tracing.changes", payment=row["payment"])
    named = [change["version"] for change in changes if change["change"] != "gone"]
    decided = trail.event(row["version"])
    later = trail.events(named)
    anew = [event for event in later if event.type == "payment.evidence_changed"]
    last = max([row["version"], *named])
    if row["child"] is None:
        story = story_of_grant(trail, row["contract"], [decided, *later], last)
    else:
        story = story_of_child(trail, row["contract"], row["child"], last)
    return Life(trail, row, decided, anew[-1] if anew else decided, later, story)


def _upto(life: Life, version: int) -> Standpoint:
    place = Standpoint(life.contract)
    for event in life.story:
        if event.version <= version:
            place.take(event)
    return place


def _before(life: Life) -> Standpoint:
    """The book in front of the decision."""
    return _upto(life, life.decided.version - 1)


def _earned(life: Life, word: str, limit: int, after: str | None) -> Document:
    """The tests that were passed, and the events that prove it, as of the latest evidence.

    Sessions and evidence are one page, side by side.
    """
    evidence: Sequence[int] = life.latest.data.evidence
    trail = life.trail
    steps: list[dict[str, Any]] = [{"step": "agreed", "grant": evidence[0] if evidence else None}]
    sessions: list[dict[str, Any]] = []
    if life.row["child"] is not None:
        place = _upto(life, cause_of(life.latest))
        tested = _tested(life, place)
        steps, sessions = steps_of(tested, word), sessions_of(tested)
    page = side_by_side(sessions, evidence, limit=limit, after=after)
    shown, proofs = page.lists
    trail.read(proofs)
    earned = {
        "trigger": life.row["trigger"],
        "kind": life.row["kind"],
        "known_at": cause_of(life.latest),
        "steps": steps,
        "sessions": shown,
        "evidence": [_proof(trail, version) for version in proofs],
        "left_out": page.more,
    }
    return {"earned": earned, "next": page.following, "more": page.more}


def _proof(trail: Trail, version: int) -> Node:
    """An event that proves something, with the documents about it."""
    event = trail.event(version)
    subjects = [f"about:{version}"] + ([f"about:{event.id}"] if event.id else [])
    documents = [v for found in trail.about(subjects, trail.at.known_at).values() for v in found]
    return trail.node(version, documents=trail.nodes(documents, "document"))


def _tested(life: Life, place: Standpoint) -> Tested:
    child = place.contract.children[life.row["child"]]
    card = card_of(life, place)
    line = card.terms.triggers[card.place_of(life.row["trigger"])]
    rests_on = getattr(life.latest.data, "area", None)
    return Tested(place, child, card, line, rests_on)


def card_of(life: Life, place: Standpoint) -> Card:
    """The card that priced the payment: one that was withheld names it, its causes say which."""
    content = life.content
    if isinstance(content, PaymentReleased):
        version = content.card_version
        return next(card for card in place.contract.cards if card.version == version)
    named = [card for card in place.contract.cards if card.version in life.decided.causes]
    return next(card for card in reversed(named) if card.terms.card == content.card)


def _priced(life: Life, shared: Shared) -> Document:
    trail, place = life.trail, _before(life)
    card = card_of(life, place)
    line = card.terms.triggers[card.place_of(life.row["trigger"])]
    due = Due(line, card, life.decided.effective_on, life.content.amount_minor, ())
    child = place.contract.children.get(life.row["child"] or "")
    enrolment = None if child is None else child.enrolment
    cohort = None if enrolment is None else enrolment.terms.cohort
    return {
        "price": {
            "card": trail.node(card.version, "rate_card"),
            "line": msgspec.to_builtins(line),
            "price_minor": due.price_minor,
            "on": due.effective_on.isoformat(),
            "considered": trail.few(
                "considered cards",
                shared.cards(card.version, cohort, due.effective_on),
                CONSIDERED_MAX,
            ),
        },
        "shares": shared.shares,
        "caps": shared.caps,
    }


def _contract(life: Life) -> Document:
    """Where the way ends: the contract, its cohort, its funders, and the child's sign-up."""
    trail, funders = life.trail, {share["funder"] for share in life.row["split"]}
    wanted: dict[str, list[int]] = {"contract": [], "cohort": [], "funders": [], "enrolment": []}
    cohort = None
    for event in life.story:
        content = event.data
        if event.version >= life.decided.version:
            break
        if event.type == "child.enrolled":
            wanted["enrolment"], cohort = [event.version], content.cohort
        elif event.type == "contract.signed":
            wanted["contract"] = [event.version]
        elif event.type == "funder.joined" and content.funder in funders:
            wanted["funders"].append(event.version)
    for event in life.story:
        if event.type == "cohort.opened" and event.data.cohort == cohort:
            wanted["cohort"] = [event.version]
    one = {name: trail.nodes(wanted[name], name) for name in ("contract", "cohort", "enrolment")}
    single = {name: found[0] if found else None for name, found in one.items()}
    return {**single, "funders": trail.nodes(wanted["funders"], "funder")}
