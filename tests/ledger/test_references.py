"""A reference to a child says nothing about it: what is refused, and what has to pass (0017)."""

import base64
import json
import re
import string
import uuid
from random import Random

import pytest

from api.http.openapi import EXAMPLES
from ledger.events.catalogue import APPENDED
from ledger.events.codec import ShapeInvalid, decode_event, decode_fact, encode_event
from ledger.events.references import REMEMBERED, looks_personal
from tests.house.tree import kept_files, text

TRIED = 5_000
PUPIL, PATIENT = "a unique pupil number", "an NHS number"
POSTCODE, DATE, NAME = "a postcode", "a date", "a name"
CAUGHT = {
    PUPIL: "A123456789012 a123456789012 A12345678901Z A-123-4567-89-012 a.123.4567.89.012"
    " upn-A123456789012 UPNA123456789012 arbor_H801200001001_2 X123_4567_89_01B",
    PATIENT: "9434765919 943-476-5919 943.476.5919 nhs9434765919 NHS-943-476-5919 c-9434765919"
    " 4505577104 0211165794 chi0211165794 555-9434765919",
    POSTCODE: "W10-5BL w10-5bl w105bl W10.5BL SW1A-1AA sw1a1aa M1-1AE b338th CR2-6XH DN55-1PT"
    " ec1a_1bb c1-w10-5bl w10-5bl-0003",
    DATE: "2010-09-04 2010.09.04 2010_09_04 04-09-2010 04.09.2010 20100904 04092010 29-02-2012"
    " c-2010-09-04 20100904-1 dob20100904 dob-04-09-2010 99-10-2019-10-12 2012-20-10",
    NAME: "jane-smith Jane.Smith jane_smith JaneSmith janeSmith o.smith-jones Jane Smith-J J.Smith"
    " JSmith j.smith smith.j McDonald JANE-SMITH Jane-Smith-2012 JaneSmith7 jane.smith2 -Jane_"
    " anne-marie-obrien Jo",
}
OPAQUE = (
    "c1 x c c-new c-2019-0003 c-2019-0101 c-0001 child-1 child-7 P12345 pupil-00017 lw-12 worker-3"
    " 7 42 0000012345 1735689600 20191301 20230229 31129999 00000000 19891231 12-13-2010 2019-0101"
    " 2036-01-01 c-2019-00000003 A12345678901 A1234567890123 AA123456789012 9434765918 94347659190"
    " c12-3ab w10 W10-5B W10-5CL ec1a-1 za1-1aa m1a-1aa jane JANE j-smith c-a-b a.b c.1 Child12 - ."
    " 20100904-58cc-4372-a567-0e02b2c3d479 f47ac10b-58cc-4372-a567-0e02b2c3d479"
    " 01ARZ3NDEKTSV4RRFFQ69G5FAV rbr47vs53ji74zc46viy2r5voov"
)


@pytest.mark.parametrize(
    ("kind", "reference"),
    [(kind, reference) for kind, caught in CAUGHT.items() for reference in caught.split()],
)
def test_what_looks_like_personal_data_is_told_by_its_kind(kind, reference):
    assert looks_personal(reference) == kind


@pytest.mark.parametrize("reference", OPAQUE.split())
def test_an_opaque_reference_passes(reference):
    assert looks_personal(reference) is None


@pytest.mark.parametrize(
    "personal",
    [
        *("jane", "jsmith", "j-smith", "jane-smith-2010", "SMITH", "Jane7", "js-2010", "w10"),
        *("pupilA123456789012", "4-9-2010", "04-sep-2010", "07700900123"),
    ],
)
def test_what_the_check_cannot_catch_is_known(personal):
    """Decision 0017 says so; a check that learns one of these changes the page as well."""
    assert looks_personal(personal) is None


def drawn(alphabet, length):
    return lambda chance: "".join(chance.choice(alphabet) for _ in range(length))


RANDOM = {
    "uuid": lambda chance: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
    "uuid without hyphens": drawn("0123456789abcdef", 32),
    "ulid": drawn("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26),
    "base32": drawn("abcdefghijklmnopqrstuvwxyz234567", 26),
    "base32 in capitals": drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26),
    "short base32": drawn("abcdefghijklmnopqrstuvwxyz234567", 10),
    "sha-1": drawn("0123456789abcdef", 40),
    "short hexadecimal": drawn("0123456789abcdef", 12),
    "six digits": drawn(string.digits, 6),
    "cohort and number": lambda chance: f"c-{chance.randint(1990, 2035)}-{chance.randrange(10**4)}",
}


@pytest.mark.parametrize("form", RANDOM)
def test_no_reference_made_by_chance_is_refused(form):
    chance = Random(20240902)
    made = [RANDOM[form](chance) for _ in range(TRIED)]
    assert [reference for reference in made if looks_personal(reference)] == []


@pytest.mark.parametrize(
    ("form", "at_most"),
    [
        (drawn("0123456789abcdef", 8), 0.0005),
        (drawn("abcdefghijklmnopqrstuvwxyz234567", 6), 0.006),
        (lambda chance: base64.urlsafe_b64encode(chance.randbytes(16)).decode()[:22], 0.002),
        (drawn(string.digits, 8), 0.001),
        (drawn(string.digits, 10), 0.08),
    ],
    ids=["8 hexadecimal", "6 of base32", "22 of base64", "8 digits", "10 digits"],
)
def test_forms_that_are_refused_at_times_are_refused_as_seldom_as_is_said(form, at_most):
    chance = Random(20240902)
    refused = sum(looks_personal(form(chance)) is not None for _ in range(TRIED))
    assert refused <= at_most * TRIED


def test_the_references_that_documents_examples_and_stored_samples_use_pass():
    written = re.compile(r"""\bchild["']?\s*[:=]\s*["']([A-Za-z0-9._-]+)["']""")
    found = {
        reference
        for path in kept_files()
        if path.suffix in {".py", ".md", ".json"}
        if path.parts[0] != "tests" or path.parts[1] == "golden"
        for reference in written.findall(text(path))
    }
    assert {"c-new", "c-0001", "c-2022-0001"} <= found
    assert [reference for reference in found if looks_personal(reference)] == []


def test_answers_are_remembered_within_a_bound():
    assert looks_personal.cache_info().maxsize == REMEMBERED


def said(kind, fact_id=None, **content):
    data = {"contract": "lcf", **content}
    named = {} if fact_id is None else {"id": fact_id}
    return json.dumps({"type": kind, "effective_on": "2020-01-01", "data": data, **named}).encode()


def register(**listed):
    return said("register.submitted", order="o", session="s", status="delivered", **listed)


REFUSED = [
    (said("child.completed", child="jane-smith"), "/data/child", NAME),
    (said("interaction.recorded", child="A123456789012", formal=True), "/data/child", PUPIL),
    (said("plan.agreed", child="c1", areas=[], link_worker="Jane"), "/data/link_worker", NAME),
    (register(expected=["c1", "W10-5BL"]), "/data/expected/1", POSTCODE),
    (register(expected=["c1"], attended=["2010-09-04"]), "/data/attended/0", DATE),
    (register(expected=[], engaged=["c1", "c2", "943-476-5919"]), "/data/engaged/2", PATIENT),
    (said("child.completed", "done:A123456789012", child="c1"), "/id", PUPIL),
    (
        said(
            "measurement.recorded",
            child="c1",
            area="reading",
            point="baseline",
            value="3",
            informant="A123456789012",
        ),
        "/data/informant",
        PUPIL,
    ),
    (
        said(
            "child.enrolled",
            child="c1",
            cohort="2020",
            school="943-476-5919",
            consent_given_on="2020-01-01",
        ),
        "/data/school",
        PATIENT,
    ),
    (said("fact.voided", "void-943-476-5919", version=1, reason_code="x"), "/id", PATIENT),
]


@pytest.mark.parametrize(("raw", "pointer", "kind"), REFUSED, ids=[one[1] for one in REFUSED])
def test_a_fact_that_carries_personal_data_is_refused_where_it_stands(raw, pointer, kind):
    with pytest.raises(ShapeInvalid) as refused:
        decode_fact(raw)
    wrong = refused.value
    assert (wrong.code, wrong.pointer, wrong.malformed) == ("personal_reference", pointer, False)
    assert kind in wrong.detail
    assert not [part for part in CAUGHT[kind].split() if part in wrong.detail]


@pytest.mark.parametrize(
    "fact_id", ["register:2020-01-01:maths", "Jane", "W10-5BL", "sent-1735689600", "a:20100904"]
)
def test_the_id_of_a_fact_may_hold_dates_and_words(fact_id):
    assert decode_fact(said("child.completed", fact_id, child="c1")).id == fact_id


def test_other_references_may_hold_dates_and_words():
    content = {"cohort": "2020-09-04", "school": "holland-park", "consent_given_on": "2020-01-01"}
    assert decode_fact(said("child.enrolled", child="c1", **content))


def test_a_stored_event_loads_whatever_its_reference_looks_like():
    stored = (
        b'{"actor":"a","causes":[],"data":{"child":"Jane-Smith","contract":"lcf"},'
        b'"effective_on":"2020-01-01","id":null,"received_on":"2020-01-01",'
        b'"recorded_at":"2020-01-01T00:00:00.000000Z","schema":1,"type":"child.completed",'
        b'"version":1}'
    )
    event = decode_event("child.completed.v1", stored)
    assert event.data.child == "Jane-Smith"
    assert encode_event(event) == stored


@pytest.mark.parametrize(
    "name", [name for name, shape in APPENDED.items() if "child" in shape.__struct_fields__]
)
def test_the_child_of_every_fact_is_looked_at(name):
    sent = EXAMPLES[name]
    sent = {**sent, "data": {**sent["data"], "child": "Jane-Smith"}}
    with pytest.raises(ShapeInvalid, match=NAME) as refused:
        decode_fact(json.dumps(sent).encode())
    assert refused.value.pointer == "/data/child"
