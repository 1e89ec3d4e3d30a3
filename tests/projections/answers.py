"""Every read there is, asked at one pair of dates: what must be the same for ever."""

import io
from typing import get_args

from projections.audit.journal_tests import Scope, journal_tests
from projections.exports.wanted import Wanted
from projections.exports.writing import write_export
from projections.reading import claims, invoices, periods, samples, settlements
from projections.reading.accrued_income import accrued_income
from projections.reading.activities import activities
from projections.reading.aged import aged_creditors, aged_debtors
from projections.reading.cash_book import cash_book
from projections.reading.children import children
from projections.reading.contracts import contracts
from projections.reading.difference.answer import difference
from projections.reading.difference.ends import Ends
from projections.reading.erasures import erasures
from projections.reading.events import events
from projections.reading.funders import funders
from projections.reading.journal import journal_lines
from projections.reading.outcomes import outcomes
from projections.reading.pair import Pair
from projections.reading.partners import partners
from projections.reading.payments import payments
from projections.reading.published.outcomes import published_outcomes
from projections.reading.published.payments import published_payments
from projections.reading.remittances import remittance
from projections.reading.retention import due
from projections.reading.span import Span
from projections.reading.statements import funder_statement
from projections.reading.summary import summary
from projections.reading.trial_balance import posted_trial_balance, trial_balance
from projections.sampling.drawing import METHODS
from projections.sampling.samples import Asked, Population, draw_sample, sample_page
from tests.properties.facts import CONTRACT, TODAY

MOST = {"limit": 1_000}
TEXTS = ("csv", "trial_balance_csv", "hledger", "beancount")


def every_answer(connection, ledger, at, *, span=None):
    """The answers of all reads, of lists the first thousand items."""
    place = (connection, ledger, at)
    return {
        **of_the_programme(*place),
        **of_cash(*place),
        **of_partners(*place),
        **of_the_books(*place, span or Span(None, at.as_of)),
        "audit samples": [samples_of(*place, of) for of in get_args(Population)],
        "journal tests": journal_tests(*place, scope=Scope("UTC"), limit=1000),
    }


def samples_of(connection, ledger, at, of):
    """A sample of each kind of one population."""
    return [
        sample_page(draw_sample(connection, ledger, Asked(of, method, "words", 3), at), ledger)
        for method in METHODS
    ]


def of_the_programme(connection, ledger, at):
    place = (connection, ledger, at)
    small = {"contract": CONTRACT, "suppress_below": 5}
    return {
        "children": children(*place, today=TODAY, **MOST).items,
        "contracts": contracts(*place, today=TODAY).items,
        "funders": funders(*place).items,
        "payments": payments(*place, **MOST).items,
        "outcomes": outcomes(*place),
        "summary": summary(*place, by="quarter"),
        "events": events(*place, **MOST, contract=CONTRACT).items,
        "erasures": erasures(*place, **MOST).items,
        "retention": due(*place, today=TODAY, **MOST).items,
        "outcomes for outside": published_outcomes(*place, **small),
        "payments for outside": published_payments(*place, by="quarter", **small),
        "difference": difference(
            connection, ledger, Ends(Pair(None, 1), at), today=TODAY, **MOST
        ).items,
    }


def of_cash(connection, ledger, at):
    place = (connection, ledger, at)
    kept = claims.claims(*place, **MOST).items
    return {
        "claims": kept,
        "lines": [claims.lines(*place[:2], c["claim"], at, **MOST).items for c in kept],
        "samples": [
            samples.sample(connection, ledger, listed["sample"], at)
            for listed in samples.samples(*place, **MOST).items
        ],
        "invoices": invoices.invoices(*place, **MOST).items,
        "credit notes": invoices.credit_notes(*place, **MOST).items,
        "receipts": invoices.receipts(*place, **MOST).items,
    }


def of_partners(connection, ledger, at):
    kept = settlements.settlements(connection, ledger, at, **MOST).items
    paid = [(run["settlement"], part["partner"]) for run in kept for part in run["partners"]]
    return {
        "partners": partners(connection, ledger, at).items,
        "settlements": kept,
        "remittances": [remittance(connection, ledger, *names, at) for names in paid],
    }


def of_the_books(connection, ledger, at, span):
    place = (connection, ledger, at)
    names = sorted({row["funder"] for row in funders(*place, **MOST).items})
    return {
        "trial balance": trial_balance(*place),
        "posted": posted_trial_balance(connection, ledger, at.known_at, posted_upto=at.day),
        "periods": periods.closings(*place, **MOST).items,
        "journal": journal_lines(*place, **MOST).items,
        "statements": [
            funder_statement(connection, ledger, name, at, span=span, **MOST) for name in names
        ],
        "aged debtors": aged_debtors(*place, today=TODAY, posted_upto=span.last_on, **MOST),
        "aged creditors": aged_creditors(*place, today=TODAY, posted_upto=span.last_on, **MOST),
        "accrued income": accrued_income(*place, posted_upto=span.ends_on, **MOST),
        "cash book": cash_book(*place, span=span, **MOST),
        "activities": activities(*place, span=span),
        "exports": [exported(kind, *place, span) for kind in TEXTS],
    }


def exported(kind, connection, ledger, at, span):
    target = io.BytesIO()
    write_export(connection, kind, Wanted(ledger, "GBP", at, span), target)
    return target.getvalue()
