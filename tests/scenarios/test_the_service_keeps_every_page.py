"""Every scenario page end to end: appended over HTTP by the right role, figures read back."""

import pytest

from tests.scenarios.figures import figure
from tests.scenarios.pages import Figure, pages, rows_of, told
from tests.scenarios.phrases import facts_of

ROLE_OF = {
    "finance": "finance",
    "school": "recorder",
    "teacher": "recorder",
    "partner": "recorder",
    "quality": "verifier",
    "approver": "approver",
}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_the_decisions_and_figures_are_those_of_the_page(page, desk):
    for row in rows_of(page):
        if isinstance(row, Figure):
            assert figure(desk, row.name) == row.amount, row.name
            continue
        answer = desk.append(ROLE_OF[row.by], facts_of(row.sentence, row.day)).json()
        assert said_of(answer) == row.follows, f"{row.day} {row.sentence}"


def said_of(answer):
    """What an answer says in the words of a page: what followed, or why nothing was recorded."""
    if "results" not in answer:
        return [f"refused {answer['code']}"]
    return told([made for result in answer["results"] for made in result["decisions"]])
