"""A year of finance that the rules decided: claims, receipts, refunds, write-offs, partners."""

from ledger.events.cash import (
    FeeCredited,
    FeeInvoiced,
    FeePaid,
    GrantAgreed,
    ReceiptAllocated,
    ReceiptRecorded,
    ReceiptUnallocated,
    RefundPaid,
)
from ledger.events.children import ChildEnrolled
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
    CreditApplied,
    CreditNoteIssued,
    CreditRefunded,
    InvoiceIssued,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged, SampleSelected
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    SettlementApproved,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
)
from ledger.events.terms import (
    CohortOpened,
    ContractSigned,
    FunderJoined,
    ProgrammeYear,
    RateCardIssued,
    Scope,
    Share,
    SharesSet,
    Trigger,
)
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, day

SECOND = "cbo"
SIGNED_ON = given.SIGNED_ON


def year_of_finance() -> DecidedHistory:
    """Everything that the books must say something about, in the order in which it was told."""
    history = DecidedHistory()
    _terms(history)
    enrolments = [given.enrol(history, f"c{n}", f"2019-{9 + n % 3:02}-1{n}") for n in range(8)]
    history.add(ChildEnrolled(SECOND, "d1", "2019", "s1", day("2019-10-02")), "2019-10-02")
    _deliver(history)
    rejected = f"P{enrolments[7] + 1}"
    first = _claim(history, "q1", "2019-12-31", "2020-01-06", rejected=rejected)
    _receive_first(history, first)
    _claim(history, "x1", "2019-12-31", "2020-01-07", contract=SECOND)
    _pay_partners(history)
    given.void(history, enrolments[3], "2020-02-10")
    given.withdraw(history, "c4", "2020-01-31")
    history.add(GrantAgreed(CONTRACT, "g1", "COVID", 1_000_001, "covid"), "2020-03-02")
    for name in ("c8", "c9"):
        given.enrol(history, name, "2019-11-29")  # told late: they belong to the year before
    second = _claim(history, "q2", "2020-03-31", "2020-04-06")
    _settle_second(history, first, second)
    given.void(history, enrolments[5], "2020-05-10")
    notes = _claim(history, "q3", "2020-06-30", "2020-07-06")
    _credit(history, first, notes)
    _take_back(history, second, notes)
    _partners_go_on(history)
    for name in ("c10", "c11", "c12"):
        given.enrol(history, name, "2020-07-15")
    _claim(history, "q4", "2020-07-31", "2020-08-03", sampled=True)
    return history


def _terms(history: DecidedHistory) -> None:
    given.terms(history)
    covid = SharesSet(CONTRACT, Scope(trigger="COVID"), shares=(Share(1, "dcms"), Share(2, "la")))
    history.add(covid, SIGNED_ON)
    history.add(OrderPlaced(CONTRACT, "p2", "o2", "session", 4_000, fund="general"), SIGNED_ON)
    days = (day(SIGNED_ON), day("2024-09-30"))
    history.add(ContractSigned(SECOND, "Exchange", *days, income_class="exchange"), SIGNED_ON)
    history.add(FunderJoined(SECOND, "la", "LA", "local_authority", None, "exchange"), SIGNED_ON)
    years = (
        ProgrammeYear(day("2019-09-01"), day("2020-07-31")),
        ProgrammeYear(day("2020-09-01"), day("2021-07-31")),
    )
    history.add(CohortOpened(SECOND, "2019", years), SIGNED_ON)
    card = RateCardIssued(SECOND, "card", (Trigger("START", "sign_up", 50_000),))
    history.add(card, SIGNED_ON)
    history.add(SharesSet(SECOND, shares=(Share(1, "la"),)), SIGNED_ON)


def _deliver(history: DecidedHistory) -> None:
    """Sessions of two partners; one of them is registered anew."""
    for number in range(12):
        on = f"20{19 + number // 6}-{(number * 2) % 12 + 1:02}-07" if number > 5 else ""
        given.register(history, f"s{number}", on or f"2019-1{number % 3}-0{number + 1}", ("c0",))
    for number in range(3):
        register = RegisterSubmitted(CONTRACT, "o2", f"t{number}", "delivered", ("c1",))
        history.add(register, f"2020-0{number + 1}-03")
    given.register(history, "s2", "2019-12-03", ("c0",), None, "cancelled_by_partner")


def _claim(
    history: DecidedHistory,
    name: str,
    upto: str,
    on: str,
    *,
    contract: str = CONTRACT,
    rejected: str | None = None,
    sampled: bool = False,
) -> dict[str, str]:
    """A claim up to its invoices and credit notes, by funder; the first one was withdrawn."""
    before = history.version
    history.add(ClaimDrafted(contract, f"{name}-draft", day(upto)), on, actor="fay")
    history.add(ClaimSubmitted(contract, f"{name}-draft"), on, actor="fay")
    if sampled:
        _sample(history, f"{name}-draft", on)
    history.add(ClaimWithdrawn(contract, f"{name}-draft", "wrong_cut_off"), on, actor="fay")
    history.add(ClaimDrafted(contract, name, day(upto)), on, actor="fay")
    history.add(ClaimSubmitted(contract, name), on, actor="fay")
    if rejected is not None:
        late = ClaimLineRejected(contract, name, rejected, "register_missing")
        history.add(late, on, actor="fay")
    if sampled:
        _sample(history, name, on)
    history.add(ClaimApproved(contract, name), on, actor="anna")
    issued = {}
    for event in history.events[before:]:
        if isinstance(event.data, InvoiceIssued):
            issued[event.data.funder] = event.data.invoice
        if isinstance(event.data, CreditNoteIssued):
            issued[event.data.funder] = event.data.credit_note
    return issued


def _sample(history: DecidedHistory, claim: str, on: str) -> None:
    """Two lines are looked at, one fails, and the lines that nobody saw are less by as much."""
    sample = f"{claim}-sample"
    drawn = SampleDrawn(CONTRACT, claim, sample, 2, "seed", "extrapolated")
    history.add(drawn, on, actor="fay")
    selected = history.events[-1].data
    assert isinstance(selected, SampleSelected)
    for passed, payment in enumerate(selected.payments):
        history.add(SampleJudged(CONTRACT, sample, payment, bool(passed)), on, actor="vera")
    history.add(SampleClosed(CONTRACT, sample), on, actor="fay")


def open_of(history: DecidedHistory, invoice: str) -> int:
    """What is open of an invoice or a credit note, as the rules have it."""
    held = history.book.invoices.get(invoice) or history.book.credits[invoice]
    return held.open_minor


def _receive_first(history: DecidedHistory, first: dict[str, str]) -> None:
    """One pays short, one pays too much, one in advance of its invoice; one does not pay."""
    phil, la, school = first["phil"], first["la"], first["sch"]
    owed = open_of(history, phil)
    history.add(ReceiptRecorded(CONTRACT, "phil", "r1", owed - 1_234), "2020-02-03")
    history.add(ReceiptAllocated("r1", phil, owed - 1_234), "2020-02-03")
    owed = open_of(history, la)
    paid = ReceiptRecorded(CONTRACT, "la", "r2", owed + 50_000, "BACS 17", "deposit")
    history.add(paid, "2020-02-05")
    history.add(ReceiptAllocated("r2", la, owed), "2020-02-05")
    history.add(RefundPaid(CONTRACT, "la", 10_000, None, "deposit"), "2020-02-20")
    history.add(ReceiptRecorded(CONTRACT, "sch", "r3", 40_000), "2019-12-20")
    history.add(ReceiptAllocated("r3", school, 40_000), "2020-01-06")
    wrong = history.add(ReceiptRecorded(CONTRACT, "dcms", "r4", 77_700), "2020-02-07")
    given.void(history, wrong, "2020-02-11")


def _settle_second(history: DecidedHistory, first: dict[str, str], second: dict[str, str]) -> None:
    """One receipt for two invoices and a bit, and a part that nobody will pay."""
    school = [first["sch"], second["sch"]]
    owed = [open_of(history, invoice) for invoice in school]
    history.add(ReceiptRecorded(CONTRACT, "sch", "r5", sum(owed) + 99), "2020-05-04")
    for invoice, amount in zip(school, owed, strict=True):
        history.add(ReceiptAllocated("r5", invoice, amount), "2020-05-04")
    asked = WriteOffRequested(CONTRACT, first["dcms"], "w1", 5_000, "school_closed")
    history.add(asked, "2020-05-05", actor="fay")
    history.add(WriteOffApproved(CONTRACT, "w1"), "2020-05-06", actor="anna")
    history.add(ReceiptAllocated("r2", second["la"], 40_000), "2020-05-07")


def _credit(history: DecidedHistory, first: dict[str, str], notes: dict[str, str]) -> None:
    """A claim of reversals alone: one credit note is applied, in part, the others wait."""
    amount = min(open_of(history, notes["dcms"]), open_of(history, first["dcms"])) - 7
    history.add(CreditApplied(notes["dcms"], first["dcms"], amount), "2020-07-08")


def _take_back(history: DecidedHistory, second: dict[str, str], notes: dict[str, str]) -> None:
    """A part of an allocation was a mistake; a part of a credit note is paid out."""
    back = ReceiptUnallocated("r2", second["la"], 15_000, "wrong_invoice")
    history.add(back, "2020-07-09")
    history.add(CreditRefunded(notes["phil"], 20_000, "BACS 20", "deposit"), "2020-07-10")


def _pay_partners(history: DecidedHistory) -> None:
    """One partner invoices less than accrued and is paid; the other is paid too much."""
    history.add(FeeInvoiced(CONTRACT, "p1", "i1", 34_000), "2020-01-10")
    history.add(FeePaid(CONTRACT, "p1", 30_000, "i1"), "2020-02-12")
    history.add(FeeInvoiced(CONTRACT, "p2", "i2", 20_000), "2020-02-13")
    history.add(FeePaid(CONTRACT, "p2", 20_000, "i2", None, "deposit"), "2020-02-14")


def _partners_go_on(history: DecidedHistory) -> None:
    """A credit note, a register that comes late and one that is registered anew."""
    history.add(FeeCredited(CONTRACT, "p2", "n2", "i2", 8_000), "2020-06-01")
    given.register(history, "late", "2019-11-15", ("c0", "c1"))
    given.register(history, "s4", "2019-11-05", ("c0",), None, "cancelled_by_partner")
    history.add(FeePaid(CONTRACT, "p1", 4_000, "i1"), "2020-07-31")
    _settle(history)


def _settle(history: DecidedHistory) -> None:
    """A partner that two funds owe is settled at once; the money comes back and goes out again."""
    other = OrderPlaced(CONTRACT, "p1", "o3", "session", 2_500, fund="general")
    history.add(other, SIGNED_ON)
    register = RegisterSubmitted(CONTRACT, "o3", "u1", "delivered", ("c1",))
    history.add(register, "2020-06-09")
    account = "0" * 64
    history.add(PartnerBankSet("p1", account), "2020-08-03", actor="fay")
    history.add(PartnerBankConfirmed("p1", account), "2020-08-03", actor="anna")
    drafted = SettlementDrafted(CONTRACT, "t1", day("2020-07-31"), partners=("p1",))
    history.add(drafted, "2020-08-04", actor="fay")
    history.add(SettlementApproved(CONTRACT, "t1"), "2020-08-05", actor="anna")
    history.add(SettlementPaid(CONTRACT, "t1", "BACS 18", "deposit"), "2020-08-06", actor="fay")
    back = SettlementReturned(CONTRACT, "t1", "p1", 45_000, "account_closed")
    history.add(back, "2020-08-11", actor="fay")
    history.add(PartnerBankConfirmed("p1", account), "2020-08-12", actor="anna")
    history.add(SettlementDrafted(CONTRACT, "t2", day("2020-07-31")), "2020-08-12", actor="fay")
    history.add(SettlementApproved(CONTRACT, "t2"), "2020-08-13", actor="anna")
    history.add(SettlementPaid(CONTRACT, "t2", "BACS 19", "deposit"), "2020-08-14", actor="fay")
