"""What nobody gave a limit for has one: the diff, the journal tests, a sample, a why."""

import datetime

from ledger.events.cash import ReceiptRecorded
from projections.audit.journal_tests import Scope, journal_tests
from projections.reading.difference.answer import difference
from projections.reading.difference.ends import Ends
from projections.reading.pair import LIMIT_DEFAULT, Pair
from tests.projections import given
from tests.projections.history import CONTRACT, day

RECEIPTS = 120


def test_a_diff_and_the_journal_tests_are_a_page_each_where_no_limit_is_given(read, history):
    given.terms(history)
    before = history.version
    for number in range(RECEIPTS):
        history.add(ReceiptRecorded(CONTRACT, "phil", f"r{number}", 10_000), "2019-12-01")

    def moved(connection, ledger, at):
        ends = Ends(Pair(None, before), at)
        return difference(connection, ledger, ends, today=day("2020-01-01"), of="receipts")

    page = read(moved)
    assert (len(page.items), page.after is None) == (LIMIT_DEFAULT, False)
    [funder] = [
        row
        for row in read(
            lambda c, ledger, at: difference(
                c, ledger, Ends(Pair(None, before), at), today=datetime.date.max, of="funders"
            )
        ).items
        if row["figure"] == "received_minor"
    ]
    assert (len(funder["events"]), funder["more"]) == (10, RECEIPTS - 10)
    answer = read(journal_tests, scope=Scope("Europe/London"))
    assert max(test["count"] for test in answer["tests"]) == RECEIPTS
    assert max(len(test["items"]) for test in answer["tests"]) == LIMIT_DEFAULT
