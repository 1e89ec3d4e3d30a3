"""Doors of single steps: each stores one fact, about what its path names or about a new thing.

A door is made of its fact: the body is the fact without what the path names, and perhaps a day.
"""

import datetime
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http import one_fact
from api.http.asking import AskingLedger, OnLedger, named
from ledger.events.catalogue import FactData

CREATED: Final = 201
Door = Callable[..., Awaitable[Response]]
DAY: Final = "effective_on"


class Step(NamedTuple):
    """A door: where it is, its name, the fact that it stores, and what it says of itself."""

    path: str
    name: str
    fact: type[FactData]
    says: str


class Subject(NamedTuple):
    """What a path names, and the refusal of a name that nothing has."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a step takes: a body of this shape, which makes a fact about the subject."""

    make: Callable[..., FactData]
    body: type[msgspec.Struct]
    subject: Subject | None

    async def stored(self, request: Request, on: AskingLedger, reference: str = "") -> Response:
        """Store the fact that a request means, and answer as `/events` does."""
        sent, body = await one_fact.body_of(request, self.body)
        given = msgspec.structs.asdict(body)
        day = given.pop(DAY)
        code = ""
        if self.subject is not None:
            field, code, detail = self.subject
            given[field] = named(reference, code, detail)
        content = one_fact.made(self.make, **given)
        return await one_fact.appended(on, content, sent, on_day=day, in_path=code)


def add_steps(router: APIRouter, steps: Iterable[Step], subject: Subject | None = None) -> None:
    """Add a door for each step; their paths name the subject, and nothing else."""
    for step in steps:
        form = Form(step.fact, body_for(step.fact, subject), subject)
        router.add_api_route(
            step.path,
            _door_to_a_new_thing(form) if subject is None else _door_about(form, subject.field),
            methods=["POST"],
            name=step.name,
            description=step.says,
            status_code=CREATED,
        )


def _door_to_a_new_thing(form: Form) -> Door:
    async def door(request: Request, on: OnLedger) -> Response:
        return await form.stored(request, on)

    return door


def _door_about(form: Form, field: str) -> Door:
    async def door(
        request: Request, on: OnLedger, reference: Annotated[str, Path(alias=field)]
    ) -> Response:
        return await form.stored(request, on, reference)

    return door


def body_for(fact: type[FactData], subject: Subject | None) -> type[msgspec.Struct]:
    """The shape of a body: the fact's fields, less the one that the path names, and the day."""
    fields = [
        (field.name, field.type, msgspec.field(default=field.default))
        for field in msgspec.structs.fields(fact)
        if subject is None or field.name != subject.field
    ]
    day = (DAY, datetime.date | None, None)
    return msgspec.defstruct(f"{fact.__name__}Body", [*fields, day], forbid_unknown_fields=True)
