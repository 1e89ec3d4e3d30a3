"""Partners' money, made up: bank details that two people stand behind, and a run a period.

The tutors send one invoice a year and are paid for it (`partners.py`); the others are paid by runs.
After each run they send the invoice for what it collected. One of them bills a session that it had
cancelled: finance disputes that part, and a credit note comes four weeks later.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from api.reference import published
from api.reference.intakes import CONTRACT, STARTS_ON
from api.reference.partners import INVOICING, ORDERS
from api.reference.written import Written, written

FINANCE: Final = "finance"
TREASURER: Final = "treasurer"
BY_RUNS: Final = tuple(sorted({order.partner for order in ORDERS} - {INVOICING}))

SET_AFTER: Final = datetime.timedelta(days=14)
CONFIRMED_AFTER: Final = datetime.timedelta(days=2)
MOVED: Final = ("partner-drama", datetime.date(2022, 6, 13))
"""A partner that changes its bank, and when finance is told."""

DRAFTED_AFTER: Final = datetime.timedelta(days=12)
LAST_SESSIONS_ON: Final = datetime.date(2023, 7, 31)
A_DAY: Final = datetime.timedelta(days=1)
CREDITED_AFTER: Final = datetime.timedelta(days=28)
BILLED_TOO_HIGH: Final = ("partner-music", "2021-09")
TOO_MUCH_MINOR: Final = 5_500


def banks() -> Iterator[Written]:
    """Where each partner's money goes; the fingerprints are of accounts that do not exist."""
    for partner in BY_RUNS:
        yield from _bank(partner, "first", STARTS_ON + SET_AFTER)
    partner, told_on = MOVED
    yield from _bank(partner, "second", told_on)


def _bank(partner: str, account: str, on: datetime.date) -> Iterator[Written]:
    fingerprint = hashlib.sha256(f"{partner}:{account}".encode()).hexdigest()
    content = {"partner": partner, "fingerprint": fingerprint}
    name = f"{partner}:{account}"
    yield written(FINANCE, "partner.bank_set", f"bank-set:{name}", on, content)
    confirmed_on = on + CONFIRMED_AFTER
    confirmed = f"bank-confirmed:{name}"
    yield written(TREASURER, "partner.bank_confirmed", confirmed, confirmed_on, content)


def settlements() -> Iterator[Written]:
    """A run after each published period with sessions: drafted, approved and paid on three days."""
    for row in published.payments():
        if row.first_on <= LAST_SESSIONS_ON:
            yield from _run(row.last_on)


def _run(upto: datetime.date) -> Iterator[Written]:
    name = f"{upto:%Y-%m}"
    content = {"contract": CONTRACT, "settlement": name}
    drafted_on = upto + DRAFTED_AFTER
    draft = {**content, "upto": upto.isoformat(), "partners": list(BY_RUNS)}
    yield written(FINANCE, "settlement.drafted", f"settlement:{name}:drafted", drafted_on, draft)
    approved = f"settlement:{name}:approved"
    yield written(TREASURER, "settlement.approved", approved, drafted_on + A_DAY, content)
    paid = {**content, "reference": f"WLZ {name}"}
    paid_on = drafted_on + 2 * A_DAY
    yield written(FINANCE, "settlement.paid", f"settlement:{name}:paid", paid_on, paid)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run collected of one partner, as the ledger decided it, in minor units."""

    settlement: str
    partner: str
    accrued_minor: int
    drafted_on: datetime.date


def invoices(collected: Iterable[Collected]) -> Iterator[Written]:
    """The invoices that partners send for what the runs collected."""
    for part in collected:
        if part.accrued_minor <= 0:
            continue
        too_high = (part.partner, part.settlement) == BILLED_TOO_HIGH
        billed_minor = part.accrued_minor + TOO_MUCH_MINOR * too_high
        yield _fee("invoiced", part, part.drafted_on, amount_minor=billed_minor)
        if too_high:
            asked = {"amount_minor": TOO_MUCH_MINOR, "reason": "session_cancelled"}
            yield _fee("disputed", part, part.drafted_on + A_DAY, **asked)
            note = {"credit_note": f"{_invoice(part)}-credit", "amount_minor": TOO_MUCH_MINOR}
            yield _fee("credited", part, part.drafted_on + CREDITED_AFTER, **note)


def _invoice(part: Collected) -> str:
    return f"{part.partner.removeprefix('partner-')}-{part.settlement}"


def _fee(step: str, part: Collected, on: datetime.date, **content: object) -> Written:
    named = {"contract": CONTRACT, "partner": part.partner, "invoice": _invoice(part)}
    name = f"fee.{step}:{part.partner}:{part.settlement}"
    return written(FINANCE, f"fee.{step}", name, on, {**named, **content})
