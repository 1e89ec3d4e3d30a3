"""Settlements, the fees that go into them, and partners' bank details enter the book."""

from collections.abc import Iterable

from ledger.contract import Contract
from ledger.events.cash import FeePaid
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed
from ledger.events.settlements import (
    FundAmount,
    PartnerBankConfirmed,
    PartnerBankSet,
    PartnerPart,
    PartnerSettled,
    PartnerUnsettled,
    SettlementCollected,
)
from ledger.settlement import (
    BankDetails,
    FeeEntry,
    FundSums,
    PartnerAccount,
    PartnerPayment,
    Settlement,
    SettlementState,
)
from ledger.settlements import by_fund, fund_of_partner
from ledger.state import Book


def fee_can_be_settled(
    book: Book, contract: Contract, event: AnyEvent, terms: FeeAccrued | FeeReversed
) -> None:
    """A fee or a reversal waits for a settlement, or nets out."""
    reverses = terms.reversed_version if isinstance(terms, FeeReversed) else None
    day = book.share(event.effective_on)
    entry = FeeEntry(
        version=event.version,
        effective_on=day,
        waits_from=day,
        partner=book.share(terms.partner),
        fund=book.share(_fund_of_terms(contract, terms)),
        amount_minor=book.share(terms.amount_minor),
        reverses=reverses,
    )
    book.changes.put(contract.fee_entries, event.version, entry)
    account = _account_of(book, contract, terms.partner)
    _add(book, account.accrued, entry.fund, terms.amount_minor)
    if reverses is not None:
        accrued = contract.fee_entries[reverses]
        book.changes.assign(accrued, "reversed_by", event.version)
        _net_out(book, contract, accrued)


def _fund_of_terms(contract: Contract, terms: FeeAccrued | FeeReversed) -> str:
    """The fund of the terms that priced the fee: its reversal leaves the fund it went into."""
    placed = contract.orders[terms.order]
    return next(held.terms.fund for held in placed if held.version == terms.terms_version)


def _account_of(book: Book, contract: Contract, partner: str) -> PartnerAccount:
    account = contract.partner_accounts.get(partner)
    if account is None:
        account = PartnerAccount()
        book.changes.put(contract.partner_accounts, partner, account)
    return account


def _add(book: Book, sums: FundSums, fund: str, amount_minor: int) -> None:
    book.changes.put(sums, fund, sums.get(fund, 0) + amount_minor)


def _net_out(book: Book, contract: Contract, accrued: FeeEntry) -> None:
    """A fee that no live settlement holds, and its reversal, are never settled."""
    if accrued.reversed_by is None or accrued.settlement is not None:
        return
    reversal = contract.fee_entries[accrued.reversed_by]
    if reversal.settlement is None:
        for entry in (accrued, reversal):
            book.changes.assign(entry, "netted", True)  # noqa: FBT003 (the attribute's value)


def partner_is_paid(book: Book, contract: Contract, terms: FeePaid) -> None:
    """Money that went to a partner without a settlement: the next one takes it into account."""
    invoice = None if terms.invoice is None else book.partner_invoices[terms.invoice]
    fund = fund_of_partner(contract, terms.partner) if invoice is None else invoice.fund
    account = _account_of(book, contract, terms.partner)
    _add(book, account.paid, fund, terms.amount_minor)


def settlement_is_collected(
    book: Book, contract: Contract, event: AnyEvent, terms: SettlementCollected
) -> None:
    """A settlement holds its fees and reserves what it will pay: no other can have either."""
    day = event.effective_on
    drafted = Settlement(event.version, terms, event.actor, drafted_on=day, last_on=day)
    book.changes.put(contract.settlements, terms.settlement, drafted)
    for part in terms.partners:
        for version in part.accruals:
            book.changes.assign(contract.fee_entries[version], "settlement", terms.settlement)
        _hold(book, contract, part, sign=1)


def _hold(book: Book, contract: Contract, part: PartnerPart, *, sign: int) -> None:
    account = _account_of(book, contract, part.partner)
    entries = [contract.fee_entries[version] for version in part.accruals]
    for fund, amount_minor in by_fund(entries).items():
        _add(book, account.collected, fund, sign * amount_minor)
    _reserve(book, account, part.funds, sign=sign)


def _reserve(
    book: Book, account: PartnerAccount, funds: Iterable[FundAmount], *, sign: int
) -> None:
    for borne in funds:
        _add(book, account.reserved, borne.fund, sign * borne.amount_minor)


def settlement_moves(
    book: Book, settlement: Settlement, event: AnyEvent, state: SettlementState
) -> None:
    """A settlement is approved, or paid: each payment is a decision of its own."""
    book.changes.assign(settlement, "state", state)
    book.changes.assign(settlement, "last_on", event.effective_on)


def settlement_is_withdrawn(
    book: Book, contract: Contract, settlement: Settlement, event: AnyEvent
) -> None:
    """What it held may be settled again, and what it reserved is free."""
    settlement_moves(book, settlement, event, "withdrawn")
    versions = [version for part in settlement.collected.partners for version in part.accruals]
    for part in settlement.collected.partners:
        _hold(book, contract, part, sign=-1)
    for version in versions:
        fee, day = contract.fee_entries[version], book.share(event.effective_on)
        book.changes.assign(fee, "settlement", None)
        book.changes.assign(fee, "waits_from", day)
    for version in versions:
        entry = contract.fee_entries[version]
        accrued = entry if entry.reverses is None else contract.fee_entries[entry.reverses]
        _net_out(book, contract, accrued)


def partner_is_settled(
    book: Book, contract: Contract, event: AnyEvent, terms: PartnerSettled
) -> None:
    """What was reserved is paid."""
    payments = contract.settlements[terms.settlement].payments
    book.changes.put(payments, terms.partner, PartnerPayment(event.version, terms))
    account = _account_of(book, contract, terms.partner)
    _reserve(book, account, terms.funds, sign=-1)
    for borne in terms.funds:
        _add(book, account.paid, borne.fund, borne.amount_minor)


def partner_is_unsettled(book: Book, contract: Contract, terms: PartnerUnsettled) -> None:
    """The partner is owed it again, and nobody is sure any more where its money should go."""
    payment = contract.settlements[terms.settlement].payments[terms.partner]
    book.changes.assign(payment, "returned", True)  # noqa: FBT003 (the attribute's value)
    account = _account_of(book, contract, terms.partner)
    for borne in terms.funds:
        _add(book, account.paid, borne.fund, borne.amount_minor)
    bank = book.banks[terms.partner]
    book.changes.assign(bank, "confirmed", False)  # noqa: FBT003 (the attribute's value)


def bank_is_set(book: Book, event: AnyEvent, terms: PartnerBankSet) -> None:
    """A partner has other bank details, which nobody has confirmed yet."""
    earlier = book.bank_setters.get((terms.partner, terms.fingerprint), ())
    setters = (*earlier, event.actor)
    book.changes.put(book.bank_setters, (terms.partner, terms.fingerprint), setters)
    details = BankDetails(event.version, terms.fingerprint, setters)
    book.changes.put(book.banks, terms.partner, details)


def bank_is_confirmed(book: Book, terms: PartnerBankConfirmed) -> None:
    """Another person agreed."""
    bank = book.banks[terms.partner]
    book.changes.assign(bank, "confirmed", True)  # noqa: FBT003 (the attribute's value)
