"""Whatever is sent where something else belongs: no answer that says no, and no log, repeats it.

A client may put a score, a reason or a name anywhere. Marks stand for them, in every place of every
fact, and of everything else that the doors read.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.http.openapi import EXAMPLES
from api.http.permissions import APPENDS
from tests.api.desk import Desk, Json

NAME = "Forename Surname"
MARKS: tuple[Any, ...] = (
    86753099,
    -9.87654321,
    "98.7654321",
    "cried in class, see the file",
    NAME,
    "Forename.Surname",
    "forename",
    True,
    None,
    [NAME, 86753099],
    {NAME: "98.7654321"},
    "Q7" * 60_000,
)
TELLTALE = ("86753099", "7654321", "cried", "orename", "urname", "Q7Q7")
ALONE_ONE_IN = 4
"""Every fact is sent in a batch and as a line; of these, one is sent alone as well."""
ROLE_OF = {name: role for role, names in APPENDS.items() for name in names}


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a fact."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for step, part in inside:
        yield (*above, step)
        if isinstance(part, dict | list):
            yield from places(part, (*above, step))


def marked(fact: Json) -> Iterator[Json]:
    """The fact with each mark in each place, and with a mark as the name of a field there."""
    for place in places(fact):
        for mark in MARKS:
            yield changed(fact, place, mark)
        if isinstance(at(fact, place), dict):
            yield changed(fact, (*place, NAME), 86753099)
            yield changed(fact, (*place, f"{NAME}` - at `$.data"), 86753099)
    yield {**fact, NAME: 86753099}


def at(fact: Json, place: tuple[Any, ...]) -> Any:
    found: Any = fact
    for step in place:
        found = found[step]
    return found


def changed(fact: Json, place: tuple[Any, ...], mark: Any) -> Json:
    other = copy.deepcopy(fact)
    at(other, place[:-1])[place[-1]] = mark
    return other


def repeats(said: str) -> list[str]:
    return [telltale for telltale in TELLTALE if telltale in said]


def refusals(answer: httpx.Response) -> Iterator[str]:
    """What is said of each refused fact; what was recorded may hold what was sent."""
    if answer.status_code >= 400:
        yield answer.text
    elif answer.headers["content-type"] == "application/x-ndjson":
        yield from (line for line in answer.text.splitlines() if '"status":"refused"' in line)
    else:
        yield from (json.dumps(one.get("problem")) for one in answer.json()["results"])


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_no_refusal_of_a_fact_repeats_what_was_sent(
    desk: Desk, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    desk.with_child()
    role = ROLE_OF[name]
    sent = list(marked(EXAMPLES[name]))
    small = [fact for fact in sent if len(json.dumps(fact)) < 10_000]
    lines = b"".join(json.dumps(fact).encode() + b"\n" for fact in small)
    alone = small[::ALONE_ONE_IN]
    answers = [desk.append(role, fact, query="?dry_run=true") for fact in alone]
    answers += [
        desk.append(role, sent, query="?dry_run=true"),
        desk.append(role, {"mode": "independent", "events": sent}, query="?dry_run=true"),
        desk.house.clients[role].post(
            f"{desk.path}/events", content=lines, headers={"Content-Type": "application/x-ndjson"}
        ),
    ]
    assert [said for answer in answers for said in refusals(answer) if repeats(said)] == []
    assert sum(answer.status_code >= 400 for answer in answers) > len(alone) // 2
    assert repeats("".join(capfd.readouterr())) == []


RECEIPT = json.dumps(EXAMPLES["receipt.recorded"]).encode()
BROKEN = {
    "a name": NAME.encode(),
    "an unfinished fact": b'{"type": "' + NAME.encode(),
    "a name without quotes": RECEIPT.replace(b'"lcf"', NAME.encode()),
    "a name in another encoding": RECEIPT.replace(b'"lcf"', b'"F\xe9rename Surname"'),
    "a number that is none": RECEIPT.replace(b"200000", b"86753099x"),
    "a batch of a name": b'{"mode": "Forename Surname", "events": [1]}',
    "a batch with a name": b'{"Forename Surname": 1, "events": [{}]}',
    "a name as events": b'{"events": "Forename Surname"}',
}


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_no_refusal_of_what_is_no_fact_repeats_it(desk: Desk, body: bytes, kind: str) -> None:
    answer = desk.house.clients["finance"].post(
        f"{desk.path}/events", content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code >= 400 or '"refused"' in answer.text
    assert repeats(answer.text) == []


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("/v1/keys", {"name": "a-key", "roles": ["auditor"], "ledgers": ["wlz"]}),
        (
            "/v1/ledgers",
            {"ledger": "west", "name": "W", "currency": "GBP", "timezone": "Europe/London"},
        ),
        ("LEDGER/children/c-0002/erasure", {"basis": "objection", "scope": "all"}),
        (f"LEDGER/children/{NAME}/erasure", {"basis": "objection"}),
        ("LEDGER/children/c-0001/erasure/decline", {"reason_code": "other"}),
    ],
)
def test_the_doors_of_administrators_repeat_nothing(desk: Desk, door: str, body: Json) -> None:
    desk.with_child()
    door = door.replace("LEDGER", desk.path)
    for sent in marked(body):
        answer = desk.house.clients["admin"].post(door, json=sent)
        assert answer.status_code < 400 or repeats(answer.text) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/children/{NAME}", "/children/Forename.Surname", f"/funders/{NAME}", f"/{NAME}",
        f"/payments/{NAME}", f"/children/{NAME}/erasure", f"/erasures?state={NAME}",
        f"/events/{NAME}", f"/events?child={NAME}", f"/events?type={NAME}",
        f"/events?{NAME}=1", f"/children?as_of={NAME}", f"/children?known_at={NAME}",
        f"/children?limit={NAME}", f"/children?after={NAME}", "/children?after=Forename",
        f"/children?stage={NAME}", f"/payments?from={NAME}", f"/children?min_version={NAME}",
        f"/summary?by={NAME}", "/children?as_of=86753099",
        f"/events/stream?after={NAME}", "/children?contract=x&contract=86753099!",
    ],
)  # fmt: skip
def test_no_refusal_of_a_question_repeats_it(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code >= 400
    assert repeats(answer.text) == []


@pytest.mark.parametrize(
    "header", ["If-Match", "Idempotency-Key", "Content-Type", "Authorization", "X-Request-Id"]
)
def test_no_refusal_of_a_header_repeats_it(desk: Desk, header: str) -> None:
    answer = desk.house.clients["finance"].post(
        f"{desk.path}/events", content=b"{}", headers={header: NAME}
    )
    assert answer.status_code >= 400
    assert repeats(answer.text + str(answer.headers)) == []
