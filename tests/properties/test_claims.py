"""From payment to cash: nothing is claimed twice, nothing is lost, every penny is somewhere."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.deciding import replay
from ledger.events.codec import decode_event, encode_event
from tests.properties.bookkeeper import LIVE, Bookkeeper, shares_of
from tests.properties.dump import dump
from tests.properties.facts import CONTRACT, FUNDERS
from tests.properties.looking import looking_at
from tests.properties.office import at_work
from tests.properties.world import World, played

# A long history told by a source that hypothesis can shrink is mostly a dull one.
seeds = st.integers(0, 2**32 - 1)


class Watched:
    """A world at work under the eyes of a bookkeeper."""

    def __init__(self, seed):
        self.world = World()
        self.keeper = Bookkeeper()
        self.facts = at_work(Random(seed), self.world)

    def steps(self):
        """Take fact after fact; the events of each."""
        for sent in self.facts:
            events = self.world.take(sent)
            self.keeper.read_all(events)
            yield events

    def to_the_end(self):
        for _ in self.steps():
            pass
        return self

    @property
    def contract(self):
        return self.world.book.contracts.get(CONTRACT)


def every_line_is_in_one_live_claim_or_none(watched):
    keeper = watched.keeper
    holders = Counter()
    for name, claim in keeper.claims.items():
        if claim.state in LIVE:
            kept = keeper.standing(claim) if claim.state == "approved" else keeper.own(claim)
            holders.update((line.version, name) for line in kept)
    assert max(holders.values(), default=1) == 1
    entries = watched.contract.payment_entries
    assert entries.keys() == keeper.lines.keys()
    for line in keeper.lines.values():
        holding = [name for version, name in holders if version == line.version]
        assert holding == ([] if line.claim is None else [line.claim])
        assert entries[line.version].claim == line.claim
        assert entries[line.version].can_be_claimed == keeper.can_be_claimed(line)


def every_penny_released_is_claimed_or_can_be(watched):
    keeper = watched.keeper
    lines = keeper.lines.values()
    approved = [line for line in lines if line.claim and of(keeper, line).state == "approved"]
    being_claimed = [line for line in lines if line.claim and line not in approved]
    left = [line for line in lines if keeper.can_be_claimed(line)]
    whole, parts = shares_of(lines), shares_of([*approved, *being_claimed, *left])
    assert whole == parts, "what nobody claims and nobody can claim nets to nothing"
    for funder, minor in watched.contract.funder_used.items():
        assert whole[funder] == minor


def of(keeper, line):
    return keeper.claims[line.claim]


def what_was_invoiced_is_what_was_approved(watched):
    keeper = watched.keeper
    approved, invoiced = Counter(), Counter()
    for claim in keeper.claims.values():
        if claim.state == "approved":
            approved.update(shares_of(keeper.standing(claim)))
            approved.subtract(claim.deducted)
    for document, sign in [(d, 1) for d in keeper.owed.values()] + [
        (d, -1) for d in keeper.notes.values()
    ]:
        invoiced[document["funder"]] += sign * document["amount"]
    assert invoiced == approved


def every_receipt_is_allocated_refunded_or_still_the_funders(watched):
    keeper, book = watched.keeper, watched.world.book
    for funder in FUNDERS:
        cash = watched.contract.cash.get(funder)
        if cash is not None:
            assert cash.received_minor == keeper.received(funder)
            assert cash.allocated_minor == keeper.allocated(funder)
            assert cash.refunded_minor == keeper.refunded[funder]
            assert cash.unallocated_minor == keeper.unallocated(funder) >= 0
        outstanding = open_of(keeper.owed, funder) - open_of(keeper.notes, funder)
        assert outstanding == sum(
            i.open_minor for i in book.invoices.values() if i.terms.funder == funder
        ) - sum(c.open_minor for c in book.credits.values() if c.terms.funder == funder)
        notes = [note for note in book.credits.values() if note.terms.funder == funder]
        assert sum(note.refunded_minor for note in notes) == keeper.paid_out[funder]
    for name, invoice in book.invoices.items():
        assert invoice.open_minor == keeper.owed[name]["open"] >= 0


def open_of(documents, funder):
    return sum(d["open"] for d in documents.values() if d["funder"] == funder)


HELD = (
    every_line_is_in_one_live_claim_or_none,
    every_penny_released_is_claimed_or_can_be,
    what_was_invoiced_is_what_was_approved,
    every_receipt_is_allocated_refunded_or_still_the_funders,
)


@given(seeds)
def test_no_payment_is_claimed_twice_and_none_is_lost(seed):
    watched = Watched(seed)
    for _ in watched.steps():
        if watched.contract is not None:
            for held in HELD:
                held(watched)
    assert watched.world.book.version == len(watched.world.events)


@given(seeds)
def test_credit_and_what_is_outstanding_are_nobodys_debt_at_any_day_and_version(seed):
    watched = Watched(seed)
    for _ in watched.steps():
        watched.keeper.must_be_nobodys_debtor()


@given(seeds)
def test_the_next_claim_of_everything_has_all_that_is_left(seed):
    watched = Watched(seed).to_the_end()
    keeper = watched.keeper
    left = [line for line in keeper.lines.values() if keeper.can_be_claimed(line)]
    upto, day = "2023-12-31", "2024-02-01"
    terms = {"contract": CONTRACT, "claim": "the-rest", "upto": upto}
    drafted = {"type": "claim.drafted", "effective_on": day, "data": terms}
    events = watched.world.take(("fin-a", drafted))
    assert bool(events) == bool(left)
    if events:
        assert events[1].data.amount_minor == sum(line.amount for line in left)


@looking_at(15)
@given(seeds)
def test_a_refused_step_changes_nothing_and_every_step_can_be_taken_back(seed):
    watched = Watched(seed)
    changes = watched.world.book.changes
    past = [(changes.mark(), dump(watched.world.book))]
    for events in watched.steps():
        now = dump(watched.world.book)
        if not events:
            assert now == past[-1][1], watched.world.refused[-1]
        past.append((changes.mark(), now))
    for mark, earlier in reversed(past):
        changes.undo_to(mark)
        assert dump(watched.world.book) == earlier


@given(seeds)
def test_a_book_of_claims_is_rebuilt_from_its_events_alone(seed):
    watched = Watched(seed).to_the_end()
    world = watched.world
    stored = [(event.stored_name, encode_event(event)) for event in world.events]
    rebuilt = Book()
    replay(rebuilt, (decode_event(name, written) for name, written in stored))
    assert dump(rebuilt) == dump(world.book)
    again = played(world.accepted)
    assert again.events == world.events, "the same facts decide the same"


def test_the_office_reaches_every_decision_and_nearly_every_refusal():
    reached: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @given(seeds)
    def look(seed):
        world = Watched(seed).to_the_end().world
        reached.update(event.type for event in world.events)
        reached["deduction"] += sum(
            e.type == "claim.reduced" and e.data.sample is not None for e in world.events
        )
        reached["adjustment"] += sum(
            e.type == "claim.collected" and e.data.adjustments != () for e in world.events
        )
        refused.update(code for _, code in world.refused)

    look()
    assert reached.keys() >= {
        *("claim.collected", "claim.reduced", "sample.selected", "sample.closed", "deduction"),
        *("invoice.issued", "credit_note.issued", "invoice.written_off", "adjustment"),
        *("receipt.allocated", "credit.applied", "refund.paid", "claim.withdrawn"),
        *("receipt.unallocated", "credit.refunded"),
    }
    assert refused.keys() >= {
        *("preparer_cannot_approve", "preparer_cannot_judge", "sample_open", "sample_incomplete"),
        *("already_deducted", "lines_queried", "exceeds_invoice", "exceeds_receipt"),
        *("exceeds_credit", "exceeds_unallocated", "nothing_to_claim", "version_ahead"),
        *("unknown_claim", "unknown_sample", "unknown_invoice", "still_relied_on", "out_of_order"),
        "exceeds_allocation",
    }
