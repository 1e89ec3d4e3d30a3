"""Every event that can be about a child is told in a sentence, with its amounts to the penny."""

import pytest

from api.http.openapi import EXAMPLES
from api.subject_access.sentences import SENTENCES, described, rule_described
from ledger.events.catalogue import DECISIONS, EVENTS
from tests.api.desk import Json

CHILD = "c-0001"


def test_every_event_that_names_a_child_has_a_sentence() -> None:
    naming = {name for name, shape in EVENTS.items() if "child" in shape.__struct_fields__}
    about = naming | {"register.submitted", "fact.voided"}
    assert set(SENTENCES) == about


MONEY: Json = {
    "contract": "lcf",
    "child": CHILD,
    "payment": "P7",
    "trigger": "SIGN_UP",
    "amount_minor": -168000,
    "unfunded_minor": 1001,
    "split": [{"funder": "lbhf", "amount_minor": -169001}],
    "evidence": [3, 4],
    "reason": "cap_reached",
}


@pytest.mark.parametrize(
    "type_, content, sentence",
    [
        ("payment.released", MONEY, ("The payment P7 for SIGN_UP was released: GBP -1,680.00, paid "
         "by lbhf GBP -1,690.01, nobody GBP 10.01.")),
        ("payment.reversed", MONEY, "The payment P7 for SIGN_UP was reversed: GBP -1,680.00."),
        ("payment.withheld", MONEY, ("A payment for SIGN_UP of GBP -1,680.00 was earned, and "
         "withheld: cap reached.")),
        ("payment.lapsed", MONEY, ("The withheld payment for SIGN_UP of GBP -1,680.00 is no longer "
         "earned.")),
        ("payment.evidence_changed", MONEY, "The payment P7 for SIGN_UP now rests on events 3, 4."),
        ("payment.decided", {**MONEY, "verdict": "refuse", "reason_code": "not_due"}, ("A person "
         "decided that the payment for SIGN_UP is to be refused; reason: not due.")),
        ("fact.voided", {"version": 9, "reason_code": "wrong_child"}, ("Event 9 was declared void; "
         "it stays in the log. Reason: wrong child.")),
        ("child.withdrawn", {"reason": "moved"}, "The child left the programme; reason: moved."),
        ("child.completed", {}, "The child reached the end of the programme."),
        ("erasure.declined", {"reason_code": "legal_hold"}, ("A request for erasure was declined; "
         "reason: legal hold.")),
        ("measurement.recorded", {"area": "maths", "point": "follow_up", "value": True}, ("A score "
         "was recorded in the area maths some time after the end: yes.")),
        ("plan.agreed", {"areas": []}, "A support plan was agreed, about: no area."),
        ("register.submitted", {"session": "s", "order": "o", "status": "cancelled_by_school",
         "expected": [CHILD]}, ("A register of the session s of the order o was handed in: the "
         "school cancelled it; the child was expected.")),
    ],
)  # fmt: skip
def test_an_event_is_told_in_a_sentence(type_: str, content: Json, sentence: str) -> None:
    assert described({"type": type_, "data": content}, CHILD, "GBP") == sentence


EXAMPLES_TOLD = {
    "child.enrolled": """The child joined the programme of the contract lcf, in the cohort 2021,
        at the school school-07, in the borough lbhf; consent was given on 7 January 2022; it is
        funded by local authority lbhf, school schools.""",
    "child.transferred": """The child moved to the school school-12, in the borough rbkc; it is
        funded by local authority rbkc.""",
    "plan.agreed": "A support plan was agreed, about: sdq-peer; by lw-03.",
    "register.submitted": """A register of the session 2022-02-08 of the order po-17 was handed in
        (60 minutes): it took place; the child was expected, attended, took an active part.""",
    "measurement.recorded": """A score was recorded in the area sdq-peer at the beginning (told by
        teacher) with the instrument sdq: 6.""",
    "measurement.corrected": """A score in the area sdq-peer at the end (told by teacher) was
        corrected to: 4; reason: keyed wrongly.""",
    "evidence.attached": """A document about event register-2022-02-08 was noted: application/pdf,
        48213 bytes, labelled signed_register; only its digest is held.""",
    "verification.recorded": "A verifier looked at the evidence for ENGAGED_Y1: verified.",
}


@pytest.mark.parametrize("type_", EXAMPLES_TOLD)
def test_a_fact_as_the_interface_gives_an_example_of_it_is_told(type_: str) -> None:
    sentence = " ".join(EXAMPLES_TOLD[type_].split())
    assert described(EXAMPLES[type_], CHILD, "GBP") == sentence


def test_decisions_about_a_child_are_told_with_their_amounts() -> None:
    for name in set(DECISIONS) & set(SENTENCES) - {"payment.evidence_changed", "child.erased"}:
        assert "GBP -1,680.00" in described({"type": name, "data": MONEY}, CHILD, "GBP")


def test_one_month_is_one_month() -> None:
    rule = {"contract": "lcf", "kind": "identity", "months": 1, "after": "contract_ended"}
    assert rule_described(rule) == (
        "The identity in the vault of the contract lcf: kept for 1 month, counted from the end of "
        "the contract."
    )
