"""The reference contract with marked values, and some more of what is sealed."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future

import psycopg

from api.reference.contract import facts
from api.reference.intakes import CONTRACT
from api.reference.loading import TERMS, _recorded, _requests
from api.reference.written import Written, written
from api.service import Service
from ledger.log.requests import AppendAnswer
from tests.privacy.marks import GONE, LABEL, REASON, marked_score
from tests.reference.shortened import in_time

REQUESTS_AHEAD = 64
ONE_IN = 7


def marked_facts() -> list[Written]:
    """Every fact of the contract, marked, in the order of its time.

    Of one measured child in seven the first score is also corrected to what it was, and a document
    of it is labelled.
    """
    plain = facts()
    baselines = [
        each
        for each in plain
        if each.fact["type"] == "measurement.recorded" and each.fact["data"]["area"] == "english"
        if each.fact["data"]["point"] == "baseline"
    ]
    more = [extra for each in baselines[::ONE_IN] for extra in _more_about(each)]
    return sorted((_marked(each) for each in (*plain, *more)), key=lambda each: each.place)


def _more_about(score: Written) -> Iterator[Written]:
    data, day = score.fact["data"], score.received_on
    named = {"contract": CONTRACT, "child": data["child"]}
    again = {"area": data["area"], "point": data["point"], "value": data["value"]}
    yield written(
        "case-system", "measurement.corrected", f"again:{data['child']}", day,
        {**named, **again, "reason": "keyed_wrongly"},
    )  # fmt: skip
    document = {"sha256": "0" * 64, "media_type": "application/pdf", "bytes": 7, "label": "form"}
    yield written(
        "case-system", "evidence.attached", f"document:{data['child']}", day,
        {**named, "about": score.fact["id"], **document},
    )  # fmt: skip


def _marked(plain: Written) -> Written:
    data = dict(plain.fact["data"])
    match plain.fact["type"]:
        case "measurement.recorded":
            data["value"] = marked_score(data["value"])
        case "measurement.corrected":
            data |= {"value": marked_score(data["value"]), "reason": REASON}
        case "evidence.attached":
            data["label"] = LABEL
        case "child.withdrawn":
            data["reason"] = GONE
    return Written(plain.actor, plain.received_on, {**plain.fact, "data": data})


def load_marked(service: Service) -> int:
    """Append what was received in time through the ledger's writer; the version."""
    service.create_ledger(TERMS)
    writer = service.writer(TERMS.ledger)
    waiting: deque[tuple[int, Future[AppendAnswer]]] = deque()
    for request in _requests(in_time(marked_facts())):
        waiting.append((len(request.facts), writer.submit(request)))
        if len(waiting) > REQUESTS_AHEAD:
            _recorded(waiting.popleft())
    for sent in waiting:
        _recorded(sent)
    with psycopg.connect(service.dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")  # some time or other the server does so by itself
    return service.head(TERMS.ledger).version
