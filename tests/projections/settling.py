"""A settlement as the log stores it, without the rules that would decide it."""

from ledger.events.decisions import FeeAccrued
from ledger.events.settlements import (
    FundAmount,
    PartnerBankConfirmed,
    PartnerBankSet,
    PartnerPart,
    PartnerSettled,
    SettlementApproved,
    SettlementCollected,
    SettlementDrafted,
    SettlementPaid,
)
from tests.projections.history import CONTRACT, day


def settlement(history):
    """A settlement of everything accrued so far, to an account that two people stand behind."""
    accrued = [e.version for e in history.events if isinstance(e.data, FeeAccrued)]
    history.add(PartnerBankSet("p1", "a" * 64), "2021-01-01")
    history.add(PartnerBankConfirmed("p1", "a" * 64), "2021-01-02", actor="anna")
    pay = 8_500 * len(accrued)
    funds = (FundAmount("restricted", pay),)
    part = PartnerPart("p1", tuple(accrued), pay, 0, 0, pay, 0, funds)
    history.add(SettlementDrafted(CONTRACT, "r1", day("2020-12-31")), "2021-01-04")
    upto = (day("2020-12-31"), history.version)
    history.add(SettlementCollected(CONTRACT, "r1", *upto, (part,), 1), "2021-01-04")
    history.add(SettlementApproved(CONTRACT, "r1"), "2021-01-05", actor="anna")
    history.add(SettlementPaid(CONTRACT, "r1"), "2021-01-06")
    settled = PartnerSettled(CONTRACT, "r1", "p1", pay, "main", "a" * 64, funds, 1)
    history.add(settled, "2021-01-06")
