"""Erasure: two people, one ground; what was decided stays, and nothing new follows."""

import re

import pytest

from ledger.deciding import replay
from ledger.events import terms
from ledger.events.children import MeasurementRecorded
from ledger.events.codec import decode_event, encode_event
from ledger.events.sealed import ERASED, LOCKED, no_keys, opened, shown, with_fields
from ledger.events.words import Sealed
from ledger.invariants import InvariantBroken
from ledger.outcomes import holds
from tests.ledger.facts import (
    achieved,
    baseline,
    corrected,
    end_point,
    enrolled,
    met,
    moved,
    register,
    ruled,
    travelled,
    verified,
    voided,
    withdrew,
)
from tests.ledger.saying import erased, flat, given, released
from tests.ledger.spoken import ADMIN, CHILD, FINANCE, RECORDER, SECOND_ADMIN, fact
from tests.ledger.terms import OUTCOMES, contract, order, signed

OTHER = "child-8"


def asked(by=ADMIN, *, child=CHILD, basis="consent_withdrawn", scope=None, on="2022-03-01"):
    return fact("erasure.requested", on, by, child=child, basis=basis, scope=scope)


def declined(by=SECOND_ADMIN, *, child=CHILD, on="2022-03-02"):
    return fact("erasure.declined", on, by, child=child, reason_code="legal_hold")


def paid_for():
    """A child with two payments, one of them for an outcome."""
    return contract(), enrolled(), achieved("peers"), corrected("peers", 1)


def late_card(*lines):
    """A contract whose card comes last."""
    told = list(flat([contract(*lines)]))
    issued = next(spoken for spoken in told if spoken.content["type"] == "rate_card.issued")
    return [spoken for spoken in told if spoken is not issued] + [issued]


def forgotten():
    return (*paid_for(), asked(), asked(SECOND_ADMIN))


def test_a_request_alone_erases_nobody():
    given(paid_for()).when(asked()).then_nothing().when(met()).then_nothing()


def test_a_second_person_who_asks_for_the_same_completes_it():
    given(paid_for(), asked()).when(asked(SECOND_ADMIN)).then(erased(on="2022-03-01"))


def test_whoever_asked_cannot_confirm():
    given(paid_for(), asked()).when(asked()).then_refused("already_requested", "/data/child")


@pytest.mark.parametrize("other", [{"basis": "objection"}, {"scope": "identity"}])
def test_two_people_who_ask_for_different_things_have_not_agreed(other):
    second = asked(SECOND_ADMIN, **other)
    given(paid_for(), asked()).when(second).then_refused("request_differs")


def test_a_declined_request_is_over_and_may_be_made_again():
    world = given(paid_for(), asked(), declined())
    world = world.when(declined()).then_refused("nothing_to_decline")
    world.when(asked(SECOND_ADMIN)).then_nothing()


def test_only_a_child_that_is_known_is_erased():
    given(signed()).when(asked()).then_refused("unknown_child")


def test_a_child_is_erased_once():
    given(forgotten()).when(asked()).then_refused("already_erased")


def test_what_was_paid_for_an_erased_child_stands():
    world = given(forgotten())
    assert world.world.standing() == {"SIGN_UP": 168_000, "OUTCOME_1": 167_500}


@pytest.mark.parametrize(
    "late",
    [
        met(),
        end_point("peers", 9, on="2021-08-01"),
        corrected("peers", 9),
        verified("maths"),
        withdrew(),
        moved(),
        ruled("SIGN_UP"),
        register("s-1"),
        enrolled(on="2022-01-01"),
    ],
    ids=lambda spoken: spoken.content["type"],
)
def test_no_fact_is_recorded_about_an_erased_child(late):
    given(forgotten(), order()).when(late).then_refused("child_erased")


def test_a_fact_about_an_erased_child_is_not_voided():
    wrong = enrolled()
    world = given(contract(*OUTCOMES), wrong, achieved("peers"), asked(), asked(SECOND_ADMIN))
    world.when(voided(wrong)).then_refused("child_erased", "/data/version")


def test_an_erased_child_does_not_enrol_under_another_contract():
    elsewhere = fact("child.enrolled", "2022-04-01", RECORDER, contract="second", child=CHILD,
        cohort="c2019", school="ark", consent_given_on="2022-04-01")  # fmt: skip
    signed_too = fact("contract.signed", "2019-09-01", FINANCE, contract="second", title="Two",
        starts_on="2019-09-01", ends_on="2024-12-31")  # fmt: skip
    opened_too = fact("cohort.opened", "2019-09-01", FINANCE, contract="second", cohort="c2019",
        years=[{"from": "2019-09-01", "to": "2020-07-31"}, {"from": "2020-09-01",
        "to": "2021-07-31"}])  # fmt: skip
    world = given(forgotten(), signed_too, opened_too)
    world.when(elsewhere).then_refused("child_erased")


def test_a_child_whose_enrolment_was_voided_is_erased_all_the_same():
    wrong = enrolled()
    world = given(contract(), wrong, voided(wrong), asked())
    world = world.when(asked(SECOND_ADMIN)).then(erased())
    world.when(enrolled(on="2022-01-01")).then_refused("child_erased")
    world.when(met()).then_refused("child_erased")


def test_terms_that_come_later_decide_nothing_for_an_erased_child_and_all_for_the_others():
    *known, issued = late_card()
    world = given(known, enrolled(), enrolled(OTHER), travelled("peers"), verified("peers"))
    world = world.given(asked(), asked(SECOND_ADMIN))
    world.when(issued).then(released("SIGN_UP", child=OTHER))


def test_a_register_may_list_an_erased_child_again_where_the_one_before_did():
    both = (CHILD, OTHER)
    told = (*paid_for(), enrolled(OTHER), order(), register("s-1", expected=both))
    world = given(told, asked(), asked(SECOND_ADMIN))
    again = register("s-1", expected=both, attended=None, status="cancelled_by_school")
    world.when(again).then_pays()
    world.when(register("s-2", expected=both)).then_refused("child_erased", "/data/expected/0")


def test_an_erased_identity_leaves_the_child_as_it_was():
    world = given(paid_for(), asked(scope="identity"))
    world = world.when(asked(SECOND_ADMIN, scope="identity")).then(erased(scope="identity"))
    world.when(met()).then_nothing()


def test_how_long_things_are_kept_is_a_term_of_a_contract():
    rule = {"kind": "scores", "months": 24, "after": "left_programme"}
    given(signed()).when(fact("retention.set", "2025-09-01", FINANCE, **rule)).then_nothing()
    unknown = fact("retention.set", "2019-09-01", FINANCE, **rule)
    given().when(unknown).then_refused("unknown_contract")


def test_a_label_names_the_child_that_it_is_about():
    digest = {"sha256": "0" * 64, "media_type": "text/plain", "bytes": 1, "label": "scan"}
    told = given(contract(), enrolled())
    of_child = told.world.book.version
    label = fact("evidence.attached", "2020-01-01", RECORDER, about=of_child, **digest)
    by_id = fact("evidence.attached", "2020-01-01", RECORDER, about="some-id", **digest)
    of_terms = fact("evidence.attached", "2020-01-01", RECORDER, about=1, **digest)
    told = told.when(label).then_refused("child_needed", "/data/child")
    told = told.when(by_id).then_refused("child_needed", "/data/child")
    told.when(of_terms).then_nothing()


def test_a_score_that_cannot_be_read_decides_nothing():
    with pytest.raises(InvariantBroken):
        holds(terms.Test(at_most=3), ERASED)
    with pytest.raises(InvariantBroken):
        holds(terms.Test(gain_at_least=3), 7, baseline=LOCKED)


def stored_score(told):
    return next(e for e in told.world.events if isinstance(e.data, MeasurementRecorded))


def sealed_like(event):
    """The event as a log with seals holds it; what the seal hides is beside the point here."""
    if not isinstance(event.data, MeasurementRecorded):
        return event
    raw = re.sub(rb'"value":[0-9]+', b'"value":{"sealed":"AAAA"}', encode_event(event))
    return decode_event("measurement.recorded.v2", raw.replace(b'"schema":1', b'"schema":2'))


def test_without_keys_a_value_stays_sealed_and_is_shown_as_a_word():
    event = sealed_like(stored_score(given(contract(), enrolled(), baseline("peers"))))
    assert event.data.value == Sealed("AAAA")
    read = opened(event, no_keys("wlz", None))
    assert read.data.value is LOCKED
    assert opened(read, no_keys("wlz", None)) is read
    assert shown(read).data.value == "sealed"
    assert shown(event).data.value == "sealed"


@pytest.mark.parametrize("word", ["erased", "sealed"])
def test_a_word_in_place_of_a_stored_ciphertext_is_opened_like_any_other(word):
    event = sealed_like(stored_score(given(contract(), enrolled(), baseline("peers"))))
    forged = with_fields(event, event.schema, {"value": Sealed(word)})
    assert opened(forged, no_keys("wlz", None)).data.value is LOCKED
    assert shown(forged).data.value == "sealed"


@pytest.mark.parametrize("schema", [b"1", b"2"])
def test_sealed_values_and_the_schema_number_go_together(schema):
    event = stored_score(given(contract(), enrolled(), baseline("peers")))
    raw = encode_event(event).replace(b'"schema":1', b'"schema":' + schema)
    if schema == b"1":
        raw = raw.replace(b'"value":4', b'"value":{"sealed":"AAAA"}')
    with pytest.raises(ValueError, match="schema 2 holds sealed values"):
        decode_event(f"measurement.recorded.v{schema.decode()}", raw)


def test_a_child_with_a_value_that_cannot_be_read_is_frozen_and_its_erasure_can_be_recorded():
    told = given(contract(*OUTCOMES), enrolled(), baseline("peers"), end_point("peers"))
    locked = [opened(sealed_like(event), no_keys("wlz", None)) for event in told.world.events]
    replayed = given()
    replay(replayed.world.book, locked)
    replayed.world.events += locked
    replayed = replayed.when(verified("peers")).then_refused("child_erased")
    replayed = replayed.when(asked()).then_nothing()
    replayed = replayed.when(asked(SECOND_ADMIN)).then(erased(on="2022-03-01"))
    replayed.when(asked()).then_refused("already_erased")
    told.when(verified("peers")).then(released("OUTCOME_1"))
