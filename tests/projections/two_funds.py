"""A partner whose two orders are of two funds, and what finance decides about it."""

from collections import Counter

from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    SettlementApproved,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
)
from projections.reading.balances import balances
from tests.projections import given as told
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, day

ACCOUNT = "a" * 64


def partner_of_two_funds():
    """A partner with an order of each of two funds, and one session of each."""
    decided = DecidedHistory()
    told.terms(decided)
    told.enrol(decided, "c1")
    decided.add(OrderPlaced(CONTRACT, "p1", "o2", "session", 3_000), told.SIGNED_ON)
    decided.add(PartnerBankSet("p1", ACCOUNT), "2019-09-10")
    decided.add(PartnerBankConfirmed("p1", ACCOUNT), "2019-09-11", actor="anna")
    held(decided, "o1", "2019-11-04")
    held(decided, "o2", "2019-11-05")
    return decided


def held(history, order, on, status="delivered"):
    register = RegisterSubmitted(CONTRACT, order, f"{order}-{on}", status, ("c1",), None)
    return history.add(register, on)


def drafted(history, name="s1", upto="2019-12-31", on="2020-01-04"):
    return history.add(SettlementDrafted(CONTRACT, name, day(upto)), on)


def approved(history, name="s1", on="2020-01-10"):
    return history.add(SettlementApproved(CONTRACT, name), on, actor="anna")


def paid(history, name="s1", on="2020-01-15"):
    return history.add(SettlementPaid(CONTRACT, name, "BACS 1"), on)


def run(history, name="s1"):
    drafted(history, name)
    approved(history, name)
    return paid(history, name)


def returned(history, amount_minor=11_500, on="2020-01-20"):
    back = SettlementReturned(CONTRACT, "s1", "p1", amount_minor, "account_closed")
    return history.add(back, on)


def by_fund(read, account, **at):
    sums = Counter()
    for balance in read(balances, book="journal", account=account, **at):
        sums[balance.fund] += balance.balance_minor
    return {fund: amount for fund, amount in sums.items() if amount}
