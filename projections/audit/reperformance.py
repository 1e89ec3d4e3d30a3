"""Would the rules decide so again? The facts alone, run through them, against what is stored.

Each fact is decided on the book as the log left it in front of it, so one difference does not hide
or make others. But what is missing or extra shows again with each later fact about the same child's
trigger, or the same session: that is counted.
A child with a value that cannot be read any more is taken as the log has it from that value on: its
facts are applied, its decisions are not compared but counted, and they move caps and carries.
"""

import datetime
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ledger.accepting.delivery import listed_before
from ledger.book import Book, accept, evolve, follow
from ledger.deciding import decision_of
from ledger.events.catalogue import FACTS
from ledger.events.codec import AnyEvent, Fact
from ledger.events.delivery import RegisterSubmitted
from ledger.events.people import FactVoided
from ledger.events.privacy import ChildErased
from ledger.events.rules import RulesAdopted
from ledger.events.terms import ContractSigned
from ledger.invariants import InvariantBroken
from ledger.refusals import ChildIsErased, Refusal
from ledger.rule_versions import Rules
from projections.audit.differences import About, Difference, Field, about, differences
from projections.audit.findings import Report

INAPPLICABLE: Final = (
    InvariantBroken, LookupError, ValueError, TypeError, AttributeError, StopIteration,
)  # fmt: skip
"""What applying an event may meet that the rules never made."""

UNPAIRED: Final = frozenset({"missing", "extra"})
A_COMMIT: Final = datetime.timedelta(minutes=1)
"""By how much a fact may have been decided after the moment that its commit is stamped with."""

CODES: Final = {
    "missing": "decision_missing",
    "extra": "decision_not_due",
    "refused": "fact_refused",
}


def as_finding(report: Report, difference: Difference) -> None:
    """Add a difference to the findings of an audit."""
    code = CODES.get(difference.kind, "decision_differs")
    report.find(code, difference.version, difference.detail)


@dataclass(frozen=True, slots=True)
class Span:
    """Which facts are decided again: between two versions, of one contract or of all.

    `rules` are those to decide by; without them it is by those that were in force.
    """

    first: int = 1
    last: int | None = None
    contract: str | None = None
    rules: Rules | None = None

    def holds(self, fact: AnyEvent, stored: list[AnyEvent]) -> bool:
        """Whether a fact, with the decisions behind it, is to be decided again."""
        if fact.version < self.first or (self.last is not None and fact.version > self.last):
            return False
        named = getattr(fact.data, "contract", None)
        return named is None or any(self.takes(event) for event in (fact, *stored))

    def takes(self, event: AnyEvent) -> bool:
        """Whether an event is of the contract that is asked for; of any, when none is."""
        return self.contract in {None, getattr(event.data, "contract", None)}


@dataclass(slots=True)
class Reperformance:
    """Decides every fact anew, and tells each difference between that and what is stored."""

    report: Report
    timezone: ZoneInfo
    span: Span = field(default_factory=Span)
    tell: Callable[[Report, Difference], None] = as_finding
    book: Book = field(default_factory=Book)
    fact: AnyEvent | None = None
    stored: list[AnyEvent] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    told: set[About] = field(default_factory=set)
    following: Counter[str] = field(default_factory=Counter)
    stopped: bool = False

    def __post_init__(self) -> None:
        """Nothing is undone here but decisions that were tried."""
        self.book.changes.journalling = False
        self._pin()

    def follow(self, event: AnyEvent) -> None:
        """Take the next stored event, a fact or a decision, with its values as far as they open."""
        if self.stopped:
            return
        if event.type not in FACTS:
            self.stored.append(event)
            return
        self._close()
        self.fact = event

    def finish(self) -> None:
        """Take what is left: the last fact, with the decisions behind it."""
        if not self.stopped:
            self._close()

    @property
    def over(self) -> bool:
        """Whether nothing more is to be compared: it stopped, or the span has ended."""
        last, fact = self.span.last, self.fact
        return self.stopped or (last is not None and fact is not None and fact.version > last)

    def give_up(self, version: int) -> None:
        """Stop: an event cannot be read, so nothing from the fact in front of it on is compared."""
        self._stop(version)

    def _stop(self, version: int) -> None:
        if not self.stopped:
            self.report.unchecked.append(f"the rules re-performed behind version {version}")
        self.stopped = True

    def _close(self) -> None:
        """Decide the last fact again, and leave the book as the log has it."""
        fact, stored = self.fact, self.stored
        self.fact, self.stored = None, []
        if fact is None:
            for event in stored:
                self._tell(Difference("extra", event.version, 0, event.type, about(event)))
            if stored:
                self._stop(stored[0].version)
            return
        try:
            self._take(fact, stored)
        except INAPPLICABLE as broken:
            detail = f"{type(broken).__name__}: what is stored cannot be applied to the book"
            self.report.find("invariant_broken", fact.version, detail)
            self._stop(fact.version)

    def _take(self, fact: AnyEvent, stored: list[AnyEvent]) -> None:
        wanted = self.span.holds(fact, stored)
        accepted = wanted and self._accept(fact)
        evolve(self.book, fact)
        self._pin(fact)
        if accepted:
            self.report.count("facts")
            self._decide(fact, stored)
        for event in stored:
            self._note(event)
            evolve(self.book, event)

    def _pin(self, fact: AnyEvent | None = None) -> None:
        """Keep to the rules that were asked for, whatever the ledger adopted."""
        rules = self.span.rules
        moved = fact is None or isinstance(fact.data, ContractSigned | RulesAdopted)
        if rules is None or not moved:
            return
        self.book.rules = rules
        for contract in self.book.contracts.values():
            contract.rules = rules

    def _decide(self, fact: AnyEvent, stored: list[AnyEvent]) -> None:
        """Compare what the rules decide with what is stored; the book is then as before."""
        changes = self.book.changes
        changes.journalling = True
        mark = changes.mark()
        try:
            again, as_stored = self._tried(fact, stored)
        finally:
            changes.undo_to(mark)
            changes.journalling = False
        compared = [
            event for event in stored if event.version not in as_stored and self.span.takes(event)
        ]
        again = [event for event in again if self.span.takes(event)]
        self.report.count("decisions", len(compared))
        for _ in as_stored:
            self.report.could_not("decisions performed again")
        passed_over = frozenset(("rule_version",) if self.span.rules else ())
        if again != compared:
            self._tell(*differences(fact, again, compared, passed_over))

    def _tried(self, fact: AnyEvent, stored: list[AnyEvent]) -> tuple[list[AnyEvent], set[int]]:
        """What the rules decide, and which stored decisions are of children who cannot be read.

        Those are applied where they stand among the others.
        """
        again: list[AnyEvent] = []
        as_stored: set[int] = set()
        due = follow(self.book, fact)
        waiting = deque(stored)
        while True:
            while waiting and self._cannot_be_read(waiting[0]):
                event = waiting.popleft()
                as_stored.add(event.version)
                evolve(self.book, replace(event, version=self.book.version + 1))
            decided = next(due, None)
            if decided is None:
                break
            if waiting:
                waiting.popleft()
            again.append(decision_of(self.book, fact, decided))
            evolve(self.book, again[-1])
        as_stored.update(event.version for event in waiting if self._cannot_be_read(event))
        return again, as_stored

    def _cannot_be_read(self, event: AnyEvent) -> bool:
        """Whether a decision is about a child of whom a value cannot be read any more."""
        if isinstance(event.data, ChildErased):
            return False
        return getattr(event.data, "child", None) in self.book.frozen

    def _tell(self, *found: Difference) -> None:
        """Tell the differences; what is missing or extra again about the same is counted alone.

        A decision that is missing stays due, so the next fact about its child shows it once more.
        """
        for difference in found:
            if difference.kind in UNPAIRED and difference.about in self.told:
                self.following[difference.kind] += 1
            else:
                self.tell(self.report, difference)
        self.told.update(each.about for each in found if each.kind in UNPAIRED)

    def _note(self, event: AnyEvent) -> None:
        """Remember who was erased."""
        if isinstance(event.data, ChildErased) and event.data.scope == "all":
            self.gone.add(event.data.child)

    def _accept(self, event: AnyEvent) -> bool:
        """Accept the fact; what was recorded before its child was erased is taken as it is."""
        if self.span.rules is not None and isinstance(event.data, RulesAdopted):
            return True
        moment = datetime.datetime.fromisoformat(event.recorded_at) + A_COMMIT
        today = moment.astimezone(self.timezone).date()
        fact = Fact(
            effective_on=event.effective_on,
            data=event.data,
            id=event.id,
            received_on=event.received_on,
        )
        try:
            accept(self.book, fact, actor=event.actor, today=today)
        except ChildIsErased as erased:
            if self._concerns_anybody_gone(event):
                return self._refuse(event, erased)
            self.report.could_not("facts accepted again")
        except Refusal as refusal:
            return self._refuse(event, refusal)
        return True

    def _refuse(self, event: AnyEvent, refusal: Refusal) -> bool:
        said = (Field("code", refusal.code, None),)
        version = event.version
        self._tell(Difference("refused", version, version, event.type, about(event), said))
        return False

    def _concerns_anybody_gone(self, event: AnyEvent) -> bool:
        """Whether the fact is about a child that had been erased when it was recorded."""
        match event.data:
            case RegisterSubmitted() as register:
                listed = listed_before(self.book.contracts[register.contract], register)
                return bool(self.gone.intersection(register.expected) - listed)
            case FactVoided(version=voided):
                child = self.book.child_of(voided)
                return child is not None and child.reference in self.gone
            case _:
                return getattr(event.data, "child", None) in self.gone
