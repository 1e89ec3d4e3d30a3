"""The posting rules of domain.md 8, as a table: event, debit, credit."""

import pytest

from projections.folds.posting_rules import Transaction
from tests.projections.history import day

TABLE = """
payment.released   assets:accrued-income:F      income:outcomes:C
claim.reduced      income:outcomes:C            assets:accrued-income:F
receipt.recorded   assets:bank:A                liabilities:funder-credit:F
receipt.allocated  liabilities:funder-credit:F  assets:receivable:F
refund.paid        liabilities:funder-credit:F  assets:bank:A
credit.refunded    assets:receivable:F          assets:bank:A
fee.accrued        expenses:partner-fees:P      liabilities:accrued-fees:P
fee.invoiced       liabilities:accrued-fees:P   liabilities:payable:P
fee.paid           liabilities:payable:P        assets:bank:A
partner.settled    liabilities:payable:P        assets:bank:A
partner.unsettled  liabilities:payable:P        assets:bank:A
fee.credited       liabilities:payable:P        liabilities:accrued-fees:P
"""


def posted(kind: str, amount_minor: int):
    return Transaction(
        type=kind,
        version=7,
        effective_on=day("2020-01-06"),
        contract="C",
        fund="restricted",
        amount_minor=amount_minor,
        funder="F",
        partner="P",
        bank_account="A",
        order="O",
    ).entry()


@pytest.mark.parametrize("kind, debit, credit", [row.split() for row in TABLE.split("\n") if row])
def test_an_event_debits_one_account_and_credits_another(kind, debit, credit):
    lines = [(line.account, line.fund, line.amount_minor) for line in posted(kind, 85).lines]
    assert lines == [(debit, "restricted", 85), (credit, "restricted", -85)]


@pytest.mark.parametrize(
    "kind, opposite",
    [
        ("payment.reversed", "payment.released"),
        ("fee.reversed", "fee.accrued"),
        ("receipt.unallocated", "receipt.allocated"),
    ],
)
def test_a_reversal_is_the_exact_opposite(kind, opposite):
    there = [(line.account, line.amount_minor) for line in posted(opposite, 85).lines]
    back = [(line.account, -line.amount_minor) for line in posted(kind, -85).lines]
    assert there == back
    undone = posted(opposite, 85).opposite(version=9)
    assert [(line.account, -line.amount_minor) for line in undone.lines] == there
    assert (undone.version, undone.effective_on) == (9, day("2020-01-06"))
