"""The sealed log: checkpoints, proofs, and the keys by which anybody checks them offline."""

from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.asking import AskingLedger, OnLedger, entity_tag, known_only
from api.http.filters import Whole
from api.http.log import UNKNOWN as NO_SUCH_EVENT
from api.http.log import VERSION_DIGITS, VERSION_MAX
from api.http.pages import json_answer
from api.http.problems import Problem, not_here, shape_invalid
from api.http.sheets import wanted
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import PLAIN, Note
from ledger.log.notes.proof_file import ProofFile
from ledger.log.proofs import OutsideTree
from ledger.log.prover import prove_consistency, prove_inclusion
from ledger.log.signing.kept import KnownKey

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/log", tags=["log"])

TEXT: Final = "text/plain"
VARIES: Final = {"Vary": "Accept"}
UNKNOWN: Final = ("unknown_checkpoint", "no checkpoint of this size is kept")
NOT_COVERED: Final = ("unknown_checkpoint", "no checkpoint that is kept holds this version yet")
KINDS: Final = {PLAIN: "log"}

Size = Annotated[
    Whole | None, Query(ge=0, le=VERSION_MAX, description="how many events the tree holds")
]
Covering = Annotated[
    Whole | None, Query(ge=1, le=VERSION_MAX, description="the version that it holds")
]
From = Annotated[Whole, Query(alias="from", ge=0, le=VERSION_MAX)]
To = Annotated[Whole | None, Query(ge=0, le=VERSION_MAX)]


@router.get("/checkpoint", name="read_checkpoint")
async def read_checkpoint(
    request: Request, on: OnLedger, size: Size = None, covering: Covering = None
) -> Response:
    """Read the checkpoint of where the ledger stands, signed; or a kept one.

    That is the one of a size, or the first one that holds the event of a version.
    """
    known_only(request)
    if size is not None and covering is not None:
        raise shape_invalid("either `size` or `covering`", "/query/covering")
    note = await run_sync(_checkpoint, on, size, covering)
    size = Checkpoint.from_text(note.text).size
    return Response(str(note), media_type=TEXT, headers=entity_tag(size))


@router.get("/proof/{version}", name="read_proof")
async def read_proof(request: Request, on: OnLedger, version: str, size: Size = None) -> Response:
    """Read a proof that an event is in the log, as JSON or as a proof file.

    It is about the tree of `size` events, such as a seal's; without it, about the last checkpoint.
    """
    known_only(request)
    if not (version.isascii() and version.isdigit() and len(version) <= VERSION_DIGITS):
        raise not_here(*NO_SUCH_EVENT)
    note, proof, found = await run_sync(_proof, on, int(version), size)
    headers = {**entity_tag(found["size"]), **VARIES}
    if wanted(request.headers.get("accept", ""), TEXT):
        return Response(str(proof), media_type=TEXT, headers=headers)
    return json_answer({**found, "checkpoint": str(note)}, headers)


@router.get("/consistency", name="read_consistency")
async def read_consistency(request: Request, on: OnLedger, from_: From, to: To = None) -> Response:
    """Read a proof that the log of `to` events begins with that of `from` events.

    Without `to` it is about the last checkpoint.
    """
    known_only(request)
    found = await run_sync(_consistency, on, from_, to)
    return json_answer(found, entity_tag(found["to"]))


@router.get("/key", name="read_log_key")
async def read_log_key(request: Request, on: OnLedger) -> Response:
    """Read the keys that checkpoints are checked with, old ones too; as text, those in use."""
    known_only(request)
    origin, keys = await run_sync(_keys, on)
    if wanted(request.headers.get("accept", ""), TEXT):
        lines = [str(found.key) for found in keys if found.in_use and found.key.kind == PLAIN]
        return Response("".join(f"{line}\n" for line in lines), media_type=TEXT, headers=VARIES)
    shown = {"ledger": on.ledger, "origin": origin, "keys": [_shown(found) for found in keys]}
    return json_answer(shown, VARIES)


def _checkpoint(on: AskingLedger, size: int | None, covering: int | None) -> Note:
    notary = on.service.signing.notary
    if covering is not None:
        kept = notary.kept.covering(on.ledger, covering)
    elif size is not None:
        kept = notary.kept.of_size(on.ledger, size)
    else:
        return notary.checkpoint(on.ledger)
    if kept is None:
        raise not_here(*(UNKNOWN if covering is None else NOT_COVERED))
    return notary.kept.note(on.ledger, notary.origin(on.ledger), kept)


def _proof(
    on: AskingLedger, version: int, size: int | None
) -> tuple[Note, ProofFile, dict[str, Any]]:
    """The checkpoint, the file and the document of a proof."""
    notary, log = on.service.signing.notary, on.service.log
    if not 0 < version <= log.head(on.ledger).version:
        raise not_here(*NO_SUCH_EVENT)
    try:
        note = (
            notary.holding(on.ledger, version) if size is None else notary.at_size(on.ledger, size)
        )
        checkpoint = Checkpoint.from_text(note.text)
        proof = prove_inclusion(log, on.ledger, version, checkpoint.size)
    except OutsideTree:
        raise Problem("outside_log", "the log has no tree of this size with this version") from None
    document = {
        "ledger": on.ledger,
        "origin": checkpoint.origin,
        "version": version,
        "leaf_index": version - 1,
        "leaf_hash": proof.leaf_hash.hex(),
        "size": checkpoint.size,
        "hashes": [found.hex() for found in proof.hashes],
        "root": proof.root.hex(),
    }
    return note, ProofFile(version - 1, proof.hashes, str(note)), document


def _consistency(on: AskingLedger, first: int, second: int | None) -> dict[str, Any]:
    if second is None:
        note = on.service.signing.notary.holding(on.ledger, first)
        second = Checkpoint.from_text(note.text).size
    try:
        proof = prove_consistency(on.service.log, on.ledger, first, second)
    except OutsideTree:
        raise Problem("outside_log", "the log has no two trees of these sizes") from None
    return {
        "ledger": on.ledger,
        "from": first,
        "from_root": proof.first_root.hex(),
        "to": second,
        "to_root": proof.second_root.hex(),
        "hashes": [found.hex() for found in proof.hashes],
    }


def _keys(on: AskingLedger) -> tuple[str, list[KnownKey]]:
    notary = on.service.signing.notary
    return notary.origin(on.ledger), notary.kept.keys(on.ledger)


def _shown(found: KnownKey) -> dict[str, Any]:
    return {
        "key": str(found.key),
        "name": found.key.name,
        "id": found.key.id.hex(),
        "kind": KINDS.get(found.key.kind, "witness"),
        "from_version": found.from_version,
        "from_at": found.from_at,
        "to_version": found.to_version,
        "to_at": found.to_at,
    }
