"""Each code of the interface, provoked over HTTP with its status, and nothing stored by it."""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from api.http.problems import DOOR_STATUS, STATUS_OF
from tests.api.desk import Desk, Json, fact, terms
from tests.house.tree import provoked_codes

Step = tuple[str, Json]
ENROLLED: Final[Step] = ("recorder", fact("child.enrolled"))
RECEIVED: Final[Step] = ("finance", fact("receipt.recorded"))
INVOICED: Final[Step] = ("finance", fact("fee.invoiced"))
GRANT_CARD: Final[Step] = (
    "finance",
    fact(
        "rate_card.issued",
        on="2019-09-01",
        cohorts=None,
        triggers=[{"trigger": "COVID_GRANT", "kind": "grant"}],
    ),
)
GRANTED: Final[list[Step]] = [
    GRANT_CARD,
    (
        "finance",
        fact(
            "shares.set",
            where={"trigger": "COVID_GRANT"},
            shares=[{"funder": "philanthropy", "parts": 1}],
        ),
    ),
    ("finance", fact("grant.agreed", reference="first", amount_minor=10**15)),
    ("finance", fact("grant.agreed", reference="second", amount_minor=10**15)),
]
LATE_SHARES: Final[Step] = (
    "finance",
    fact("shares.set", on="2024-01-01", contract="late", shares=[{"funder": "f", "parts": 1}]),
)
PRIMES: Final = (
    999_999_937, 999_999_929, 999_999_893, 999_999_883, 999_999_797, 999_999_761, 999_999_757,
)  # fmt: skip
FINE: Final = [
    fact("shares.set", contract="fine", shares=[{"funder": "f", "parts": prime}])
    for prime in PRIMES
]
FULL_CAP: Final[Step] = (
    "finance",
    fact("cap.set", funder="philanthropy", limit_minor=1, on_reached="refuse_line", to=None),
)


@dataclass(frozen=True)
class Case:
    code: str
    role: str
    refused: Json
    given: list[Step] = field(default_factory=list)
    status: int = 422
    pointer: str | None = None


def year(verdict: str = "verified", on: str = "2022-09-10", **changes: Any) -> Json:
    return fact("verification.recorded", on=on, verdict=verdict, **changes)


CASES: Final = (
    Case("shape_invalid", "finance", {**fact("contract.signed"), "x": 1}),
    Case("shape_invalid", "recorder", fact("child.enrolled", school=7), pointer="/data/school"),
    Case(
        "personal_reference",
        "recorder",
        fact("child.enrolled", child="Jane-Smith"),
        pointer="/data/child",
    ),
    Case("role_missing", "recorder", fact("contract.signed"), status=403, pointer="/type"),
    Case("unknown_contract", "finance", fact("funder.joined", contract="x")),
    Case("unknown_cohort", "recorder", fact("child.enrolled", cohort="x")),
    Case("unknown_funder", "finance", fact("receipt.recorded", funder="x")),
    Case("unknown_child", "recorder", fact("interaction.recorded", child="x")),
    Case("unknown_order", "recorder", fact("register.submitted", order="x"), [ENROLLED]),
    Case("unknown_partner", "finance", fact("fee.paid", partner="x")),
    Case(
        "unknown_area",
        "finance",
        fact(
            "rate_card.issued",
            areas=None,
            triggers=[{"trigger": "A", "kind": "outcome_area", "area": "maths", "price_minor": 1}],
        ),
        pointer="/data/triggers/0/area",
    ),
    Case("unknown_trigger", "approver", fact("payment.decided", trigger="X"), [ENROLLED]),
    Case("unknown_receipt", "finance", fact("receipt.allocated")),
    Case("unknown_invoice", "finance", fact("receipt.allocated"), [RECEIVED]),
    Case("unknown_invoice", "finance", fact("fee.disputed")),
    Case("unknown_fact", "approver", fact("fact.voided", version=9_999)),
    Case("already_exists", "finance", fact("contract.signed"), status=409),
    Case("already_exists", "finance", fact("receipt.recorded"), [RECEIVED], 409),
    Case("already_enrolled", "recorder", fact("child.enrolled"), [ENROLLED], 409),
    Case(
        "already_withdrawn",
        "recorder",
        fact("child.withdrawn"),
        [ENROLLED, ("recorder", fact("child.withdrawn"))],
        409,
    ),
    Case(
        "already_completed",
        "recorder",
        fact("child.completed"),
        [ENROLLED, ("recorder", fact("child.completed"))],
        409,
    ),
    Case("not_voidable", "approver", fact("fact.voided", version=1)),
    Case("no_consent", "recorder", fact("child.enrolled", consent_given_on="2022-01-11")),
    Case("outside_contract", "recorder", fact("child.enrolled", on="2024-10-01")),
    Case("before_enrolment", "recorder", fact("child.withdrawn", on="2022-01-09"), [ENROLLED]),
    Case("no_rate_card", "finance", fact("grant.agreed")),
    Case(
        "no_shares",
        "finance",
        fact("grant.agreed", contract="late"),
        [
            ("finance", fact("contract.signed", contract="late")),
            ("finance", fact("funder.joined", contract="late", funder="f")),
            ("finance", {**GRANT_CARD[1], "data": {**GRANT_CARD[1]["data"], "contract": "late"}}),
            LATE_SHARES,
        ],
    ),
    Case("unknown_trigger", "finance", fact("grant.agreed", trigger="X"), [GRANT_CARD]),
    Case(
        "shares_do_not_sum",
        "finance",
        fact(
            "shares.set",
            shares=None,
            fixed=[{"funder": "lbhf", "trigger": "SIGN_UP", "amount_minor": 1}],
        ),
    ),
    Case(
        "shares_too_fine",
        "finance",
        FINE[-1],
        [
            ("finance", fact("contract.signed", contract="fine", rounding="cumulative")),
            ("finance", fact("funder.joined", contract="fine", funder="f")),
            *(("finance", coarse) for coarse in FINE[:-1]),
        ],
        pointer="/data/shares",
    ),
    Case("nothing_to_verify", "verifier", year(trigger="X"), [ENROLLED]),
    Case("year_not_over", "verifier", year(on="2022-07-30"), [ENROLLED]),
    Case("nothing_to_decide", "approver", fact("payment.decided"), [ENROLLED]),
    Case(
        "cap_reached",
        "approver",
        fact("payment.decided", trigger="SIGN_UP", verdict="release"),
        [FULL_CAP, ENROLLED],
    ),
    Case(
        "attended_not_expected",
        "recorder",
        fact("register.submitted", expected=["c-0001"], attended=["c-0002"], engaged=None),
        [ENROLLED],
    ),
    Case(
        "engaged_not_attended",
        "recorder",
        fact("register.submitted", expected=["c-0001"], attended=[], engaged=["c-0001"]),
        [ENROLLED],
    ),
    Case("exceeds_invoice", "finance", fact("fee.credited", amount_minor=102_001), [INVOICED]),
    Case("exceeds_invoice", "finance", fact("fee.disputed", amount_minor=102_001), [INVOICED]),
    Case("exceeds_unallocated", "finance", fact("refund.paid", amount_minor=200_001), [RECEIVED]),
    Case("claim_too_large", "finance", fact("claim.drafted"), GRANTED, pointer="/data/upto"),
    Case("out_of_order", "finance", fact("claim.drafted", on="2022-01-09"), [ENROLLED]),
    Case("future_date", "recorder", fact("child.enrolled", on="2199-01-01")),
    Case("future_date", "finance", fact("receipt.recorded", on="2199-12-31")),
)
# More than 20,000 decisions from one fact: tests of the rules do.
BY_THE_RULES: Final = {"too_many_decisions"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.refused['type']}")
def test_a_refusal_has_its_code_its_status_its_place_and_no_effect(desk: Desk, case: Case) -> None:
    desk.appended("finance", terms())
    for role, given in case.given:
        desk.appended(role, given)
    before = desk.get().json()
    answer = desk.append(case.role, case.refused)
    problem = answer.json()
    assert (problem["code"], answer.status_code) == (case.code, case.status), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert set(problem) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    [item] = problem["errors"]
    assert (item["index"], item["code"]) == (0, case.code)
    assert case.pointer in {None, item["pointer"]}
    assert desk.get().json() == before


def test_every_code_of_the_rules_is_provoked_over_http_or_by_the_rules() -> None:
    here = provoked_codes(
        *(
            f"tests/api/test_{place}.py"
            for place in (
                "codes",
                "erasures",
                "claims",
                "samples",
                "settlements",
                "settlement_duties",
                "periods",
                "returned_payments",
                "taken_back",
                "rules",
            )
        ),
    )
    assert {case.code for case in CASES} <= here
    assert provoked_codes("tests/ledger") >= BY_THE_RULES
    assert not BY_THE_RULES & here
    assert set(STATUS_OF) - set(DOOR_STATUS) <= here | BY_THE_RULES


def test_nobody_verifies_or_voids_what_they_recorded_themselves(desk: Desk) -> None:
    desk.with_child()
    roles = ["recorder", "verifier", "approver"]
    with desk.house.client(desk.house.key(roles)) as both:
        met = both.post(f"{desk.path}/events", json=fact("interaction.recorded"))
        assert met.status_code == 201
        verified = both.post(f"{desk.path}/events", json=year())
        assert (verified.status_code, verified.json()["code"]) == (422, "verifier_is_recorder")
        version = met.json()["version"]
        voided = both.post(f"{desk.path}/events", json=fact("fact.voided", version=version))
        assert (voided.status_code, voided.json()["code"]) == (422, "voider_is_recorder")
    assert desk.append("approver", fact("fact.voided", version=version)).status_code == 201
    again = desk.append("approver", fact("fact.voided", version=version))
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")


def test_money_that_was_refunded_still_rests_on_its_receipt(desk: Desk) -> None:
    desk.with_terms()
    version = desk.appended(*RECEIVED)["version"]
    desk.appended("finance", fact("refund.paid"))
    answer = desk.append("approver", fact("fact.voided", version=version))
    assert (answer.status_code, answer.json()["code"]) == (422, "still_relied_on")


def test_a_correction_names_the_informant_where_there_were_several(desk: Desk) -> None:
    desk.with_child()
    for informant in ("teacher", "parent"):
        desk.appended("recorder", fact("measurement.recorded", informant=informant))
    correction = fact("measurement.corrected", point="baseline", informant=None)
    answer = desk.append("recorder", correction)
    assert (answer.status_code, answer.json()["code"]) == (422, "informant_needed")


def test_a_register_of_an_hourly_order_needs_its_minutes(desk: Desk) -> None:
    desk.with_child()
    desk.appended("finance", fact("order.placed", order="hourly", unit="hour"))
    register = fact("register.submitted", order="hourly", minutes=None, expected=["c-0001"])
    answer = desk.append("recorder", register)
    assert (answer.status_code, answer.json()["code"]) == (422, "minutes_needed")
