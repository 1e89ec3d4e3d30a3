"""What the tests of the books share: the year, the pairs of dates, spans, and whole lists."""

from projections.reading.span import Span
from projections.reading.trial_balance import trial_balance
from tests.projections.finance import SECOND
from tests.projections.history import CONTRACT, day

TODAY = day("2020-08-31")
DAYS = (None, "2019-12-20", "2020-01-06", "2020-02-10", "2020-05-05")
SPANS = (
    Span(),
    Span(day("2020-01-01"), day("2020-03-31")),
    Span(None, day("2020-01-06")),
    Span(day("2020-02-05"), None),
)
FUNDERS = ("phil", "dcms", "la", "sch")
FIRST_QUARTER = Span(day("2020-01-01"), day("2020-03-31"))
ASKED = (
    {},
    {"span": FIRST_QUARTER},
    {"as_of": "2020-02-14"},
    {"known_at": 90},
    {"known_at": 101, "as_of": "2020-05-05", "span": Span(day("2019-12-15"), None)},
    {"contract": SECOND},
    {"contract": CONTRACT, "span": Span(None, day("2020-06-10"))},
)


def whole(read, question, *arguments, named="items", **asked):
    """Every page of an answer, seven items a page, as one list; and the first page."""
    first = answer = read(question, *arguments, limit=7, **asked)
    items = list(answer[named])
    while answer["next"]:
        answer = read(question, *arguments, limit=7, after=answer["next"], **asked)
        items += answer[named]
    return items, first


def account(read, kind, **asked):
    rows = read(trial_balance, **asked)["accounts"]
    return sum(row["balance_minor"] for row in rows if row["account"].startswith(kind))
