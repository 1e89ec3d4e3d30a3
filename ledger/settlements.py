"""Settlement runs: which fees go into one, and what each partner is paid (`domain.md` 7).

Owed is what accrued less what was paid. A run pays what is owed up to a cut-off, less what an
earlier one paid too much and less what is disputed, and never less than nothing. The cut-off says
which fees are paid for; what was paid, reserved and disputed counts as it stands now. Decision
0030 says why.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ledger.contract import Contract
from ledger.events.codec import AnyEvent
from ledger.events.delivery import OrderPlaced
from ledger.events.settlements import (
    FundAmount,
    PartnerPart,
    PartnerSettled,
    PartnerUnsettled,
    SettlementCollected,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
)
from ledger.events.words import MONEY_MAX_MINOR
from ledger.money import split_by_largest_remainder
from ledger.releases import Decided
from ledger.settlement import FeeEntry, PartnerAccount
from ledger.state import Book

GENERAL_FUND: Final = "general"


def parts_of(book: Book, contract: Contract, terms: SettlementDrafted) -> tuple[PartnerPart, ...]:
    """What a draft holds of each partner, by name; of whom nothing is to say is left out."""
    entries: dict[str, list[FeeEntry]] = {}
    for entry in to_settle(contract, upto=terms.upto, known_at=terms.known_at or book.version):
        entries.setdefault(entry.partner, []).append(entry)
    disputed = disputed_of(book, contract)
    parts = (
        _part(contract, partner, entries.get(partner, ()), disputed[partner])
        for partner in sorted(terms.partners or contract.partners())
    )
    return tuple(part for part in parts if part.accruals or part.pay_minor)


def to_settle(contract: Contract, *, upto: datetime.date, known_at: int) -> Iterator[FeeEntry]:
    """What may be settled up to a day, of what was known at a version; in order of version."""
    for entry in contract.fee_entries.values():
        if entry.can_be_settled and entry.version <= known_at and entry.effective_on <= upto:
            yield entry


def days_to_settle(
    book: Book, contract: Contract, terms: SettlementDrafted
) -> Iterator[datetime.date]:
    """The days of what a draft is about to pay: its fees, and what earlier runs carried.

    A reversal is settled no earlier than the fee, in whichever draft that is by now (0023).
    """
    known_at = terms.known_at or book.version
    for fee in to_settle(contract, upto=terms.upto, known_at=known_at):
        if terms.partners is None or fee.partner in terms.partners:
            yield fee.waits_from
            holder = None if fee.reverses is None else contract.fee_entries[fee.reverses].settlement
            if holder is not None:
                yield contract.settlements[holder].drafted_on
    for settlement in contract.settlements.values():
        if settlement.state != "withdrawn" and any(
            part.carried_minor > 0 and (terms.partners is None or part.partner in terms.partners)
            for part in settlement.collected.partners
        ):
            yield settlement.drafted_on


def disputed_of(book: Book, contract: Contract) -> Counter[str]:
    """What is in dispute of each partner's invoices, in minor units."""
    disputed: Counter[str] = Counter()
    for invoice in book.partner_invoices.values():
        if invoice.contract == contract.terms.contract:
            disputed[invoice.partner] += invoice.in_dispute_minor
    return disputed


def account_of(contract: Contract, partner: str) -> PartnerAccount:
    """Where a partner stands; a partner of whom nothing was ever said stands at nothing."""
    return contract.partner_accounts.get(partner) or PartnerAccount()


def payable(
    account: PartnerAccount, disputed_minor: int, *, added_minor: int = 0, own_minor: int = 0
) -> int:
    """What may be paid now, in minor units; below nothing when too much was paid.

    The lesser of what is collected and what has accrued by now: a reversal that no settlement
    holds yet is known, and is not paid for. `added_minor` is what a draft is about to collect,
    `own_minor` what the settlement in question has reserved itself.
    """
    collected = min(account.collected_minor + added_minor, account.accrued_minor)
    return collected - account.paid_minor - account.reserved_minor + own_minor - disputed_minor


def _part(
    contract: Contract, partner: str, entries: Sequence[FeeEntry], disputed_minor: int
) -> PartnerPart:
    account = account_of(contract, partner)
    accrued = by_fund(entries)
    brought = account.brought()
    accrued_minor, brought_minor = sum(accrued.values()), sum(brought.values())
    most = payable(account, disputed_minor, added_minor=accrued_minor)
    pay_minor = max(0, min(most, MONEY_MAX_MINOR))
    due = {fund: accrued[fund] + brought.get(fund, 0) for fund in sorted({*accrued, *brought})}
    return PartnerPart(
        partner=partner,
        accruals=tuple(entry.version for entry in entries),
        accrued_minor=accrued_minor,
        brought_minor=brought_minor,
        disputed_minor=disputed_minor,
        pay_minor=pay_minor,
        carried_minor=accrued_minor + brought_minor - pay_minor,
        funds=tuple(FundAmount(fund, amount) for fund, amount in _borne(due, pay_minor)),
    )


def by_fund(entries: Iterable[FeeEntry]) -> Counter[str]:
    """What some entries add up to in each fund."""
    sums: Counter[str] = Counter()
    for entry in entries:
        sums[entry.fund] += entry.amount_minor
    return sums


def _borne(due: Mapping[str, int], pay_minor: int) -> Iterator[tuple[str, int]]:
    """Which fund bears what of a payment.

    Each bears its own: one that paid too much gets that back from the others, within the same
    payment. What is held back comes off the funds that owe, in proportion.
    """
    if not pay_minor:
        return
    got_back = sum(amount for amount in due.values() if amount < 0)
    owing = [fund for fund, amount in due.items() if amount > 0]
    shares = split_by_largest_remainder(pay_minor - got_back, [due[fund] for fund in owing])
    borne = {**due, **dict(zip(owing, shares, strict=True))}
    yield from ((fund, amount) for fund, amount in borne.items() if amount)


def settlement_follows(
    book: Book, contract: Contract, event: AnyEvent, terms: SettlementDrafted
) -> Iterator[Decided]:
    """A drafted settlement collects what can be settled."""
    collected = SettlementCollected(
        contract=terms.contract,
        settlement=terms.settlement,
        upto=terms.upto,
        known_at=terms.known_at or event.version,
        partners=parts_of(book, contract, terms),
        rule_version=contract.rules.version,
    )
    yield Decided(event.effective_on, collected, (event.version,))


def payments_to_partners_follow(
    book: Book, contract: Contract, event: AnyEvent, terms: SettlementPaid
) -> Iterator[Decided]:
    """A paid settlement pays each partner once, to the account that is confirmed by now."""
    settlement = contract.settlements[terms.settlement]
    for part in settlement.to_pay():
        bank = book.banks[part.partner]
        settled = PartnerSettled(
            contract=terms.contract,
            settlement=terms.settlement,
            partner=part.partner,
            amount_minor=part.pay_minor,
            bank_account=terms.bank_account,
            fingerprint=bank.fingerprint,
            funds=part.funds,
            rule_version=contract.rules.version,
            reference=terms.reference,
        )
        causes = tuple(sorted({settlement.version, bank.version, event.version}))
        yield Decided(event.effective_on, settled, causes)


def returned_payment_follows(
    contract: Contract, event: AnyEvent, terms: SettlementReturned
) -> Iterator[Decided]:
    """A payment that came back is taken back to the penny, in each fund, into the same account."""
    payment = contract.settlements[terms.settlement].payments[terms.partner]
    paid = payment.terms
    unsettled = PartnerUnsettled(
        contract=paid.contract,
        settlement=paid.settlement,
        partner=paid.partner,
        amount_minor=-paid.amount_minor,
        bank_account=paid.bank_account,
        fingerprint=paid.fingerprint,
        funds=tuple(FundAmount(borne.fund, -borne.amount_minor) for borne in paid.funds),
        settled_version=payment.version,
        reason_code=terms.reason_code,
        rule_version=contract.rules.version,
        reference=paid.reference,
    )
    yield Decided(event.effective_on, unsettled, (payment.version, event.version))


def fund_of_partner(contract: Contract, partner: str) -> str:
    """The single fund of a partner's orders, as last placed; else the general one."""
    return single_fund((placed[-1].terms for placed in contract.orders.values()), partner)


def single_fund(orders: Iterable[OrderPlaced], partner: str) -> str:
    """The fund that all of a partner's orders among these have; the general one else."""
    funds = {order.fund for order in orders if order.partner == partner}
    return funds.pop() if len(funds) == 1 else GENERAL_FUND
