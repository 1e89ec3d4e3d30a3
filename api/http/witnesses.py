"""Witnesses: whose cosignatures are taken, and what they cosign (c2sp.org/tlog-cosignature).

And keys that are given up for ever: of witnesses, and of the log.
"""

import datetime
from typing import Any, Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.asking import AskingLedger, OnLedger
from api.http.once import Answer, Transaction
from api.http.one_fact import body_of
from api.http.problems import Problem, not_here, shape_invalid
from api.http.proofs import UNKNOWN as NO_CHECKPOINT
from api.http.writing import written
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import (
    COSIGNATURE,
    MOMENT_BYTES,
    PLAIN,
    SIGNATURE_BYTES,
    NoteUnreadable,
    Signature,
    VerifierKey,
    fits,
    moment_of,
)

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/log", tags=["log"])

UNPROCESSABLE: Final = 422
AHEAD_MAX: Final = datetime.timedelta(minutes=5)
UNKNOWN: Final = ("unknown_witness", "no witness in use has this key")
UNKNOWN_KEY: Final = ("unknown_log_key", "no key of the log that is in use has this id")


class Cosigned(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a cosignature: of the checkpoint of this size, the witness's line below it."""

    size: int
    cosignature: str


class NewWitness(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a new witness: its verifier key."""

    key: str


@router.post("/cosignatures", name="add_cosignature", status_code=201)
async def add_cosignature(request: Request, on: OnLedger) -> Response:
    """Keep a witness's cosignature below a checkpoint, once it has been checked.

    A key cosigns a checkpoint once: the first line stays.
    """
    sent, body = await body_of(request, Cosigned)

    def add(_connection: Transaction, _again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        signature = _read(body.cosignature)
        _must_fit(on, body.size, signature)
        kept = on.service.signing.notary.kept
        added = kept.cosign(on.ledger, body.size, signature)
        return Answer(201, _shown(body.size, signature, "kept" if added else "known"))

    return await written(request, on, sent, add)


@router.post("/witnesses", name="add_witness", status_code=201)
async def add_witness(request: Request, on: OnLedger) -> Response:
    """Take a witness's key, as `name+id+base64`: its cosignatures are kept from now on."""
    sent, body = await body_of(request, NewWitness)
    try:
        key = VerifierKey.from_text(body.key)
    except NoteUnreadable:
        raise shape_invalid("a verifier key of a witness, as name+id+base64", "/key") from None
    if key.kind != COSIGNATURE:
        raise shape_invalid("this is the key of a log, not of a witness", "/key")
    if key.name == await run_sync(on.service.signing.notary.origin, on.ledger):
        raise shape_invalid("a witness has a name of its own, not that of the log", "/key")

    def add(_connection: Transaction, again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        kept = on.service.signing.notary.kept
        if not kept.take_key(on.ledger, key, on.key.name) and not again:
            raise Problem("already_exists", "this key was taken before")
        return Answer(201, {"key": str(key), "name": key.name, "id": key.id.hex()})

    return await written(request, on, sent, add)


@router.delete("/witnesses/{key}", name="delete_witness", status_code=204)
async def delete_witness(request: Request, on: OnLedger, key: str) -> Response:
    """Take no more cosignatures of the witness key with this id; those that are kept stay."""
    return await _retired(request, on, key, COSIGNATURE)


@router.delete("/keys/{key}", name="delete_log_key", status_code=204)
async def delete_log_key(request: Request, on: OnLedger, key: str) -> Response:
    """Give up a key of the log for ever; what it has signed up to now stays good.

    Take it out of every file of signing keys first: one that this service signs with is refused.
    """
    return await _retired(request, on, key, PLAIN)


async def _retired(request: Request, on: AskingLedger, key: str, kind: int) -> Response:
    notary = on.service.signing.notary
    kept = notary.kept
    found = [
        known.key
        for known in await run_sync(kept.keys, on.ledger, kind)
        if known.in_use and known.key.id.hex() == key
    ]
    if kind == PLAIN and any(notary.signs_with(each.public_key) for each in found):
        raise Problem("signing_key_in_use", "this service signs with the key")

    def delete(_connection: Transaction, again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        if not found and not again:
            raise not_here(*(UNKNOWN if kind == COSIGNATURE else UNKNOWN_KEY))
        for each in found:
            kept.retire_key(on.ledger, each, on.key.name)
        return Answer(204, None)

    return await written(request, on, b"", delete)


def _read(line: str) -> Signature:
    try:
        signature = Signature.from_text(line.removesuffix("\n"))
    except NoteUnreadable:
        raise shape_invalid("a line of a signed note: dash, name, base64", "/cosignature") from None
    if len(signature.content) != MOMENT_BYTES + SIGNATURE_BYTES:
        raise shape_invalid("a cosignature of Ed25519 has a moment and 64 bytes", "/cosignature")
    return signature


def _must_fit(on: AskingLedger, size: int, signature: Signature) -> None:
    """Refuse what no known witness has signed, or not of this checkpoint, or not yet."""
    notary = on.service.signing.notary
    checkpoint = notary.kept.of_size(on.ledger, size)
    if checkpoint is None:
        raise Problem(*NO_CHECKPOINT, status=UNPROCESSABLE)
    known = [found.key for found in notary.kept.keys(on.ledger, COSIGNATURE) if found.in_use]
    keys = [key for key in known if signature.is_by(key)]
    if not keys:
        raise Problem(*UNKNOWN, status=UNPROCESSABLE)
    text = Checkpoint(notary.origin(on.ledger), checkpoint.size, checkpoint.root).text
    if not any(fits(key, text, signature.content) for key in keys):
        raise Problem("cosignature_wrong", "the cosignature does not fit this checkpoint")
    latest = (on.service.log.clock() + AHEAD_MAX).timestamp()
    if moment_of(signature.content) > latest:
        raise Problem("cosignature_wrong", "the cosignature is dated in the future")


def _shown(size: int, signature: Signature, status: str) -> dict[str, Any]:
    moment = datetime.datetime.fromtimestamp(moment_of(signature.content), datetime.UTC)
    stamp = moment.isoformat().replace("+00:00", "Z")
    return {"size": size, "name": signature.name, "cosigned_at": stamp, "status": status}
