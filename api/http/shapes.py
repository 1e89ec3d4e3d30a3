"""The pieces that JSON Schemas of bodies and answers are put together from."""

from typing import Any, Final

from api.http.bodies import JSON
from ledger.events.words import REF_PATTERN

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def list_of(schema: Schema, **limits: int) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": schema, **limits}


def answer(description: str, schema: Schema, kind: str = JSON) -> Schema:
    """An answer with a body of one kind."""
    return {"description": description, "content": {kind: {"schema": schema}}}


TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
REFERENCE: Final[Schema] = {"type": "string", "pattern": REF_PATTERN.removesuffix(r"(?!\n)")}
HASH: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
OBJECT: Final[Schema] = {"type": "object"}
NEXT: Final[Schema] = {"anyOf": [TEXT, {"type": "null"}]}


def page(item: Schema) -> Schema:
    """One page of a list."""
    return record({"items": list_of(item), "next": NEXT})


def body(schema: Schema, example: Any) -> Schema:  # noqa: ANN401 (JSON)
    """The body of a request, with an example."""
    return {"required": True, "content": {JSON: {"schema": schema, "example": example}}}
