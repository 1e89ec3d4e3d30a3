"""Lists of a why that can be long come in pages; a receipt lists its first allocations."""

import pytest

from api.cli.receiving import receipts
from api.cli.saying import console
from tests.api.desk import Desk, Json, fact
from tests.api.test_claims import claimed

BROWSER = {"Accept": "text/html"}
CHILD = "c-0001"


def pages(desk: Desk, path: str, limit: int) -> list[Json]:
    """All pages of a why."""
    found = [desk.read(f"{path}?limit={limit}")]
    while found[-1]["next"] is not None:
        found.append(desk.read(f"{path}?limit={limit}&after={found[-1]['next']}"))
    return found


@pytest.fixture
def verified(desk: Desk) -> tuple[Desk, str]:
    """A payment that rests on a sign-up and three events of an area."""
    desk.with_child()
    measured = [
        fact("measurement.recorded"),
        fact("measurement.recorded", on="2023-07-18", point="end_point", value=2),
    ]
    desk.appended("recorder", [{**told, "received_on": told["effective_on"]} for told in measured])
    verdict = fact("verification.recorded", on="2023-09-10", trigger=None, area="sdq-peer")
    desk.appended("verifier", verdict)
    [paid] = desk.read("/payments?trigger=OUTCOME_1")["items"]
    return desk, str(paid["payment"])


def test_the_evidence_of_a_payment_comes_in_pages(verified: tuple[Desk, str]) -> None:
    desk, payment = verified
    path = f"/payments/{payment}/why"
    whole = desk.read(path)
    assert (whole["next"], whole["more"], whole["earned"]["left_out"]) == (None, 0, 0)
    told = pages(desk, path, 1)
    count = len(whole["earned"]["evidence"])
    assert len(told) == count > 2
    assert [page["more"] for page in told] == list(range(count - 1, -1, -1))
    assert [e for page in told for e in page["earned"]["evidence"]] == whole["earned"]["evidence"]
    assert all(page["price"] == whole["price"] for page in told)
    page = desk.get(f"{path}?limit=1", headers=BROWSER).text
    more = f"{count - 1} more of `why payment {payment}`, ask with"
    assert f"{more} <code>after={told[0]['next']}</code>" in page
    assert "more of" not in desk.get(path, headers=BROWSER).text


def test_the_registers_that_a_fees_own_replaced_come_in_pages(desk: Desk) -> None:
    desk.with_child()
    for minutes in (60, 70, 80, 90):
        attended = {"expected": [CHILD], "attended": [CHILD], "engaged": None}
        desk.appended("recorder", fact("register.submitted", minutes=minutes, **attended))
    desk.appended("finance", fact("order.placed", rate_minor=5_000))
    page = desk.read("/events?type=fee.accrued")["items"]
    path = f"/fees/{page[-1]['version']}/why"
    whole = desk.read(path)
    told = pages(desk, path, 2)
    replaced = [node["version"] for node in whole["superseded"]]
    assert len(replaced) == 3
    assert [node["version"] for page in told for node in page["superseded"]] == replaced
    assert [row for page in told for row in page["considered"]] == whole["considered"]
    assert (len(told), told[0]["more"], told[1]["more"]) == (2, 1, 0)
    shown = desk.get(f"{path}?limit=1", headers=BROWSER).text
    assert "more of `why fee " in shown


def test_the_page_of_a_reversal_names_the_fee_that_it_takes_back(desk: Desk) -> None:
    desk.with_child()
    desk.appended("finance", fact("order.placed", rate_minor=5_000))
    attended = {"expected": [CHILD], "attended": [CHILD], "engaged": None}
    desk.appended("recorder", fact("register.submitted", **attended))
    cancelled = {**attended, "attended": [], "status": "cancelled_by_partner"}
    desk.appended("recorder", fact("register.submitted", **cancelled))
    fee = desk.read("/events?type=fee.accrued")["items"][0]["version"]
    [reversal] = desk.read("/events?type=fee.reversed")["items"]
    of_fee, of_reversal = (
        desk.get(f"/fees/{version}/why", headers=BROWSER).text
        for version in (fee, reversal["version"])
    )
    named = f"fee {fee}, of which {reversal['version']} is the reversal"
    assert f"<title>Why {named}</title>" in of_reversal
    assert f"<h1>Why: {named}, " in of_reversal
    assert f"<h1>Why: fee {fee}, 5" in of_fee
    assert desk.read(f"/fees/{fee}/why")["reverses"] is None


@pytest.mark.parametrize("path", ["/payments/{}/why", "/fees/{}/why"])
def test_a_cursor_of_another_list_is_refused(verified: tuple[Desk, str], path: str) -> None:
    desk, payment = verified
    told = fact("register.submitted", expected=[CHILD], attended=[CHILD], engaged=None)
    desk.appended("recorder", told)
    fee = desk.read("/events?type=fee.accrued")["items"][0]["version"]
    name = payment if "payments" in path else fee
    refused = desk.get(f"{path.format(name)}?after=WyJhIl0")
    assert (refused.status_code, refused.json()["code"]) == (422, "shape_invalid")


def test_a_receipt_lists_its_first_allocations_and_says_how_many_more_there_are(
    desk: Desk,
) -> None:
    desk.with_child()
    invoice = claimed(desk)["lbhf"]
    desk.appended("finance", fact("receipt.recorded", receipt="r-1", amount_minor=1_000))
    desk.appended(
        "finance",
        [
            fact("receipt.allocated", receipt="r-1", invoice=invoice, amount_minor=1)
            for _ in range(102)
        ],
    )
    [receipt] = desk.read("/receipts")["items"]
    assert len(receipt["allocations"]) == 100
    assert (receipt["allocations_more"], receipt["allocated_minor"]) == (2, 102)
    assert receipt["open_minor"] == 898
    out = console()
    with out.capture() as printed:
        for table in receipts({"items": [receipt]}):
            out.print(table)
    assert "and 2 more" in " ".join(printed.get().split())
    why = desk.read("/receipts/r-1/why?limit=40&recompute=true")
    assert (len(why["items"]), why["more"], why["recompute"]["agrees"]) == (40, 62, True)
    step, last = why["steps"]
    assert (step["count"], step["amount_minor"]) == (102, 102)
    assert (last["open_minor"], last["holds"]) == (898, True)
    assert "allocations" not in why["receipt"]
    earlier = desk.read(f"/receipts?known_at={desk.version() - 60}")["items"][0]
    assert (len(earlier["allocations"]), earlier["allocations_more"]) == (42, 0)
