"""What the report says of the publication follows from the figures."""

import datetime

import pytest

from api.cli.report import remarks
from api.reference.comparison import Comparison, compare
from api.reference.published import PublishedRow, payments

AUTUMN = PublishedRow(
    first_on=datetime.date(2021, 10, 1),
    last_on=datetime.date(2021, 12, 31),
    amount_minor=142_123_800,
    reading="OUTCOMES",
    count=1_697,
    note="",
)


def released(amount_minor: int) -> Comparison:
    month = {"kind": "outcome", "count": 1, "from": "2021-11-01", "amount_minor": amount_minor}
    return compare([AUTUMN], [month])


def test_nothing_is_said_of_a_row_that_agrees_to_the_penny():
    assert list(remarks(released(142_123_800))) == []


@pytest.mark.parametrize(
    ("amount_minor", "said"),
    [
        (142_123_750, "1,421,237.50 here and 1,421,238.00 there. The 0.50 is the rounding"),
        (142_123_849, "1,421,238.49 here and 1,421,238.00 there. The 0.49 is the rounding"),
        (142_123_749, "1,421,237.49 here and 1,421,238.00 there. The 0.51 is more than the"),
        (0, "0.00 here and 1,421,238.00 there. The 1,421,238.00 is more than the rounding"),
    ],
)
def test_a_difference_is_the_rounding_of_the_publication_or_more(amount_minor, said):
    [remark] = remarks(released(amount_minor))
    assert f"2021-10 to 2021-12 is {said}" in remark
    assert released(amount_minor).agrees == ("more than" not in remark)


def test_published_payments_are_counted_by_their_reading():
    published = compare(payments(), [])
    assert published.published_count("SIGN_UP") == 440 + 262 + 868 + 621
    assert published.published_count("GRANT_IN_LIEU") == 0
