"""Contracts: the terms in force, and what is committed, released, possible and forgone."""

import datetime
from typing import Any

import msgspec
from psycopg import Connection

from ledger.events.terms import CapSet
from projections.reading.areas import CardFinder
from projections.reading.asking import ask
from projections.reading.balances import balances
from projections.reading.children import priced, prices
from projections.reading.paging import page_of_keys
from projections.reading.pair import Page, Pair
from projections.reading.terms import ContractTerms, terms_at


def contracts(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    today: datetime.date,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Every contract by name; `today` says whether it has ended when there is no as_of."""
    found = terms_at(connection, ledger, at)
    names = [(name,) for name, terms in found.items() if terms.contract is not None]
    listed, following = page_of_keys(names, first=("",), limit=limit, after=after)
    shown = [_shown(connection, ledger, name, found[name], at, today) for (name,) in listed]
    return Page(shown, following)


def contract(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, today: datetime.date
) -> dict[str, Any] | None:
    """One contract, or None when it is not there at the pair."""
    terms = terms_at(connection, ledger, at, contract=name).get(name)
    if terms is None or terms.contract is None:
        return None
    return _shown(connection, ledger, name, terms, at, today)


def _shown(
    connection: Connection[Any],
    ledger: str,
    name: str,
    terms: ContractTerms,
    at: Pair,
    today: datetime.date,
) -> dict[str, Any]:
    signed = msgspec.to_builtins(terms.contract)
    maximum = signed.pop("maximum_minor", None)
    committed = terms.committed_minor()
    paid = balances(connection, ledger, at, contract=name, account="payments")
    possible, forgone = _remaining(connection, ledger, name, terms, at, today)
    return {
        **signed,
        "signed_on": None if terms.signed_on is None else terms.signed_on.isoformat(),
        "maximum_minor": maximum,
        "committed_minor": committed,
        "uncommitted_minor": None if maximum is None else maximum - committed,
        "released_minor": sum(balance.balance_minor for balance in paid),
        "possible_minor": possible,
        "forgone_minor": forgone,
        **_terms(terms, at),
    }


def _remaining(
    connection: Connection[Any],
    ledger: str,
    name: str,
    terms: ContractTerms,
    at: Pair,
    today: datetime.date,
) -> tuple[int, int]:
    """What may still be paid, and what cannot be any more, over all children."""
    asked = {**at.asked(ledger), "contract": name}
    finder = CardFinder(terms.cards, at.day)
    ended = terms.contract is not None and (at.as_of or today) > terms.contract.ends_on
    possible = forgone = 0
    for row in ask(connection, "children.standing", asked):
        card = finder.on(row["cohort"], at.day)
        if row["trigger"] is None:
            amount = row["number"] * priced(card)
        else:
            amount = -row["number"] * prices(card).get(row["trigger"], 0)
        if ended or row["has_left"]:
            forgone += amount
        else:
            possible += amount
    return possible, forgone


def _terms(terms: ContractTerms, at: Pair) -> dict[str, Any]:
    """The terms in force: funders, cohorts, cards, share sets, caps, orders, retention."""
    cohorts: list[str | None] = [*terms.cohorts, None]
    in_force = [terms.card_for(cohort, at.day) for cohort in cohorts]
    cards = [card for card in terms.cards if card in in_force]
    caps: list[CapSet | None] = [
        *terms.funder_caps.values(), terms.contract_cap, terms.child_cap,
    ]  # fmt: skip
    return {
        "funders": [_named(joined) for _, joined in sorted(terms.funders.items())],
        "cohorts": [_named(opened) for _, opened in sorted(terms.cohorts.items())],
        "rate_cards": [
            {"effective_on": card.effective_on.isoformat(), **_named(card.terms)} for card in cards
        ],
        "shares": [
            {"effective_on": event.effective_on.isoformat(), **_named(event.data)}
            for event in terms.share_sets
        ],
        "caps": [_named(cap) for cap in caps if cap is not None],
        "orders": [_named(placed) for _, placed in sorted(terms.orders.items())],
        "retention": [
            {"effective_on": rule.effective_on.isoformat(), **_named(rule.terms)}
            for rule in terms.retention
        ],
    }


def _named(terms: msgspec.Struct) -> dict[str, Any]:
    """The terms as they were recorded, without the contract's name."""
    shown: dict[str, Any] = msgspec.to_builtins(terms)
    return {key: value for key, value in shown.items() if key != "contract"}
