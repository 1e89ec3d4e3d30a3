"""Time stamps of checkpoints (RFC 3161): kept when they are of that checkpoint, and given out."""

import base64
import binascii
from typing import Annotated, Any, Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.asking import AskingLedger, OnLedger, known_only
from api.http.filters import Whole
from api.http.log import VERSION_MAX
from api.http.once import Answer, Transaction
from api.http.one_fact import body_of
from api.http.pages import Limit, json_answer
from api.http.problems import Problem, shape_invalid
from api.http.proofs import UNKNOWN
from api.http.writing import written
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.signing.time_stamp import StampWrong, moment_in

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/log", tags=["log"])

UNPROCESSABLE: Final = 422
Size = Annotated[Whole | None, Query(ge=0, le=VERSION_MAX)]


class Stamped(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a time stamp: of the checkpoint of this size, the response in base64."""

    size: int
    response: str


@router.post("/time-stamps", name="add_time_stamp", status_code=201)
async def add_time_stamp(request: Request, on: OnLedger) -> Response:
    """Keep what a time stamp authority answered, if it is of that checkpoint.

    Who signed it is for the reader to judge: the service trusts no authority.
    """
    sent, body = await body_of(request, Stamped)
    try:
        response = base64.b64decode(body.response, validate=True)
    except (binascii.Error, ValueError):
        raise shape_invalid("base64", "/response") from None

    def add(_connection: Transaction, _again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        return Answer(201, _kept(on, body.size, response))

    return await written(request, on, sent, add)


@router.get("/time-stamps", name="list_time_stamps")
async def list_time_stamps(
    request: Request, on: OnLedger, size: Size = None, limit: Limit = 100
) -> Response:
    """List time stamps, those of the latest checkpoint first; each as the authority answered."""
    known_only(request)
    kept = on.service.signing.notary.kept
    found = await run_sync(lambda: kept.stamps(on.ledger, size=size, limit=limit))
    items = [
        {
            "size": each.size,
            "stamped_at": each.stamped_at,
            "added_at": each.added_at,
            "response": base64.b64encode(each.response).decode("ascii"),
        }
        for each in found
    ]
    return json_answer({"items": items})


def _kept(on: AskingLedger, size: int, response: bytes) -> dict[str, Any]:
    notary = on.service.signing.notary
    checkpoint = notary.kept.of_size(on.ledger, size)
    if checkpoint is None:
        raise Problem(*UNKNOWN, status=UNPROCESSABLE)
    text = Checkpoint(notary.origin(on.ledger), checkpoint.size, checkpoint.root).text
    try:
        moment = moment_in(response, text)
    except StampWrong as wrong:
        raise Problem("time_stamp_wrong", str(wrong)) from None
    added = notary.kept.add_stamp(on.ledger, size, response, moment, on.key.name)
    return {"size": size, "stamped_at": moment, "status": "kept" if added else "known"}
