"""What is above an order's limit is reported, and is owed to nobody (decision 0007)."""

import pytest

from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from projections.audit.verify import verify
from projections.reading.partners import partner
from projections.reading.trial_balance import trial_balance
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, LEDGER


@pytest.fixture
def history():
    """An order of 8,500 a session, limited to 10,000: the second session is 7,000 over."""
    decided = DecidedHistory()
    given.terms(decided)
    given.enrol(decided, "c1")
    limited = OrderPlaced(
        CONTRACT, "p1", "limited", "session", 8_500, fund="restricted", limit_minor=10_000
    )
    decided.add(limited, given.SIGNED_ON)
    held(decided, "s1", "2019-11-04")
    held(decided, "s2", "2019-11-11")
    return decided


def held(history, session, on, status="delivered"):
    register = RegisterSubmitted(CONTRACT, "limited", session, status, ("c1",), None)
    return history.add(register, on)


def shown(read, **at):
    """The accrued part and the part over the limit, by order."""
    orders = read(partner, "p1", **at)["orders"]
    return {row["order"]: (row["accrued_minor"], row["over_limit_minor"]) for row in orders}


def test_a_fee_over_the_limit_is_reported_and_not_owed(read):
    assert shown(read) == {"limited": (10_000, 7_000), "o1": (0, 0)}
    assert read(partner, "p1")["owed_minor"] == 10_000
    fees = {row["account"]: row["balance_minor"] for row in read(trial_balance)["accounts"]}
    assert fees["liabilities:accrued-fees:p1"] == -10_000


def test_a_fee_wholly_over_the_limit_is_reported(history, read):
    held(history, "s3", "2019-11-18")
    assert shown(read)["limited"] == (10_000, 15_500)


def test_the_part_over_the_limit_answers_at_any_pair(history, read):
    known_at = history.version
    held(history, "s2", "2019-11-11", "cancelled_by_partner")
    assert shown(read)["limited"] == (8_500, 0)
    assert shown(read, known_at=known_at)["limited"] == (10_000, 7_000)
    assert shown(read, known_at=known_at, as_of="2019-11-10")["limited"] == (8_500, 0)


def test_a_reversed_fee_frees_the_limit_for_later_sessions_only(history, read):
    held(history, "s1", "2019-11-04", "cancelled_by_partner")
    assert shown(read)["limited"] == (1_500, 7_000)
    held(history, "s3", "2019-11-18")
    assert shown(read)["limited"] == (10_000, 7_000)


def test_the_audit_compares_what_is_over_a_limit(history, read, dsn):
    held(history, "s1", "2019-11-04", "cancelled_by_partner")
    shown(read)
    assert verify(dsn, LEDGER).findings == []
