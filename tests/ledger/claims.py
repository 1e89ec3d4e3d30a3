"""Builders of facts about claims, their samples, invoices and what settles them."""

from tests.ledger.spoken import APPROVER, FINANCE, VERIFIER, fact


def drafted(claim="q1", upto="2020-12-31", *, known_at=None, by=FINANCE, on="2021-01-04"):
    """Draft a claim."""
    return fact("claim.drafted", on, by, claim=claim, upto=upto, known_at=known_at)


def submitted(claim="q1", *, by=FINANCE, on="2021-01-05"):
    """Submit a claim."""
    return fact("claim.submitted", on, by, claim=claim)


def withdrawn(claim="q1", *, on="2021-01-06"):
    """Take a claim back."""
    return fact("claim.withdrawn", on, FINANCE, claim=claim, reason_code="drafted_too_early")


def marked(how, payment, claim="q1", *, on="2021-01-07"):
    """Query, clear or reject a line."""
    terms = {"claim": claim, "payment": payment, "reason_code": "register_missing"}
    return fact(f"claim.line_{how}", on, FINANCE, **terms)


def approved(claim="q1", *, by=APPROVER, on="2021-01-15"):
    """Approve a claim."""
    return fact("claim.approved", on, by, claim=claim)


def claimed(claim="q1", upto="2020-12-31", *, month="2021-01"):
    """Take a claim through to its invoices."""
    return [
        drafted(claim, upto, on=f"{month}-04"),
        submitted(claim, on=f"{month}-05"),
        approved(claim, on=f"{month}-15"),
    ]


def allocated(amount, invoice, receipt="r-1", *, on="2021-02-20"):
    """Allocate a receipt to an invoice."""
    terms = {"receipt": receipt, "invoice": invoice, "amount_minor": amount}
    return fact("receipt.allocated", on, FINANCE, **terms)


def unallocated(amount, invoice, receipt="r-1", *, on="2021-02-20"):
    """Take back a part of what a receipt pays of an invoice."""
    terms = {"receipt": receipt, "invoice": invoice, "amount_minor": amount}
    return fact("receipt.unallocated", on, FINANCE, reason_code="wrong_invoice", **terms)


def credit_refunded(amount, credit_note, *, on="2021-02-20"):
    """Pay a part of a credit note out in cash."""
    return fact("credit.refunded", on, FINANCE, credit_note=credit_note, amount_minor=amount)


def credit_applied(amount, credit_note, invoice, *, on="2021-02-20"):
    """Set a credit note against an invoice."""
    terms = {"credit_note": credit_note, "invoice": invoice, "amount_minor": amount}
    return fact("credit.applied", on, FINANCE, **terms)


def write_off(amount, invoice, name="w-1", *, on="2021-06-01", by=FINANCE):
    """Ask for a write-off."""
    terms = {"invoice": invoice, "write_off": name, "amount_minor": amount}
    return fact("write_off.requested", on, by, reason_code="school_closed", **terms)


def written_off(name="w-1", *, on="2021-06-02", by=APPROVER):
    """Agree to a write-off."""
    return fact("write_off.approved", on, by, write_off=name)


def drawn(
    sample="s1", size=2, claim="q1", *, seed="2021-lottery", method="exact", by=FINANCE,
    on="2021-01-07",
):  # fmt: skip
    """Draw a sample of a claim."""
    terms = {"claim": claim, "sample": sample, "size": size, "seed": seed, "method": method}
    return fact("sample.drawn", on, by, **terms)


def judged(payment, sample="s1", *, passed=True, by=VERIFIER):
    """Say whether an item of a sample has its evidence."""
    terms = {"payment": payment, "passed": passed}
    if not passed:
        terms["reason_code"] = "register_missing"
    return fact("sample.judged", "2021-01-11", by, sample=sample, **terms)


def closed(sample="s1"):
    """Close a sample."""
    return fact("sample.closed", "2021-01-12", FINANCE, sample=sample)
