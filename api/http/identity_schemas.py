"""The shapes of the identity vault's doors and of subject access, as JSON Schema."""

from typing import Any, Final

from api.http.shapes import NUMBER, OBJECT, TEXT, Schema, answer, body, list_of, page, record
from ledger.log.sealing.identity import CONTACTS_MAX, KIND, LINE, NUMBER_MAX, TEXT_MAX

END: Final = r"(?!\n)"
NULL: Final[Schema] = {"type": "null"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
CODE: Final[Schema] = {"type": "string", "pattern": KIND.removesuffix(END)}


def _line(longest: int) -> Schema:
    pattern = LINE.removesuffix(END)
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, NULL]}


CONTACT: Final = record({"kind": CODE, "value": _line(TEXT_MAX)})
IDENTITY: Final = record(
    {"name": _line(TEXT_MAX)},
    date_of_birth=_or_null(DAY),
    school_number=_or_null(_line(NUMBER_MAX)),
    contacts=list_of(CONTACT, maxItems=CONTACTS_MAX),
)
READ: Final = record({"actor": TEXT, "purpose": CODE, "read_at": MOMENT})
EVENT: Final[Schema] = {
    "type": "object",
    "properties": {"version": NUMBER, "type": TEXT, "effective_on": DAY, "says": TEXT},
    "required": ["version", "type", "effective_on", "data", "says"],
}
EXAMPLE: Final[dict[str, Any]] = {
    "name": "A Name",
    "date_of_birth": "2011-03-09",
    "school_number": "1234",
    "contacts": [{"kind": "home_phone", "value": "020 7946 0000"}],
}
HELD: Final = record(
    {
        "ledger": TEXT,
        "currency": TEXT,
        "child": TEXT,
        "version": NUMBER,
        "answered_on": DAY,
        "about": list_of(TEXT),
        "identity": record(
            {
                "state": {"enum": ["none", "kept", "erased"]},
                "content": _or_null(IDENTITY),
                "changed_at": _or_null(MOMENT),
            }
        ),
        "identity_reads": list_of(READ),
        "records": list_of(OBJECT),
        "payments": list_of(OBJECT),
        "verifications": list_of(EVENT),
        "erasures": list_of(OBJECT),
        "events": list_of(EVENT),
        "documents": list_of(EVENT),
        "retention": list_of(OBJECT),
        "not_known": list_of(TEXT),
    }
)
KEPT: Final = record({"ledger": TEXT, "child": TEXT, "changed_at": MOMENT})

BODIES: Final[dict[str, Schema]] = {"put_identity": body(IDENTITY, EXAMPLE)}
ANSWERS: Final[dict[str, Schema]] = {
    "put_identity": {
        "200": answer("The identity is kept in the place of another", KEPT),
        "201": answer("The identity is kept", KEPT),
    },
    "read_identity": {
        "200": answer(
            "Who the child is",
            record({"ledger": TEXT, "child": TEXT, "identity": IDENTITY, "changed_at": MOMENT}),
        )
    },
    "delete_identity": {"204": {"description": "Nobody can read the identity any more"}},
    "list_identity_reads": {"200": answer("Who has read the identity", page(READ))},
    "read_subject_access": {
        "200": {
            "description": "Everything that is held on the child",
            "content": {"application/json": {"schema": HELD}, "text/html": {"schema": TEXT}},
        }
    },
}
