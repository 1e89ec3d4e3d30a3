"""The OpenAPI document: what FastAPI knows of the routes, and what only the catalogue knows.

Facts and stored events are described by msgspec's JSON schema of the catalogue itself, so the
document cannot say anything else than what is decoded.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http import identity_schemas
from api.http.permissions import APPENDS, OPEN_ROUTES, ROUTES
from api.http.problems import MEDIA_TYPE, STATUS_OF, title_of
from api.http.schemas import ANSWERS, BODIES, HEADERS, PROBLEM, RESULT, SEAL
from ledger.events.catalogue import DECISIONS, EVENTS, FACTS, SEALED
from ledger.events.codec import FACT_SHAPES, Event

REF: Final = "#/components/schemas/"
EXAMPLES: Final[Mapping[str, Any]] = msgspec.json.decode(
    files("api.http").joinpath("examples.json").read_bytes()
)
WRITING: Final = (400, 401, 403, 404, 409, 412, 413, 415, 422, 500, 503)
READING: Final = (401, 403, 404, 422, 500, 503)
OPERATING: Final = (401, 403, 422, 500, 503)
ALL_ANSWERS: Final = {**ANSWERS, **identity_schemas.ANSWERS}
ALL_BODIES: Final = {**BODIES, **identity_schemas.BODIES}
UNREADABLE: Final = {"enum": ["erased", "sealed"], "description": "a value without a key"}


def describe(app: FastAPI) -> None:
    """Make the application answer with the whole document, built once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def build(app: FastAPI) -> dict[str, Any]:
    """Build the document."""
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes,
        description=_roles_table(),
    )  # fmt: skip
    components = document.setdefault("components", {})
    components["schemas"] = {**fact_schemas(), **event_schemas(), "Problem": PROBLEM}
    components["schemas"] |= {"Result": RESULT, "Seal": SEAL}
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(operation, writes=method != "get")
    return document


def _complete(operation: dict[str, Any], *, writes: bool) -> None:
    """Add to a route its body, its headers, its answers, its problems and who may use it."""
    name = operation["operationId"]
    responses = {
        status: content
        for status, content in operation["responses"].items()
        if status.startswith("2") and name not in ALL_ANSWERS
    }
    responses |= ALL_ANSWERS.get(name, {})
    refusals: tuple[int, ...] = WRITING if writes else READING
    if name in OPEN_ROUTES or name == "metrics":
        refusals = OPERATING
    for status in refusals:
        responses.setdefault(str(status), _problem_response(status))
    operation["responses"] = responses
    if name in ALL_BODIES:
        operation["requestBody"] = ALL_BODIES[name]
    operation.setdefault("parameters", []).extend(HEADERS.get(name, ()))
    if name not in OPEN_ROUTES:
        operation["security"] = [{"key": []}]
        operation["description"] += "\n\nRoles: " + ", ".join(sorted(ROUTES[name])) + "."


def _problem_response(status: int) -> dict[str, Any]:
    codes = [code for code, its_status in STATUS_OF.items() if its_status == status]
    return {
        "description": f"{title_of(status)}: {', '.join(codes) or 'as the code says'}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF + "Problem"}}},
    }


def fact_schemas() -> dict[str, Any]:
    """Each fact with an example, and their union by `type`."""
    refs, schemas = msgspec.json.schema_components(
        FACT_SHAPES.values(), ref_template=REF + "{name}"
    )
    for ref, name in zip(refs, FACT_SHAPES, strict=True):
        schemas[ref["$ref"].removeprefix(REF)]["example"] = EXAMPLES[name]
    schemas = {name: _sealed_as(found, None) for name, found in schemas.items() if name != "Sealed"}
    schemas["Fact"] = {
        "oneOf": list(refs),
        "discriminator": {
            "propertyName": "type",
            "mapping": {name: ref["$ref"] for ref, name in zip(refs, FACT_SHAPES, strict=True)},
        },
    }
    portable: dict[str, Any] = _portable(schemas)
    return portable


def event_schemas() -> dict[str, Any]:
    """Each event as it is stored, and the unions of events and of decisions by `type`."""
    shapes = {name: Event[shape] for name, shape in EVENTS.items()}  # type: ignore[valid-type]
    refs, schemas = msgspec.json.schema_components(shapes.values(), ref_template=REF + "{name}")
    renamed: dict[str, Any] = {}
    mapping: dict[str, str] = {}
    for ref, name in zip(refs, shapes, strict=True):
        own = f"{EVENTS[name].__name__}Event"
        schema = schemas.pop(ref["$ref"].removeprefix(REF))
        schema["title"] = own
        schema["properties"]["type"] = {"enum": [name]}
        renamed[own] = schema
        mapping[name] = REF + own
    for name in SEALED:
        shape = EVENTS[name].__name__
        renamed[f"{shape}Shown"] = _sealed_as(schemas.pop(shape), UNREADABLE)
        renamed[f"{shape}Event"]["properties"]["data"] = {"$ref": f"{REF}{shape}Shown"}
    del schemas["Sealed"]
    for union, names in (
        ("Event", list(FACTS)),
        ("Decision", list(DECISIONS)),
        ("AnyEvent", list(EVENTS)),
    ):
        chosen = {name: mapping[name] for name in names}
        renamed[union] = {
            "oneOf": [{"$ref": ref} for ref in chosen.values()],
            "discriminator": {"propertyName": "type", "mapping": chosen},
        }
    portable: dict[str, Any] = _portable({**schemas, **renamed})
    return portable


def _sealed_as(schema: Any, instead: Any) -> Any:  # noqa: ANN401 (JSON)
    """The schema of what clients see: a sealed value is sent and answered in another form."""
    if isinstance(schema, dict):
        if "anyOf" in schema:
            options = [x for x in schema["anyOf"] if x != {"$ref": REF + "Sealed"}]
            sealed = len(options) < len(schema["anyOf"]) and instead is not None
            return {**schema, "anyOf": [*options, instead] if sealed else options}
        return {name: _sealed_as(value, instead) for name, value in schema.items()}
    return schema


_PYTHON_END: Final = re.compile(re.escape(r"$(?!\n)"))


def _portable(schema: Any) -> Any:  # noqa: ANN401 (JSON)
    """The same schema with patterns of ECMA 262, where `$` is the very end already."""
    if isinstance(schema, dict):
        return {name: _portable(value) for name, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [_portable(value) for value in schema]
    return _PYTHON_END.sub("$", schema) if isinstance(schema, str) else schema


def _roles_table() -> str:
    """Which role appends what, as a table."""
    rows = [f"| `{role}` | {', '.join(types) or 'nothing'} |" for role, types in APPENDS.items()]
    return "\n".join(["| role | may append |", "|---|---|", *rows])
