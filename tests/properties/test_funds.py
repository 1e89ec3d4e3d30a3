"""Every fund balances by itself at every version, and holds what the rules say that it holds."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from projections.folds.bearings import Bearings
from projections.folds.journal import entries_of
from projections.folds.ledger_reader import read_event
from projections.rows import Page
from tests.properties.facts import CONTRACT, FUNDERS, PARTNERS
from tests.properties.office import at_work
from tests.properties.settling import settling_histories
from tests.properties.world import World

FUND_OF = {name: ("general", "restricted")[place % 2] for place, name in enumerate(FUNDERS)}
seeds = st.integers(0, 2**32 - 1)


class Ledger:
    """A journal by account and fund, kept event by event beside the book."""

    def __init__(self):
        self.world, self.bearings, self.sums = World(), Bearings(), Counter()

    def take(self, sent):
        """Tell it a fact; after each event of it every fund balances."""
        for event in self.world.take(sent):
            read_event(event, None, self.bearings, Page(0))
            for entry in entries_of(event, self.bearings):
                for line in entry.lines:
                    self.sums[line.account, line.fund] += line.amount_minor
            funds = Counter()
            for (_, fund), amount in self.sums.items():
                funds[fund] += amount
            assert not any(funds.values()), (event.version, funds)

    @property
    def contract(self):
        return self.world.book.contracts.get(CONTRACT)

    def of(self, *accounts):
        """What some accounts come to in each fund that they are in."""
        found = Counter()
        for (account, fund), amount in self.sums.items():
            if account in accounts:
                found[fund] += amount
        return {fund: amount for fund, amount in found.items() if amount}


def of_several_funds(sent):
    """Let each funder join with the money of a fund."""
    actor, content = sent
    if content["type"] != "funder.joined":
        return sent
    joined = {**content["data"], "fund": FUND_OF[content["data"]["funder"]]}
    return actor, {**content, "data": joined}


@given(seeds)
def test_every_fund_balances_at_every_version_and_a_funders_money_stays_in_its_own(seed):
    ledger = Ledger()
    for sent in at_work(Random(seed), ledger.world):
        ledger.take(of_several_funds(sent))
        for funder in FUNDERS if ledger.contract else ():
            owned = [f"assets:accrued-income:{funder}", f"assets:receivable:{funder}"]
            owned.append(f"liabilities:funder-credit:{funder}")
            assert {fund for a in owned for fund in ledger.of(a)} <= {FUND_OF[funder]}


@given(seeds)
def test_what_a_fund_is_owed_and_owes_is_what_is_open_in_the_book(seed):
    ledger = Ledger()
    for sent in at_work(Random(seed), ledger.world):
        ledger.take(of_several_funds(sent))
    book = ledger.world.book
    for funder, fund in FUND_OF.items():
        billed = sum(i.open_minor for i in book.invoices.values() if i.terms.funder == funder)
        noted = sum(c.open_minor for c in book.credits.values() if c.terms.funder == funder)
        receivable = ledger.of(f"assets:receivable:{funder}")
        assert receivable.get(fund, 0) == billed - noted
        cash = ledger.contract.cash.get(funder)
        credit = ledger.of(f"liabilities:funder-credit:{funder}")
        assert -credit.get(fund, 0) == (cash.unallocated_minor if cash else 0)


@given(settling_histories)
def test_every_fund_balances_and_owes_a_partner_what_the_settlements_say(history):
    ledger = Ledger()
    for sent in history:
        ledger.take(sent)
        for partner in PARTNERS if ledger.contract else ():
            account = ledger.contract.partner_accounts.get(partner)
            if account is None:
                continue
            owed = Counter(account.accrued)
            owed.subtract(account.paid)
            liable = (f"liabilities:accrued-fees:{partner}", f"liabilities:payable:{partner}")
            held = {fund: -amount for fund, amount in ledger.of(*liable).items()}
            assert held == {fund: amount for fund, amount in owed.items() if amount}


def test_histories_move_money_of_both_funds_on_both_sides():
    reached: Counter[tuple[str, str]] = Counter()

    @given(seeds, settling_histories)
    def look(seed, history):
        office, partners = Ledger(), Ledger()
        for sent in at_work(Random(seed), office.world):
            office.take(of_several_funds(sent))
        for sent in history:
            partners.take(sent)
        for account, fund in (*office.sums, *partners.sums):
            reached[account.rpartition(":")[0], fund] += 1

    look()
    kinds = ("assets:receivable", "liabilities:funder-credit", "liabilities:payable", "assets:bank")
    assert reached.keys() >= {(kind, fund) for kind in kinds for fund in ("general", "restricted")}
