"""Every fee is in at most one live settlement and none is lost, whatever happens in between."""

from collections import Counter

from hypothesis import given

from ledger.book import Book
from ledger.deciding import replay
from ledger.events.settlements import PartnerSettled
from tests.properties.dump import dump
from tests.properties.facts import CONTRACT, PARTNERS
from tests.properties.looking import looking_at
from tests.properties.partner_accounts import Accountant
from tests.properties.settling import closing, last_run, settling_histories
from tests.properties.world import World, played


def accounted(world):
    accountant = Accountant()
    accountant.read_all(world.events)
    return accountant


@given(settling_histories)
def test_no_history_of_settlements_makes_the_accountant_object(history):
    world = played(history)
    drafts = sum(event.type == "settlement.collected" for event in world.events)
    assert len(accounted(world).runs) == drafts


def test_histories_reach_every_step_of_a_settlement_and_every_refusal_of_one():
    reached: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @looking_at(80)  # some refusals are seldom met
    @given(settling_histories)
    def look(history):
        world = played(history)
        reached.update(event.type for event in world.events)
        refused.update(code for _, code in world.refused)

    look()
    assert reached.keys() >= {
        *("settlement.collected", "settlement.approved", "settlement.withdrawn"),
        *("settlement.paid", "partner.settled", "fee.reversed", "fee.dispute_withdrawn"),
        "partner.unsettled",
    }
    assert refused.keys() >= {
        *("nothing_to_settle", "settlement_not_open", "preparer_cannot_approve", "exceeds_owed"),
        *("bank_unknown", "bank_unconfirmed", "setter_cannot_confirm", "unknown_settlement"),
        *("exceeds_dispute", "already_set", "already_confirmed", "bank_differs"),
        *("already_returned", "return_differs", "out_of_order"),
    }


@given(settling_histories)
def test_what_is_settled_and_what_waits_add_up_to_what_accrued(history):
    world = World()
    accountant = Accountant()
    for sent in history:
        accountant.read_all(world.take(sent))
        kings = world.book.contracts.get(CONTRACT)
        if kings is None:
            continue
        waiting = {v for v, entry in kings.fee_entries.items() if entry.can_be_settled}
        assert waiting == accountant.waiting()
        for partner in PARTNERS:
            settled = accountant.sum_of(accountant.held, partner)
            assert settled + accountant.sum_of(waiting, partner) == accountant.accrued[partner]


@given(settling_histories)
def test_a_last_run_settles_everything_and_leaves_nobody_owed(history):
    world = played([*history])
    for sent in closing(world):
        assert world.take(sent), world.refused[-1]
    before = accounted(world)
    due = {name: before.accrued[name] - before.paid[name] for name in PARTNERS}
    run = last_run()
    if not world.take(run[0]):
        assert world.refused[-1][1] == "nothing_to_settle"
        assert before.waiting() == set()
        assert all(amount <= 0 for amount in due.values())
        return
    for sent in run[1:]:
        assert world.take(sent), world.refused[-1]
    after = accounted(world)
    assert after.waiting() == set(), "none is lost"
    for name in PARTNERS:
        assert after.accrued[name] - after.paid[name] == min(0, due[name])


@given(settling_histories)
def test_whoever_is_paid_by_a_last_run_is_owed_nothing_by_any_fund(history):
    world = played(history)
    for sent in closing(world):
        world.take(sent)
    paid = [event.data for sent in last_run() for event in world.take(sent)]
    accounts = world.book.contracts[CONTRACT].partner_accounts
    for settled in paid:
        if isinstance(settled, PartnerSettled):
            assert set(accounts[settled.partner].brought().values()) <= {0}


@looking_at(15)
@given(settling_histories)
def test_settlements_are_undone_and_replayed_without_a_trace(history):
    world = World()
    past = []
    for sent in history:
        past.append((world.book.changes.mark(), dump(world.book)))
        refusals = len(world.refused)
        world.take(sent)
        if len(world.refused) > refusals:
            assert dump(world.book) == past[-1][1], world.refused[-1]
    again = Book()
    replay(again, world.events)
    assert dump(again) == dump(world.book)
    for mark, earlier in reversed(past):
        world.book.changes.undo_to(mark)
        assert dump(world.book) == earlier
