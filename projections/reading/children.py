"""Children: where each stands, what it did, and what was, may be and cannot be paid for it."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from psycopg import Connection

from ledger.events.sealed import FindKeys, no_keys
from ledger.rate_card import Card
from projections.reading.areas import CardFinder, area_standings
from projections.reading.asking import ask
from projections.reading.child_record import ChildRecord, record_of
from projections.reading.engagement import engagement
from projections.reading.erasures import erased_children
from projections.reading.evidence import events_of_children
from projections.reading.paging import ask_page, only
from projections.reading.pair import Page, Pair
from projections.reading.payments import payments_of_children
from projections.reading.terms import ContractTerms, terms_at

BY_CHILD: Final = {"child": "", "contract": ""}
PAYMENT_FIELDS: Final = (
    "trigger", "payment", "state", "amount_minor", "effective_on", "split", "version",
)  # fmt: skip


def children(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    today: datetime.date,
    contract: str | None = None,
    cohort: str | None = None,
    school: str | None = None,
    stage: str | None = None,
    limit: int | None = None,
    after: str | None = None,
    find_keys: FindKeys = no_keys,
) -> Page:
    """Children by reference and contract; `today` says whether a contract has ended."""
    filters = {"cohort": cohort, "school": school, "stage": stage}
    asked = _asked(ledger, at, contract=contract, limit=None) | filters
    paths, following = ask_page(
        connection, "children.children", asked, by=BY_CHILD, limit=limit, after=after
    )
    return Page(_shown(connection, ledger, at, paths, today, find_keys), following)


def child(
    connection: Connection[Any],
    ledger: str,
    name: str,
    at: Pair,
    *,
    today: datetime.date,
    contract: str | None = None,
    find_keys: FindKeys = no_keys,
) -> dict[str, Any] | None:
    """One child, or None when no contract has enrolled it. Raises `SeveralContracts`."""
    asked = _asked(ledger, at, contract=contract, limit=None) | {"child": name}
    paths = ask(connection, "children.children", asked)
    path = only(paths, itemgetter("contract"))
    if path is None:
        return None
    return _shown(connection, ledger, at, [path], today, find_keys)[0]


def records(
    connection: Connection[Any],
    ledger: str,
    name: str,
    at: Pair,
    *,
    today: datetime.date,
    find_keys: FindKeys = no_keys,
) -> list[dict[str, Any]]:
    """One child in every contract that has enrolled it."""
    asked = _asked(ledger, at, contract=None, limit=None) | {"child": name}
    paths = ask(connection, "children.children", asked)
    return _shown(connection, ledger, at, paths, today, find_keys)


def _asked(ledger: str, at: Pair, *, contract: str | None, limit: int | None) -> dict[str, Any]:
    filters = dict.fromkeys(("child", "cohort", "school", "stage"))
    return {
        **filters,
        **at.asked(ledger),
        "contract": contract,
        "after_child": "",
        "after_contract": "",
        "limit": limit,
    }


def _shown(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    paths: Sequence[dict[str, Any]],
    today: datetime.date,
    find_keys: FindKeys,
) -> list[dict[str, Any]]:
    """The pages of some children, contract by contract, in the order given."""
    names = [path["child"] for path in paths]
    events, voided = events_of_children(connection, ledger, names, at, find_keys)
    erased = erased_children(connection, ledger, names, at)
    by_contract: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in paths:
        by_contract[path["contract"]].append(path)
    pages: dict[tuple[str, str], dict[str, Any]] = {}
    for contract, within in by_contract.items():
        terms = terms_at(connection, ledger, at.known, contract=contract)[contract]
        finder = CardFinder(terms.cards, at.day)
        listed = [path["child"] for path in within]
        paid = payments_of_children(connection, ledger, contract, listed, at)
        for path in within:
            name = path["child"]
            if terms.contract is not None:
                record = record_of(name, events[name], terms.contract, at, voided)
                page = _page(path, record, terms, finder) | {"erased": name in erased}
                money = _money(path, paid[name], terms, finder, at.as_of or today)
                pages[name, contract] = page | money
    return [pages[path["child"], path["contract"]] for path in paths]


def _page(
    path: dict[str, Any], record: ChildRecord, terms: ContractTerms, finder: CardFinder
) -> dict[str, Any]:
    cohort = path["cohort"]
    return {
        "contract": path["contract"],
        "child": path["child"],
        "cohort": cohort,
        "school": path["school"],
        "stage": path["stage"],
        "enrolled_on": path["enrolled_on"].isoformat(),
        "engagement": engagement(record, cohort, terms, finder),
        "areas": [found.shown() for found in area_standings(record, cohort, finder)],
    }


def _money(
    path: dict[str, Any],
    paid: Sequence[dict[str, Any]],
    terms: ContractTerms,
    finder: CardFinder,
    today: datetime.date,
) -> dict[str, Any]:
    standing = {row["trigger"]: row for row in paid if row["state"] == "released"}
    card = finder.on(path["cohort"], finder.day)
    remaining = priced(card) - sum(
        price for trigger, price in prices(card).items() if trigger in standing
    )
    ended = terms.contract is not None and today > terms.contract.ends_on
    gone = ended or path["stage"] != "enrolled"
    return {
        "payments": [{field: row[field] for field in PAYMENT_FIELDS} for row in paid],
        "net_minor": sum(row["amount_minor"] for row in standing.values()),
        "possible_minor": 0 if gone else remaining,
        "forgone_minor": remaining if gone else 0,
    }


def prices(card: Card | None) -> dict[str, int]:
    """The price of each line of a card that hangs on a child, in minor units."""
    lines = () if card is None else card.terms.triggers
    return {line.trigger: line.price_minor for line in lines if line.price_minor is not None}


def priced(card: Card | None) -> int:
    """All that a card may pay for one child, in minor units."""
    return sum(prices(card).values())
