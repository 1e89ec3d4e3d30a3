import pytest

from projections.audit.journal_tests import Limits, Scope, journal_tests
from projections.reading.span import WHOLE
from tests.projections.finance import year_of_finance

LONDON = "Europe/London"


@pytest.fixture
def told(read):
    """One test: its answer, with all its items read page by page."""

    def asked(name, *, contract=None, span=WHOLE, as_of=None, known_at=None, **limits):
        scope = Scope(LONDON, contract, span, Limits(**limits))
        question = {"scope": scope, "only": name, "as_of": as_of, "known_at": known_at}
        answer = read(journal_tests, limit=5, **question)
        [first] = answer["tests"]
        items, after = list(first["items"]), first["next"]
        while after:
            [more] = read(journal_tests, limit=5, after=after, **question)["tests"]
            assert (more["count"], more["amount_minor"]) == (first["count"], first["amount_minor"])
            items += more["items"]
            after = more["next"]
        assert len(items) == first["count"]
        assert sum(item["amount_minor"] or 0 for item in items) == first["amount_minor"]
        return first, items

    return asked


@pytest.fixture
def year(history):
    decided = year_of_finance()
    history.events = decided.events
    return history
