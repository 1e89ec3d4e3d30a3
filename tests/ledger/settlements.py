"""Builders of facts about settlements and partners' bank details."""

from tests.ledger.facts import register
from tests.ledger.spoken import APPROVER, FINANCE, fact

ACCOUNT = "a1" * 32
OTHER_ACCOUNT = "b2" * 32


def drafted(
    settlement="s1", upto="2020-12-31", *, known_at=None, partners=None, by=FINANCE, on="2021-01-04"
):
    """Draft a settlement."""
    terms = {"upto": upto, "known_at": known_at, "partners": partners}
    return fact("settlement.drafted", on, by, settlement=settlement, **terms)


def approved(settlement="s1", *, by=APPROVER, on="2021-01-15"):
    """Approve a settlement."""
    return fact("settlement.approved", on, by, settlement=settlement)


def withdrawn(settlement="s1", *, by=FINANCE, on="2021-01-16"):
    """Take a settlement back."""
    return fact("settlement.withdrawn", on, by, settlement=settlement, reason_code="too_early")


def paid(settlement="s1", *, by=FINANCE, on="2021-01-20", **terms):
    """Say that a settlement's money has gone out."""
    return fact("settlement.paid", on, by, settlement=settlement, **terms)


def returned(amount, partner="chess", settlement="s1", *, by=FINANCE, on="2021-01-25"):
    """Say that the bank sent a partner's payment back."""
    terms = {"settlement": settlement, "partner": partner, "amount_minor": amount}
    return fact("settlement.returned", on, by, reason_code="account_closed", **terms)


def run(settlement="s1", upto="2020-12-31"):
    """Take a settlement through to its payments."""
    return [drafted(settlement, upto), approved(settlement), paid(settlement)]


def bank_set(partner="chess", fingerprint=ACCOUNT, *, by=FINANCE, on="2019-09-10"):
    """Give a partner's bank details."""
    return fact("partner.bank_set", on, by, partner=partner, fingerprint=fingerprint)


def bank_confirmed(partner="chess", fingerprint=ACCOUNT, *, by=APPROVER, on="2019-09-11"):
    """Confirm them."""
    return fact("partner.bank_confirmed", on, by, partner=partner, fingerprint=fingerprint)


def banked(*partners):
    """Bank details that two people stand behind."""
    return [[bank_set(partner), bank_confirmed(partner)] for partner in partners or ("chess",)]


def delivered(count, first=1, month="2020-02", **terms):
    """Registers of one session a day, of nobody in particular."""
    return [
        register(f"s-{number}", f"{month}-{number:02}", expected=(), **terms)
        for number in range(first, first + count)
    ]
