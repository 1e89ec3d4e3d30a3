"""The sentences of a scenario page about settlements, disputes and partners' bank details."""

from hashlib import sha256
from typing import Any

from tests.scenarios.phrases import fact, pence, wording


@wording(r"settlement (?P<name>\S+) up to (?P<upto>\S+) is drafted(?: for (?P<partner>\w+))?")
def _drafted(name, upto, partner):
    named = None if partner is None else [partner]
    yield fact("settlement.drafted", settlement=name, upto=upto, partners=named)


@wording(r"settlement (?P<name>\S+) is (?P<step>approved|paid)")
def _step(name, step):
    yield fact(f"settlement.{step}", settlement=name)


@wording(
    r"(?P<amount>[\d,.]+) of settlement (?P<name>\S+) to (?P<partner>\w+) comes back: (?P<why>\w+)"
)
def _returned(amount, name, partner, why):
    terms = {"settlement": name, "partner": partner, "amount_minor": pence(amount)}
    yield fact("settlement.returned", reason_code=why, **terms)


@wording(r"settlement (?P<name>\S+) is withdrawn")
def _withdrawn(name):
    yield fact("settlement.withdrawn", settlement=name, reason_code="drafted_too_early")


@wording(r"(?P<partner>\w+) gives (?P<account>\S+) as its account")
def _bank_set(partner, account):
    yield bank("set", partner, account)


@wording(r"(?P<account>\S+) is confirmed as the account of (?P<partner>\w+)")
def _bank_confirmed(partner, account):
    yield bank("confirmed", partner, account)


def bank(step: str, partner: str, account: str) -> dict[str, Any]:
    """Bank details belong to no contract; a page names the account, an event never does."""
    fingerprint = sha256(account.encode()).hexdigest()
    return {
        "type": f"partner.bank_{step}",
        "data": {"partner": partner, "fingerprint": fingerprint},
    }


@wording(r"(?P<amount>[\d,.]+) of (?P<invoice>\S+) of (?P<partner>\w+) is disputed")
def _disputed(amount, invoice, partner):
    yield about("disputed", amount, invoice, partner)


@wording(r"(?P<amount>[\d,.]+) of (?P<invoice>\S+) of (?P<partner>\w+) is disputed no more")
def _no_more(amount, invoice, partner):
    yield about("dispute_withdrawn", amount, invoice, partner)


def about(what: str, amount: str, invoice: str, partner: str) -> dict[str, Any]:
    """What is said of a part of an invoice."""
    terms = {"partner": partner, "invoice": invoice, "reason": "not_delivered"}
    return fact(f"fee.{what}", amount_minor=pence(amount), **terms)
