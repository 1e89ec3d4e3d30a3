"""Settlements read aloud, and what holds of every one of them."""

from ledger.book import Book
from ledger.events.codec import AnyEvent
from tests.ledger.decision import Decision


def told_of_settlement(event: AnyEvent) -> Decision:
    """Read a decision about a settlement aloud: by partner, or a partner's payment by fund."""
    terms, day = event.data, event.effective_on.isoformat()
    if event.type.startswith("partner."):
        funds = {borne.fund: borne.amount_minor for borne in terms.funds}
        about = (terms.partner, terms.settlement)
        return Decision(event.type, *about, day, terms.amount_minor, funds, terms.bank_account)
    parts = {
        part.partner: {
            "accrued": part.accrued_minor,
            "brought": part.brought_minor,
            "disputed": part.disputed_minor,
            "pay": part.pay_minor,
            "carried": part.carried_minor,
        }
        for part in terms.partners
    }
    shown = {name: {k: v for k, v in part.items() if v} for name, part in parts.items()}
    fees = sum(len(part.accruals) for part in terms.partners)
    amount = sum(part.pay_minor for part in terms.partners)
    return Decision(event.type, terms.settlement, f"{fees} fees", day, amount, shown)


def to_settle(settlement, fees, **parts) -> Decision:
    """Expect a settlement of so many fees and reversals; of each partner what is not nothing."""
    amount = sum(part.get("pay", 0) for part in parts.values())
    return Decision("settlement.collected", settlement, f"{fees} fees", None, amount, parts)


def settled(partner, amount, *, settlement="s1", on=None, **funds) -> Decision:
    """Expect a payment to a partner, borne by these funds; by the general one unless said."""
    borne = funds or {"general": amount}
    return Decision("partner.settled", partner, settlement, on, amount, borne)


def unsettled(partner, amount, *, settlement="s1", on=None, **funds) -> Decision:
    """Expect a payment to come back, to these funds; to the general one unless said."""
    borne = funds or {"general": amount}
    return Decision("partner.unsettled", partner, settlement, on, amount, borne)


def must_keep_every_fee(book: Book) -> None:
    """Every fee and reversal waits, nets out, or is in the one live settlement that says so."""
    for contract in book.contracts.values():
        entries = contract.fee_entries.values()
        held = [
            (version, settlement.collected.settlement)
            for settlement in contract.settlements.values()
            if settlement.state != "withdrawn"
            for part in settlement.collected.partners
            for version in part.accruals
        ]
        said = [(e.version, e.settlement) for e in entries if e.settlement is not None]
        assert sorted(held) == sorted(said), "a fee is in at most one live settlement"
        for partner, account in contract.partner_accounts.items():
            own = [entry for entry in entries if entry.partner == partner]
            waiting = sum(entry.amount_minor for entry in own if entry.can_be_settled)
            assert account.collected_minor + waiting == account.accrued_minor, "none is lost"
