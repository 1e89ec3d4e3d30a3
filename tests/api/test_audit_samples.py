"""Audit samples over HTTP: drawn by hand the same, frozen for ever, and as a sheet to fill in."""

import csv
import io
from hashlib import sha256

import openpyxl
import pytest

from tests.api.desk import Desk, fact
from tests.api.test_books import everything
from tests.api.test_claims import claimed

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RANDOM = "/audit/sample?of=payments&method=random&seed=spring%20audit&size=5"
MONETARY = "/audit/sample?of=payments&method=monetary_unit&seed=spring%20audit&size=7"


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Twelve sign-ups, one of them voided; a claim, a receipt that was voided, and fees."""
    desk.with_terms()
    for number in range(12):
        enrolled = desk.appended("recorder", fact("child.enrolled", child=f"c-00{number:02}"))
    version = enrolled["results"][0]["event"]["version"]
    desk.appended("approver", fact("fact.voided", version=version))
    came = {"expected": ["c-0001"], "attended": ["c-0001"], "engaged": None}
    for number in range(1, 5):
        on = f"2022-02-{number:02}"
        desk.appended("recorder", fact("register.submitted", on=on, session=f"s-{number}", **came))
    off = {**came, "attended": None, "status": "cancelled_by_partner"}
    desk.appended("recorder", fact("register.submitted", on="2022-02-01", session="s-1", **off))
    claimed(desk)
    receipts = [fact("receipt.recorded", receipt=f"r-{n}", amount_minor=n * 100) for n in (1, 2)]
    recorded = desk.appended("finance", receipts)
    version = recorded["results"][0]["event"]["version"]
    desk.appended("approver", fact("fact.voided", version=version))
    desk.read("/trial-balance")  # so that every question behind this is about all of it
    return desk


def test_a_random_sample_is_drawn_again_by_hand(told: Desk) -> None:
    found = told.read(RANDOM)
    root = told.get().json()["root"]
    assert found["frozen"] == {"as_of": None, "version": told.version(), "root": root}
    standing = [row["payment"] for row in told.read("/payments?limit=1000&state=released")["items"]]
    keys = sorted((sha256(f"spring audit|{root}|{p}".encode()).hexdigest(), p) for p in standing)
    assert [(item["drawn_by"], item["item"]) for item in found["items"]] == keys[:5]
    assert found["population"]["items"] == len(standing) == 11
    assert (found["size"], found["start"], found["interval"]) == (5, None, None)


def test_a_monetary_sample_is_drawn_again_by_hand(told: Desk) -> None:
    found = told.read(MONETARY)
    rows = told.read("/payments?limit=1000&state=released")["items"]
    total = sum(row["amount_minor"] for row in rows)
    start = int(sha256(f"spring audit|{found['frozen']['root']}|start".encode()).hexdigest(), 16)
    assert found["population"] == {"items": len(rows), "amount_minor": total}
    assert found["start"] == start % total
    behind, hit = 0, {}
    places = [(start % total + n * total) // 7 for n in range(7)]
    for row in rows:
        hits = [p for p in places if behind <= p < behind + row["amount_minor"]]
        behind += row["amount_minor"]
        if hits:
            hit[row["payment"]] = (hits[0], len(hits))
    assert {i["item"]: (i["drawn_by"], i["hits"]) for i in found["items"]} == hit
    assert found["interval"] == f"{total // 7}" if total % 7 == 0 else f"{total}/7"


@pytest.mark.parametrize(
    ("of", "items", "amount_minor"),
    [("payments", 11, 11 * 168_000), ("fees", 3, 3 * 8_500), ("receipts", 1, 200)],
)
def test_a_population_is_what_stands(told: Desk, of: str, items: int, amount_minor: int) -> None:
    found = told.read(f"/audit/sample?of={of}&method=systematic&seed=x&size=1000")
    assert found["population"] == {"items": items, "amount_minor": amount_minor}
    assert found["size"] == items == len(found["items"])


def test_invoices_and_entries_are_populations(told: Desk) -> None:
    invoices = told.read("/invoices")["items"]
    found = told.read("/audit/sample?of=invoices&method=systematic&seed=x&size=99")
    assert {item["item"] for item in found["items"]} == {row["invoice"] for row in invoices}
    lines = told.read("/journal?limit=1000")["items"]
    debits = sum(line["amount_minor"] for line in lines if line["amount_minor"] > 0)
    found = told.read("/audit/sample?of=journal&method=systematic&seed=x&size=99")
    assert found["population"]["amount_minor"] == debits
    assert {item["version"] for item in found["items"]} == {line["version"] for line in lines}


@pytest.mark.parametrize("of", ["payments", "fees", "invoices", "receipts", "journal"])
@pytest.mark.parametrize("method", ["random", "systematic", "monetary_unit"])
def test_a_sample_is_the_same_at_any_later_version(told: Desk, of: str, method: str) -> None:
    at = told.version()
    asked = f"/audit/sample?of={of}&method={method}&seed=w&size=4&known_at={at}&as_of=2022-12-31"
    before = told.read(asked)
    told.appended("recorder", fact("child.enrolled", child="c-0099"))
    told.appended("finance", fact("receipt.recorded", receipt="r-99"))
    assert told.read(asked) == before
    assert before["known_at"] == before["frozen"]["version"] == at


@pytest.mark.parametrize("of", ["payments", "fees", "invoices", "receipts", "journal"])
def test_every_item_leads_to_why_it_is(told: Desk, of: str) -> None:
    found = told.read(f"/audit/sample?of={of}&method=systematic&seed=x&size=3")
    for item in found["items"]:
        answer = told.house.clients["auditor"].get(item["why"])
        assert answer.status_code == 200, (item["why"], answer.text)
        assert answer.json()["known_at"] == found["frozen"]["version"]


def test_inside_a_commit_the_root_is_that_of_its_leaves(told: Desk) -> None:
    """The terms were one commit; version 3 is within it."""
    found = told.read(RANDOM + "&known_at=3")
    assert len(found["frozen"]["root"]) == 64
    assert (found["items"], found["population"]["items"], found["start"]) == ([], 0, None)


def test_a_sample_is_read_page_by_page(told: Desk) -> None:
    for asked in (RANDOM, MONETARY):
        found = told.read(asked)["items"]
        assert [item["place"] for item in found] == list(range(1, len(found) + 1))
        assert everything(told, asked, "items") == found


def test_a_size_is_planned_by_the_published_tables(told: Desk) -> None:
    asked = "/audit/sample?of=payments&method=monetary_unit&seed=w&confidence=95&tolerable=3"
    for expected, size in (("0", 100), ("0.6", 155), ("1.5", 385)):
        found = told.read(f"{asked}&expected={expected}")
        assert found["size"] == size
        told_back = {"confidence": "95", "tolerable": "3", "expected": expected}
        assert found["planned"] == {**told_back, "table": "poisson"}
    counted = "/audit/sample?of=payments&method=random&seed=w&confidence=90&tolerable=20"
    assert told.read(f"{counted}&table=binomial")["size"] == 11
    assert told.read(f"{counted}&table=hypergeometric")["size"] == 6


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ("", "/query/size"),
        ("&size=5&confidence=95", "/query/size"),
        ("&confidence=95", "/query/size"),
        ("&confidence=49&tolerable=3", "/query/confidence"),
        ("&confidence=95&tolerable=0", "/query/tolerable"),
        ("&confidence=95&tolerable=3&expected=3", "/query/expected"),
        ("&confidence=95&tolerable=3&expected=2.99", "/query/tolerable"),
        ("&confidence=95&tolerable=3&table=binomial", "/query/table"),
        ("&size=5&from=2022-02-01&to=2022-01-01", "/query/to"),
        ("&size=5&from=1899-12-31", "/query/from"),
        ("&size=5&to=9999-12-31", "/query/to"),
    ],
)
def test_what_cannot_be_planned_is_refused(told: Desk, asked: str, pointer: str) -> None:
    path = "/audit/sample?of=payments&method=monetary_unit&seed=w"
    answer = told.get(f"{path}{asked}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == ("shape_invalid", pointer)


@pytest.mark.parametrize("seed", ["a|b", "$(x)", "", "-x", "a" * 101])
def test_words_are_letters_and_digits(told: Desk, seed: str) -> None:
    params = {"of": "payments", "method": "random", "seed": seed, "size": 5}
    assert told.get("/audit/sample", params=params).status_code == 422


def test_a_sample_is_a_sheet(told: Desk) -> None:
    found = told.read(MONETARY + "&limit=1")
    sheet = told.get(MONETARY, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert sheet.headers["content-disposition"].endswith('.csv"')
    assert len(rows) == found["sampled"]["items"] > 1
    assert rows[0]["item"] == found["items"][0]["item"]
    assert (rows[0]["book_value"], rows[0]["audited_value"]) == ("1680.00", "")
    assert rows[0]["root"] == found["frozen"]["root"]


def test_a_sample_is_a_workbook(told: Desk) -> None:
    answer = told.get(MONETARY, headers={"Accept": WORKBOOK})
    book = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)
    heads, *rows = book["findings"].values
    row = dict(zip(heads, rows[0], strict=True))
    assert (row["book value"], row["audited value"], row["difference"]) == (1680, None, 0)
    assert len(rows) == told.read(MONETARY)["sampled"]["items"]
    json = told.get(MONETARY, headers={"Accept": f"application/json, {WORKBOOK};q=0.5"})
    assert json.headers["content-type"] == "application/json"


def test_only_the_business_draws_samples(told: Desk) -> None:
    for role in ("verifier", "finance", "approver", "auditor"):
        assert told.get(RANDOM, role=role).status_code == 200
    assert told.get(RANDOM, role="recorder").json()["code"] == "role_missing"
