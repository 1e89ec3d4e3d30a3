"""The reference contract in a bundle: every payment performed again, and the published total.

Of the contract as far as `tests/reference/shortened.py` plays it.
"""

import csv
import datetime

import msgspec
import pytest

from api.reference.contract import facts
from ledger.book import Book
from ledger.deciding import decide
from ledger.events.codec import decode_fact
from tests.bundle.bundled import bundled, typed, verifier_key
from tests.reference.shortened import RELEASED_MINOR, WHOLE, in_time

TODAY = datetime.date(2026, 1, 5)
FIRST = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)
A_COMMIT = 500


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    book, events = Book(), []
    for number, written in enumerate(in_time(facts())):
        moment = FIRST + datetime.timedelta(seconds=number // A_COMMIT)
        events += decide(
            book,
            decode_fact(msgspec.json.encode(written.fact)),
            actor=written.actor,
            today=TODAY,
            recorded_at=moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        )
    target = tmp_path_factory.mktemp("published") / "wlz"
    bundled(events, target)
    return target


def test_every_payment_is_performed_again_by_the_one_file_alone(bundle, tmp_path):
    told = typed(bundle, "--key", verifier_key(), cwd=tmp_path)
    assert (told.errors, told.faults) == ("", [])
    assert told.code == 0
    assert told.document["checked"]["payment decisions performed again"] > (
        6_000 if WHOLE else 2_000
    )
    assert told.document["unverified"] == {}


def test_its_payments_add_up_to_the_published_total(bundle):
    with (bundle / "tables/OC_Payments.csv").open(newline="") as file:
        amounts = [row["Amount"] for row in csv.DictReader(file)]
    assert sum(int(amount.replace(".", "")) for amount in amounts) == RELEASED_MINOR


def test_its_journal_balances_and_its_income_is_the_published_total(bundle):
    with (bundle / "tables/GL_Detail.csv").open(newline="") as file:
        lines = [
            (row["GL_Account_Number"], int(row["Amount_Minor"])) for row in csv.DictReader(file)
        ]
    assert sum(amount for _, amount in lines) == 0
    income = sum(amount for account, amount in lines if account.startswith("income:"))
    assert income == -RELEASED_MINOR
