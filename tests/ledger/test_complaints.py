"""What is wrong with a fact is said with its place, and without what was sent (0017)."""

import json
from typing import Annotated, Literal

import msgspec
import pytest

from ledger.events.codec import ShapeInvalid, decode_fact
from ledger.events.complaints import complaint_of

LEFT = {
    "type": "child.withdrawn",
    "effective_on": "2020-01-01",
    "data": {"contract": "lcf", "child": "c1", "reason": "moved"},
}
JOINED = {
    "type": "funder.joined",
    "effective_on": "2020-01-01",
    "data": {"contract": "lcf", "funder": "f", "name": "F", "kind": "school"},
}
ENROLLED = {
    "type": "child.enrolled",
    "effective_on": "2020-01-01",
    "data": {
        "contract": "lcf", "child": "c1", "cohort": "a", "school": "s",
        "consent_given_on": "2020-01-01",
    },
}  # fmt: skip
CARD = {
    "type": "rate_card.issued",
    "effective_on": "2020-01-01",
    "data": {"contract": "lcf", "card": "k", "triggers": [{"trigger": "A", "kind": "sign_up"}]},
}
YEAR = {"from": "2020-09-01", "to": "2021-07-31"}
OPENED = {
    "type": "cohort.opened",
    "effective_on": "2020-01-01",
    "data": {"contract": "lcf", "cohort": "a", "years": [YEAR, YEAR]},
}
SCORED = {
    "type": "measurement.recorded",
    "effective_on": "2020-01-01",
    "data": {"contract": "lcf", "child": "c1", "area": "a", "point": "baseline", "value": 1},
}
SENT = "Forename"


def having(fact, **data):
    return {**fact, "data": {**fact["data"], **data}}


SAID = [
    (having(LEFT, reason=SENT), "/data/reason", "Invalid enum value: one of `consent_withdrawn`"),
    (having(JOINED, kind=SENT), "/data/kind", "`local_authority`"),
    (
        having(CARD, triggers=[{"trigger": "A", "kind": SENT}]),
        "/data/triggers/0/kind",
        "`sign_up`",
    ),
    (having(SCORED, value=SENT), "/data/value", "Expected `str` matching regex"),
    (having(SCORED, value=1.5), "/data/value", "Expected `bool | int | str"),
    (having(SCORED, value=10**40), "/data/value", ""),
    (having(LEFT, child=7), "/data/child", "Expected `str`, got `int`"),
    (having(LEFT, zork=1), "/data", "Object contains unknown field `zork`"),
    (having(LEFT, **{f"{SENT} A": 1}), "/data", "Object contains unknown field, not named here"),
    (having(LEFT, **{"a" * 41: 1}), "/data", "Object contains unknown field, not named here"),
    ({**LEFT, "type": SENT}, "/type", "Invalid value: there is no such type"),
    ({**LEFT, "type": 7}, "/type", "Expected `str`"),
    ({"data": {}}, "", "Object missing required field `type`"),
    ({**LEFT, "effective_on": SENT}, "/effective_on", "Invalid RFC3339 encoded date"),
    ({**LEFT, "effective_on": "0003-02-01"}, "", "a date from 1900 to 2199 is expected"),
    (having(ENROLLED, funders={SENT: "f"}), "/data/funders", "Expected `str` matching regex"),
    (having(ENROLLED, funders={"school": "a b"}), "/data/funders", "Expected `str` matching regex"),
    (having(OPENED, years=[{**YEAR, "to": SENT}, YEAR]), "/data/years/0/to", "RFC3339"),
    (having(OPENED, years=[YEAR, {**YEAR, "to": "2020-01-01"}]), "/data/years/1", "ends before"),
    ([LEFT], "", "Expected `object`, got `array`"),
]


@pytest.mark.parametrize(("sent", "pointer", "detail"), SAID)
def test_a_complaint_says_where_and_what_is_expected(sent, pointer, detail):
    with pytest.raises(ShapeInvalid) as refused:
        decode_fact(json.dumps(sent).encode())
    wrong = refused.value
    assert (wrong.pointer, wrong.code) == (pointer, "shape_invalid")
    assert detail in wrong.detail
    for sent_words in (SENT, "0003", "a b", "aaaa"):
        assert sent_words not in wrong.detail


@pytest.mark.parametrize(
    "made_up",
    [
        "x` - at `$.Forename",
        "x` - at `$.forename",
        "x` - at `$.data.contract.forename",
        "x` - at `$.data.forename.x",
        "x` - at `$.data.reason[0]",
        "Forename` - at `$.data",
        "Forename` - at `key` in `$.data",
        "x` - at `$.data.years[9]",
        "x` - at `$.data.years[...]",
        "x` - at `$.data.years[" + "9" * 5_000 + "]",
        "Forename\n",
        "`",
    ],
)
def test_the_name_of_a_field_makes_up_no_place(made_up):
    for fact in (LEFT, OPENED):
        with pytest.raises(ShapeInvalid) as refused:
            decode_fact(json.dumps({made_up: 1, **fact}).encode())
        assert "orename" not in refused.value.detail + refused.value.pointer
        assert len(refused.value.pointer) < 20


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b'{"type": Forename}', "not JSON: JSON is malformed: invalid character (byte 9)"),
        (b'{"type": "\xff\xfe"}', "not JSON: the text is not UTF-8"),
        (b'{"type": "Forename', "not JSON: Input data was truncated"),
    ],
)
def test_what_is_not_json_is_not_quoted(raw, detail):
    with pytest.raises(ShapeInvalid) as refused:
        decode_fact(raw)
    assert (refused.value.detail, refused.value.malformed) == (detail, True)


class Door(msgspec.Struct):
    """A body with values that may be left out."""

    mode: Annotated[Literal["slow", "fast"], msgspec.Meta(description="how")] | None = None


def test_the_values_that_may_stand_somewhere_are_named_also_where_none_is_needed():
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(b'{"mode": "Forename"}', type=Door)
    said = complaint_of(refused.value, Door)
    assert said == ("Invalid enum value: one of `fast`, `slow` is expected", "/mode")


def test_words_that_the_decoder_may_learn_one_day_are_not_passed_on():
    said = complaint_of(msgspec.ValidationError("Forename is unheard of - at `$.mode`"), Door)
    assert said == ("This has the wrong shape", "/mode")
