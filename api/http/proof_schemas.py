"""The shapes of what the doors of the sealed log take and answer, as JSON Schema."""

from typing import Any, Final

from api.http.bodies import JSON
from api.http.shapes import HASH, NUMBER, TEXT, Schema, answer, body, list_of, record

MAYBE_TEXT: Final[Schema] = {"anyOf": [TEXT, {"type": "null"}]}
MAYBE_NUMBER: Final[Schema] = {"anyOf": [NUMBER, {"type": "null"}]}
PROOF: Final[Schema] = record(
    {
        "ledger": TEXT,
        "origin": TEXT,
        "version": NUMBER,
        "leaf_index": NUMBER,
        "leaf_hash": HASH,
        "size": NUMBER,
        "hashes": list_of(HASH),
        "root": HASH,
        "checkpoint": TEXT,
    }
)
CONSISTENCY: Final[Schema] = record(
    {
        "ledger": TEXT,
        "from": NUMBER,
        "from_root": HASH,
        "to": NUMBER,
        "to_root": HASH,
        "hashes": list_of(HASH),
    }
)
KEY: Final[Schema] = record(
    {
        "key": TEXT,
        "name": TEXT,
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}$"},
        "kind": {"enum": ["log", "witness"]},
        "from_version": NUMBER,
        "from_at": TEXT,
        "to_version": MAYBE_NUMBER,
        "to_at": MAYBE_TEXT,
    }
)
KEYS: Final[Schema] = record({"ledger": TEXT, "origin": TEXT, "keys": list_of(KEY)})
COSIGNATURE: Final[Schema] = record(
    {"size": NUMBER, "name": TEXT, "cosigned_at": TEXT, "status": {"enum": ["kept", "known"]}}
)
STAMP: Final[Schema] = record(
    {"size": NUMBER, "stamped_at": TEXT, "added_at": TEXT, "response": TEXT}
)
STAMPED: Final[Schema] = record(
    {"size": NUMBER, "stamped_at": TEXT, "status": {"enum": ["kept", "known"]}}
)
WITNESS: Final[Schema] = record({"key": TEXT, "name": TEXT, "id": TEXT})


def _two_forms(description: str, schema: Schema) -> dict[str, Any]:
    """An answer as JSON or, when `Accept` asks for it, as the text that others read."""
    kinds = {JSON: {"schema": schema}, "text/plain": {"schema": TEXT}}
    return {"200": {"description": description, "content": kinds}}


PROOF_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "read_checkpoint": {"200": answer("A signed checkpoint (c2sp.org)", TEXT, "text/plain")},
    "read_proof": _two_forms("The proof; as text, a file of c2sp.org/tlog-proof@v1", PROOF),
    "read_consistency": {"200": answer("The proof, with both roots", CONSISTENCY)},
    "read_log_key": _two_forms("The keys; as text, those of the log that sign now", KEYS),
    "add_cosignature": {"201": answer("The cosignature is kept, or one was", COSIGNATURE)},
    "add_time_stamp": {"201": answer("The time stamp is kept, or was", STAMPED)},
    "list_time_stamps": {"200": answer("Time stamps", record({"items": list_of(STAMP)}))},
    "add_witness": {"201": answer("Cosignatures of this key are taken", WITNESS)},
    "delete_log_key": {"204": {"description": "The key signs nothing any more"}},
    "delete_witness": {"204": {"description": "Cosignatures of this key are taken no more"}},
}
PROOF_BODIES: Final[dict[str, Schema]] = {
    "add_cosignature": body(
        record({"size": {**NUMBER, "minimum": 0}, "cosignature": TEXT}),
        {
            "size": 20852163,
            "cosignature": "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcr"
            "tPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==",
        },
    ),
    "add_time_stamp": body(
        record({"size": {**NUMBER, "minimum": 0}, "response": TEXT}),
        {"size": 20852163, "response": "MAUwAwIBAg=="},
    ),
    "add_witness": body(
        record({"key": TEXT}),
        {"key": "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"},
    ),
}
