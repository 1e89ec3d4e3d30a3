"""Every scenario page end to end: appended over HTTP by the right role, figures read back."""

import pytest

from tests.scenarios.documents import Documents
from tests.scenarios.figures import figure
from tests.scenarios.pages import Figure, pages, rows_of

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
    documents = Documents()
    for row in rows_of(page):
        if isinstance(row, Figure):
            assert figure(desk, row.name) == row.amount, row.name
            continue
        facts = documents.facts_of(row.sentence, row.day)
        answer = sent(desk, ROLE_OF[row.by], facts).json()
        assert said_of(documents, answer) == row.follows, f"{row.day} {row.sentence}"


def said_of(documents, answer):
    """What an answer says in the words of a page: what followed, or why nothing was recorded."""
    if "results" not in answer:
        return [f"refused {answer['code']}"]
    made = [decision for result in answer["results"] for decision in result["decisions"]]
    return documents.told(made)


def sent(desk, role, facts):
    """Append the facts of a row; a closing has a door of its own."""
    if facts[0]["type"] != "period.closed":
        return desk.append(role, facts)
    body = {**facts[0]["data"], "effective_on": facts[0]["effective_on"]}
    return desk.house.clients[role].post(f"{desk.path}/periods/close", json=body)
