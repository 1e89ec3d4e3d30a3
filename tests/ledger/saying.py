"""The one shape of every test of a rule: given these facts, when this one comes, then this follows.

Every `when` also holds what is true of all facts: what was tried can be undone without a trace, a
refusal changes nothing, and the events alone rebuild the book.
"""

import datetime
from typing import Any, Final

from ledger.book import Book
from ledger.deciding import decide, replay
from ledger.events.codec import AnyEvent, decode_event, encode_event
from ledger.events.decisions import SplitLine
from ledger.payments import payments_follow
from ledger.refusals import Refusal
from tests.bundle.again import must_be_performed_again
from tests.ledger.decision import Decision
from tests.ledger.spoken import CHILD, Spoken
from tests.ledger.told_claims import told_of_claim
from tests.ledger.told_settlements import must_keep_every_fee, told_of_settlement
from tests.properties.dump import dump

TODAY: Final = datetime.date(2024, 12, 1)


class World:
    """A book, and the version of every fact that was said."""

    def __init__(self):
        self.book = Book()
        self.events: list[AnyEvent] = []
        self.versions: dict[Spoken, int] = {}

    def hear(self, spoken: Spoken) -> list[AnyEvent]:
        """Let a fact in and keep what was decided."""
        about = None if spoken.about is None else self.versions[spoken.about]
        events = decide(
            self.book,
            spoken.typed(about, self.book.version),
            actor=spoken.actor,
            today=TODAY,
            recorded_at=f"2024-12-01T00:00:00.{self.book.version:06}Z",
        )
        self.versions[spoken] = events[0].version
        self.events += events
        return events

    def tried(self, spoken: Spoken) -> "Answer":
        """Let a fact in once and take it back, then for good; or keep why it was refused."""
        before, mark, said = dump(self.book), self.book.changes.mark(), len(self.events)
        try:
            once = self.hear(spoken)
        except Refusal as refusal:
            assert dump(self.book) == before, "a refusal changes nothing"
            return Answer(self, refusal=refusal)
        self.book.changes.undo_to(mark)
        del self.events[said:]
        assert dump(self.book) == before, "what was undone leaves no trace"
        events = self.hear(spoken)
        assert events == once, "the same fact on the same book decides the same"
        read = [decode_event(event.stored_name, encode_event(event)) for event in events]
        assert read == events, "what is stored can be read"
        self.must_rebuild()
        self.must_be_settled()
        must_be_performed_again(self.events)
        must_keep_every_fee(self.book)
        return Answer(self, events=tuple(events))

    def must_rebuild(self) -> None:
        """The events alone give the same book."""
        rebuilt = Book()
        replay(rebuilt, self.events)
        assert dump(rebuilt) == dump(self.book), "rebuilt from its events, a book is the same"

    def must_be_settled(self) -> None:
        """Whoever is looked at again, nothing more follows: the fact moved all that it could."""
        for contract in self.book.contracts.values():
            children = tuple(contract.children.values())
            more = list(payments_follow(self.book, contract, children, self.book.version))
            assert more == [], "what a fact can move follows from it at once"

    def standing(self, child: str = CHILD) -> dict[str, int]:
        """What stands for a child: amounts by trigger."""
        kept = self.book.contracts["lcf"].children[child].payments()
        return {payment.trigger: payment.amount_minor for payment in kept}


class Answer:
    """What came of one fact."""

    def __init__(self, world: World, events=(), refusal: Refusal | None = None):
        self.world = world
        self.events = events
        self.refusal = refusal

    @property
    def decisions(self) -> list[Decision]:
        """The decisions that followed, as they are read aloud."""
        assert self.refusal is None, f"refused: {self.refusal}"
        return [told(event) for event in self.events[1:]]

    def then(self, *expected: Decision) -> "Given":
        """These decisions follow, in this order, and no others."""
        return self._compared(self.decisions, expected)

    def then_pays(self, *expected: Decision) -> "Given":
        """As `then`, of payments alone: a register's fee follows by its own rule."""
        payments = [d for d in self.decisions if not d.decision.startswith("fee.")]
        return self._compared(payments, expected)

    def _compared(self, happened: list[Decision], expected: tuple[Decision, ...]) -> "Given":
        wanted = [self._versioned(decision) for decision in expected]
        asked = [
            Decision(*(None if ask is None else fact for ask, fact in zip(want, got, strict=True)))
            for want, got in zip(wanted, happened, strict=False)
        ]
        followed = asked + happened[len(asked) :]
        assert followed == wanted, "\n".join(
            ["", "followed:", *map(str, followed), "expected:", *map(str, wanted)]
        )
        return Given(self.world)

    def _versioned(self, decision: Decision) -> Decision:
        if decision.evidence is None:
            return decision
        versions = [self.world.versions[spoken] for spoken in decision.evidence]
        return decision._replace(evidence=tuple(sorted(versions)))

    def then_nothing(self) -> "Given":
        """The fact is recorded and moves no money."""
        return self.then()

    def then_refused(self, code: str, pointer: str | None = None) -> "Given":
        """The fact is refused with this code, at this field."""
        assert self.refusal is not None, f"let in: {self.events}"
        assert self.refusal.code == code
        assert pointer is None or self.refusal.pointer == pointer
        return Given(self.world)

    def then_stands(self, child: str = CHILD, **amounts: int) -> "Given":
        """After all that followed, these payments of the child stand and no others."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert self.world.standing(child) == amounts
        return Given(self.world)


class Given:
    """A world in which some facts have been said."""

    def __init__(self, world: World):
        self.world = world

    def given(self, *facts) -> "Given":
        """More facts are said; none may be refused."""
        for spoken in flat(facts):
            self.world.hear(spoken)
        return self

    def when(self, spoken: Spoken) -> Answer:
        """One more fact comes."""
        return self.world.tried(spoken)


def given(*facts) -> Given:
    """Begin with an empty book and let these facts in, whatever follows from them."""
    return Given(World()).given(*facts)


def flat(facts):
    """Facts in the order in which they were said, however they were grouped."""
    for spoken in facts:
        if isinstance(spoken, Spoken):
            yield spoken
        else:
            yield from flat(spoken)


def told(event: AnyEvent) -> Decision:
    """Read a stored decision aloud."""
    terms = event.data
    if event.type == "child.erased":
        return erased(terms.child, terms.requested_by, terms.scope, event.effective_on.isoformat())
    if event.type.startswith(("claim.", "invoice.", "credit_note.", "sample.")):
        return told_of_claim(event)
    if event.type in {"settlement.collected", "partner.settled", "partner.unsettled"}:
        return told_of_settlement(event)
    is_fee = event.type.startswith("fee.")
    return Decision(
        decision=event.type,
        subject=terms.order if is_fee else terms.child or terms.reference or "",
        about=terms.session if is_fee else terms.trigger,
        on=event.effective_on.isoformat(),
        amount=getattr(terms, "amount_minor", None),
        split=_split(getattr(terms, "split", ())),
        reason=getattr(terms, "reason", None) or _over_limit(terms),
        evidence=tuple(sorted(getattr(terms, "evidence", ()))),
        card=getattr(terms, "card", None),
    )


def _over_limit(terms: Any) -> str | None:
    over = getattr(terms, "over_limit_minor", 0)
    return f"{over} over the limit" if over else None


def _split(lines: tuple[SplitLine, ...]) -> dict[str, Any]:
    """A funder's pennies; with those that nobody pays beside them, where there are any."""
    return {
        line.funder: (line.amount_minor, line.unfunded_minor)
        if line.unfunded_minor
        else line.amount_minor
        for line in lines
    }


def released(trigger, amount=None, on=None, *, child=CHILD, **more) -> Decision:
    """Expect a payment of a child."""
    return Decision("payment.released", child, trigger, on, amount, **more)


def reversed_(trigger, amount=None, on=None, *, child=CHILD, **more) -> Decision:
    """Expect a payment to be taken back; the amount is what it was, negated."""
    return Decision("payment.reversed", child, trigger, on, amount, **more)


def withheld(trigger, reason, amount=None, on=None, *, child=CHILD, **more) -> Decision:
    """Expect a payment to be held back for a reason."""
    return Decision("payment.withheld", child, trigger, on, amount, reason=reason, **more)


def lapsed(trigger, amount=None, on=None, *, child=CHILD) -> Decision:
    """Expect a withheld payment to be let go."""
    return Decision("payment.lapsed", child, trigger, on, amount)


def rests_anew(trigger, on=None, *, child=CHILD, evidence=None) -> Decision:
    """Expect a standing payment to rest on other facts."""
    return Decision("payment.evidence_changed", child, trigger, on, evidence=evidence)


def erased(child=CHILD, asked_by="admin", scope="all", on=None) -> Decision:
    """Expect a child to be forgotten, as somebody asked first."""
    return Decision("child.erased", child, asked_by, on, reason=scope)


def collected(claim, lines, amount=None, split=None) -> Decision:
    """Expect a claim with so many lines and adjustments, written `3 and 1`."""
    return Decision("claim.collected", claim, lines, None, amount, split)


def reduced(claim, amount) -> Decision:
    """Expect something to come off a claim."""
    return Decision("claim.reduced", claim, None, None, amount)


def deducted(claim, sample, amount, split=None) -> Decision:
    """Expect a sample to take something off the lines that it did not look at."""
    return Decision("claim.reduced", claim, sample, None, amount, split)


def selected(sample, drawn, population, *, claim="q1") -> Decision:
    """Expect so many lines to be drawn, of so many."""
    return Decision("sample.selected", sample, claim, None, drawn, reason=f"of {population}")


def invoiced(funder, amount, *, claim="q1", due=None) -> Decision:
    """Expect an invoice to a funder."""
    return Decision("invoice.issued", funder, claim, None, amount, reason=due)


def credited(funder, amount, *, claim="q1") -> Decision:
    """Expect a credit note to a funder."""
    return Decision("credit_note.issued", funder, claim, None, amount)


def accrued(session, amount=None, on=None, *, order="chess-club", over=0) -> Decision:
    """Expect a fee."""
    reason = f"{over} over the limit" if over else None
    return Decision("fee.accrued", order, session, on, amount, reason=reason)


def unaccrued(session, amount=None, on=None, *, order="chess-club") -> Decision:
    """Expect a fee to be taken back; the amount is what it was, negated."""
    return Decision("fee.reversed", order, session, on, amount)
