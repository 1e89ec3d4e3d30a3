"""The rules of fees run again over the registers of one session, or of a whole block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.child import Child
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.terms import ContractSigned
from ledger.invariants import InvariantBroken
from ledger.partners import fees_follow_register, fees_follow_terms
from ledger.releases import Decided
from projections.reading.balances import balances
from projections.reading.pair import Pair
from projections.tracing.logged import Trail
from projections.tracing.recompute import Again, cause_of
from projections.tracing.sparse_book import Standpoint
from projections.tracing.story import rules_before, terms_before

REGISTERS_MAX: Final = 20_000
FEES_MAX: Final = 40_000
SUBJECTS_MAX: Final = 2_000
FEES_CUT: Final = "fees of the block"


@dataclass(slots=True)
class FeeStory:
    """What decided a fee: its order's terms, its registers, and the fees that followed from them.

    `whole` is False when the block is too large to be read for one fee.
    """

    order: str
    events: list[AnyEvent]
    whole: bool = True

    @property
    def signed(self) -> AnyEvent:
        """The contract, as it was signed."""
        return next(event for event in self.events if isinstance(event.data, ContractSigned))

    def take(self, place: Standpoint, event: AnyEvent) -> None:
        """Apply the next event; whom a register lists is known by name alone."""
        if isinstance(event.data, RegisterSubmitted):
            contract = place.contract
            for name in event.data.expected:
                if name not in contract.children:
                    contract.children[name] = Child(name, len(place.book.children))
                    place.book.children.append(contract.children[name])
        place.take(event)


def story_of_fee(trail: Trail, accrued: AnyEvent) -> FeeStory:
    """Read what decided a fee, and what became of it, as known at the pair.

    Of an order that is paid by the session, the registers of its session; of a block, of all.
    """
    content: FeeAccrued = accrued.data
    known_at = trail.at.known_at
    types = ("contract.signed", "order.placed")
    terms = [
        event
        for event in trail.events(terms_before(trail, content.contract, known_at, types))
        if not isinstance(event.data, OrderPlaced) or event.data.order == content.order
    ]
    path = f"session:{content.contract}/{content.order}/"
    is_block = any(getattr(event.data, "unit", None) == "block" for event in terms)
    if is_block:
        asked = {"first": path, "behind": f"{path[:-1]}0", "limit": REGISTERS_MAX + 1}
        rows = trail.ask("tracing.sessions_of_order", **asked)
        registers = [row["version"] for row in rows]
    else:
        registers = trail.about([path + content.session], known_at)[path + content.session]
    fees = _caused(trail, registers[:REGISTERS_MAX])
    fees += _caused(trail, [fee.version for fee in fees])
    rules = trail.events(rules_before(trail, known_at))
    taken = [*terms, *rules, *trail.events(registers[:REGISTERS_MAX]), *fees]
    by_version = {event.version: event for event in taken}
    is_cut = any(cut["what"] == FEES_CUT for cut in trail.cut)
    whole = len(registers) <= REGISTERS_MAX and not is_cut
    return FeeStory(content.order, [by_version[v] for v in sorted(by_version)], whole)


def _caused(trail: Trail, causes: Sequence[int]) -> list[AnyEvent]:
    """The fees that name some events among their causes."""
    versions: set[int] = set()
    for first in range(0, len(causes), SUBJECTS_MAX):
        subjects = [f"cause:{version}" for version in causes[first : first + SUBJECTS_MAX]]
        asked = {"subjects": subjects, "after": 0}
        rows = trail.ask_few(FEES_CUT, "tracing.caused", FEES_MAX, **asked)
        versions.update(row["version"] for row in rows)
    return [
        event
        for event in trail.events(versions)
        if isinstance(event.data, FeeAccrued | FeeReversed)
    ]


def accrued_before(trail: Trail, fee: FeeAccrued | FeeReversed, version: int) -> int:
    """What had accrued on an order in front of a version, in pence, whatever the day."""
    at = Pair(None, version - 1)
    found = balances(
        trail.connection, trail.ledger, at, book="journal", contract=fee.contract,
        account=f"expenses:partner-fees:{fee.partner}",
    )  # fmt: skip
    return sum(one.balance_minor for one in found if one.detail == f"order:{fee.order}")


@dataclass(slots=True)
class FeeAgain:
    """Decides the fees of a story again; compares those that were asked for."""

    trail: Trail
    story: FeeStory
    targets: set[int]
    again: Again = field(default_factory=Again)

    def run(self) -> Again:
        """Replay the story, and decide each fee again where it stands (`domain.md` 7; 0007)."""
        if not self.story.whole:
            for version in sorted(self.targets):
                self.again.could_not_do(version, "the block", "it has too many registers or fees")
            return self.again
        place = Standpoint(self.story.signed.data.contract)
        due: dict[int, Iterator[Decided]] = {}
        for event in self.story.events:
            if isinstance(event.data, FeeAccrued | FeeReversed):
                self._decide(place, event, due.get(cause_of(event), iter(())))
                self.story.take(place, event)
                continue
            self.story.take(place, event)
            due[event.version] = self._follow(place, event)
        return self.again

    def _follow(self, place: Standpoint, event: AnyEvent) -> Iterator[Decided]:
        """What follows for fees from a register or from terms."""
        content = event.data
        if isinstance(content, RegisterSubmitted):
            contract = place.contract
            session = contract.sessions[contract.session_numbers[content.order, content.session]]
            return fees_follow_register(contract, session, event.version)
        if isinstance(content, OrderPlaced):
            return fees_follow_terms(place.contract, content.order, event.version)
        return iter(())

    def _decide(self, place: Standpoint, event: AnyEvent, due: Iterator[Decided]) -> None:
        content: FeeAccrued | FeeReversed = event.data
        place.as_before(event.version)
        used = accrued_before(self.trail, content, event.version)
        place.contract.order_accrued[content.order] = used
        try:
            again = next(due, None)
        except InvariantBroken as broken:
            self.again.could_not_do(event.version, event.type, str(broken))
            return
        if event.version in self.targets:
            self.again.compare(event, again)
