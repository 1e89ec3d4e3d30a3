"""Subject access: everything held on one child, and nothing on others; as JSON and as a page."""

from collections.abc import Iterator

import httpx
import pytest

from projections.reading.child_feed import about_child, registers_without
from projections.reading.pair import Pair
from tests.api.desk import Desk, House, Json, fact

CHILD = "c-0001"
OTHER = "c-0002"
ADA: Json = {
    "name": "Ada <script>alert(1)</script>",
    "date_of_birth": "2011-03-09",
    "school_number": "<b>77</b>",
    "contacts": [{"kind": "mother_phone", "value": '"><img src=x onerror=alert(2)>'}],
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SECTIONS = [
    "ledger",
    "currency",
    "child",
    "version",
    "answered_on",
    "about",
    "identity",
    "identity_reads",
    "records",
    "payments",
    "verifications",
    "erasures",
    "events",
    "documents",
    "retention",
    "not_known",
]


@pytest.fixture(scope="module")
def second(house: House) -> Iterator[httpx.Client]:
    with house.client(house.key(["admin"])) as client:
        yield client


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Two children of one session, and most of what can be recorded about one of them."""
    desk.with_child()
    desk.appended("finance", fact("retention.set"))
    desk.appended(
        "recorder",
        [
            fact("child.enrolled", child=OTHER),
            fact("plan.agreed"),
            fact("interaction.recorded"),
            fact("register.submitted", fact_id="register-1"),
            fact("measurement.recorded"),
            fact("measurement.recorded", on="2023-07-18", point="end_point", value=2),
            fact("measurement.corrected"),
            fact("evidence.attached", about="register-1"),
            fact("child.transferred"),
        ],
    )
    desk.appended("verifier", fact("verification.recorded", on="2023-09-10", trigger=None,
        area="sdq-peer"))  # fmt: skip
    return desk


def identify(desk: Desk, body: Json = ADA, /, child: str = CHILD) -> None:
    url = f"{desk.path}/identities/{child}"
    assert desk.house.clients["custodian"].put(url, json=body).status_code in {200, 201}


def ask(desk: Desk, child: str = CHILD, accept: str = "*/*") -> httpx.Response:
    path = f"/children/{child}/subject-access"
    return desk.get(path, role="custodian", headers={"Accept": accept})


def held(desk: Desk, child: str = CHILD) -> Json:
    answer = ask(desk, child)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return dict(answer.json())


def erase(desk: Desk, second: httpx.Client, scope: str = "all") -> None:
    for client in (desk.house.clients["admin"], second):
        answer = client.post(
            f"{desk.path}/children/{CHILD}/erasure",
            json={"basis": "consent_withdrawn", "scope": scope},
        )
    assert (answer.status_code, answer.json()["state"]) == (201, "erased"), answer.text


def says(items: list[Json]) -> list[str]:
    return [item["says"] for item in items]


def test_everything_about_a_child_is_there_in_order(told: Desk) -> None:
    identify(told)
    answer = held(told)
    assert list(answer) == SECTIONS
    assert (answer["ledger"], answer["child"]) == (told.ledger, CHILD)
    assert answer["version"] == told.version()
    versions = [event["version"] for event in answer["events"]]
    assert versions == sorted(versions)
    feed = told.read(f"/events?child={CHILD}")["items"]
    assert versions == [event["version"] for event in feed]
    assert {event["type"] for event in answer["events"]} >= {
        "child.enrolled",
        "plan.agreed",
        "interaction.recorded",
        "register.submitted",
        "measurement.recorded",
        "measurement.corrected",
        "evidence.attached",
        "child.transferred",
        "payment.released",
        "verification.recorded",
    }
    page = told.read(f"/children/{CHILD}")
    assert answer["records"] == [
        {name: page[name] for name in page if name not in {"as_of", "known_at", "version"}}
    ]
    paid = told.read(f"/payments?child={CHILD}")["items"]
    assert answer["payments"] == paid
    assert [one["data"]["area"] for one in answer["verifications"]] == ["sdq-peer"]
    assert says(answer["retention"]) == [
        (
            "Scores and what else is sealed of the contract lcf: kept for 24 months, "
            "counted from the day the child left the programme."
        )
    ]
    assert answer["not_known"]


def test_it_is_said_in_plain_words(told: Desk) -> None:
    said = says(held(told)["events"])
    assert said[1].startswith("The payment P12 for SIGN_UP was released: GBP 1,680.00, paid by ")
    assert said[1].endswith("lbhf GBP 315.51, schools GBP 186.14.")
    assert "The child had a formal meeting with a link worker of 45 minutes." in said
    assert "A verifier looked at the evidence for the area sdq-peer: verified." in said


def test_no_other_child_is_named_in_it(told: Desk) -> None:
    whole = ask(told).text
    assert OTHER not in whole
    assert OTHER not in ask(told, accept="text/html").text
    [register] = [one for one in held(told)["events"] if one["type"] == "register.submitted"]
    assert (register["data"]["expected"], register["data"]["attended"]) == ([CHILD], [CHILD])
    [other] = [one for one in held(told, OTHER)["events"] if one["type"] == "register.submitted"]
    assert (other["data"]["expected"], other["data"]["attended"]) == ([OTHER], [])
    assert CHILD not in ask(told, OTHER).text


def test_a_register_handed_in_again_without_the_child_is_about_it(told: Desk) -> None:
    before = held(told)["events"]
    again = fact("register.submitted", expected=[OTHER], attended=[OTHER], engaged=None)
    version = told.appended("recorder", again)["results"][0]["event"]["version"]
    answer = held(told)
    added = [one for one in answer["events"] if one not in before]
    assert version in [one["version"] for one in added]
    [register] = [one for one in added if one["type"] == "register.submitted"]
    assert (register["data"]["expected"], register["data"]["attended"]) == ([], [])
    assert register["says"].endswith("the child was not expected, did not attend.")
    assert OTHER not in ask(told).text


def test_the_feed_is_the_same_in_pages_of_any_size(told: Desk) -> None:
    again = fact("register.submitted", expected=[OTHER], attended=[OTHER], engaged=None)
    told.appended("recorder", again)
    told.appended("recorder", fact("interaction.recorded", on="2023-01-01"))
    whole = held(told)["events"]
    at = Pair(None, told.version())
    service = told.house.service
    for limit in (1, 2, 3, 5, 1000):
        found: list[int] = []
        after: str | None = "0"
        with service.pool.connection() as connection:
            also = registers_without(connection, told.ledger, CHILD, at)
            while after is not None:
                page = about_child(
                    connection, told.ledger, CHILD, at, also=also, after=int(after), limit=limit
                )
                found += [event["version"] for event in page.items]
                after = page.after
        assert found == [event["version"] for event in whole], limit


def test_a_document_about_an_event_of_the_child_is_found_without_its_name(told: Desk) -> None:
    measured = next(e for e in held(told)["events"] if e["type"] == "measurement.recorded")
    about = [
        fact("evidence.attached", child=None, label=None, about=measured["version"]),
        fact("evidence.attached", child=None, label=None, about="register-1"),
        fact("evidence.attached", child=None, label=None, about=1),
    ]
    told.appended("recorder", about)
    documents = held(told)["documents"]
    assert [one["data"]["about"] for one in documents] == [measured["version"], "register-1"]
    assert all("only its digest is held" in one["says"] for one in documents)


def test_the_identity_is_in_it_and_its_reading_is_noted(told: Desk) -> None:
    assert held(told)["identity"] == {"state": "none", "content": None, "changed_at": None}
    identify(told)
    answer = held(told)
    assert answer["identity"]["state"] == "kept"
    assert answer["identity"]["content"] == ADA
    assert [(one["actor"], one["purpose"]) for one in answer["identity_reads"]] == [
        ("the-custodian", "subject_access")
    ]
    assert ask(told).headers["cache-control"] == "no-store"
    assert len(told.get(f"/identities/{CHILD}/reads").json()["items"]) == 2


def test_a_page_is_given_to_people_and_nothing_recorded_is_markup(told: Desk) -> None:
    identify(told)
    answer = ask(told, accept=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["etag"] == f'"{told.version()}"'
    page = answer.text
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "Ada &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;77&lt;/b&gt;" in page
    assert "9 March 2011" in page
    for sentence in says(held(told)["events"]):
        assert sentence.replace("'", "&#39;") in page
    assert "P12" in page
    assert "GBP 1,680.00" in page


def test_of_an_erased_child_what_is_left_is_given(told: Desk, second: httpx.Client) -> None:
    identify(told)
    before = held(told)
    erase(told, second)
    answer = held(told)
    assert answer["identity"] == {"state": "erased", "content": None, "changed_at": None}
    assert answer["payments"] == before["payments"]
    assert [one["purpose"] for one in answer["identity_reads"]] == ["subject_access"]
    assert [step["step"] for step in answer["erasures"]] == ["requested", "requested", "erased"]
    scores = [one for one in answer["events"] if one["type"].startswith("measurement.")]
    assert {one["data"]["value"] for one in scores} == {"erased"}
    assert scores[0]["says"].endswith(": erased.")
    assert answer["records"][0]["erased"] is True
    assert answer["events"][-1]["says"] == (
        "The keys of the child's scores and identity were destroyed for ever; ground: consent "
        "withdrawn."
    )
    page = ask(told, accept="text/html").text
    assert "Ada" not in page
    assert "The identity was erased" in page


def test_an_erased_identity_alone_leaves_the_scores(told: Desk, second: httpx.Client) -> None:
    identify(told)
    erase(told, second, scope="identity")
    answer = held(told)
    assert answer["identity"]["state"] == "erased"
    assert 6 in [one["data"].get("value") for one in answer["events"]]


def test_a_child_known_to_the_vault_alone_gets_an_answer(desk: Desk) -> None:
    identify(desk)
    answer = held(desk)
    assert answer["identity"]["content"]["name"] == ADA["name"]
    assert (answer["records"], answer["events"], answer["payments"]) == ([], [], [])
    assert (answer["documents"], answer["retention"]) == ([], [])
    page = ask(desk, accept="text/html").text
    assert "The child is in no programme of this ledger." in page
    desk.house.clients["custodian"].delete(f"{desk.path}/identities/{CHILD}")
    assert held(desk)["identity"]["state"] == "erased"


def test_a_child_that_nobody_knows_is_not_found_and_no_read_is_noted(told: Desk) -> None:
    for child in ("c-9999", "Ada Marked"):
        answer = ask(told, child)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_child")
        assert "Ada" not in answer.text
    assert told.get("/identities/c-9999/reads").json()["items"] == []


def test_a_parameter_that_would_hide_something_is_refused(told: Desk) -> None:
    answer = told.get(f"/children/{CHILD}/subject-access?as_of=2022-01-01", role="custodian")
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
