"""Which moment a read is about: `as_of`, `known_at`, `min_version`, and waiting for them.

Without `known_at` a read answers at the version that the read tables have reached; with it, at that
version, for ever the same.
"""

import asyncio
import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import Depends, Query, Request
from psycopg import Connection
from starlette.responses import Response

from api.http.asking import AskingLedger, OnLedger, entity_tag, known_only, named, today_in
from api.http.filters import Day, Whole
from api.http.pages import page_answer
from api.http.problems import Problem, not_here, shape_invalid
from api.known_at import MOMENT, VERSION
from ledger.events.sealed import FindKeys
from projections.reading.pair import CursorUnreadable, Page, Pair, SeveralContracts
from projections.reading.terms import UnknownContract, must_be_signed

WAIT_S: Final = 2.0
POLL_S: Final = 0.02
UNKNOWN_CONTRACT: Final = ("unknown_contract", "no such contract is signed at this moment")

AsOf = Annotated[Day | None, Query(description="only what is effective on or before this date")]
KnownAt = Annotated[
    str | None,
    Query(
        description="only what was recorded up to this version, or moment in UTC",
        pattern=rf"^({VERSION.pattern}|{MOMENT.pattern})$",
        examples=["12", "2024-10-01T00:00:00Z"],
    ),
]
MinVersion = Annotated[
    Whole | None, Query(ge=0, le=10**18, description="wait until this version is projected")
]

Found = dict[str, Any] | Page | None
Question = Callable[[Any, str, Pair], Found]
Enquiry = Callable[[Any, str, str, Pair], Found]
Meant = Callable[[Any, str, str, Pair], str | None]
Writer = Callable[[dict[str, Any], dict[str, str]], Response]


@dataclass(frozen=True, slots=True)
class Reading:
    """A read about a ledger at a pair of dates.

    `names_contract` says that a contract that is asked about must be signed at the pair.
    """

    on: AskingLedger
    request: Request
    at: Pair
    names_contract: bool = True

    async def answer(
        self, question: Question, missing: Problem | None = None, write: Writer | None = None
    ) -> Response:
        """Ask the question on a connection of the pool, and echo the pair.

        `missing` is said when the question finds nothing at the pair; `write` is how an answer
        that is no page is written down, when not as JSON.
        """
        found = await run_sync(self._ask, question)
        headers = entity_tag(self.at.known_at)
        if found is None:
            refused = missing or not_here("not_found", "there is nothing of this name now")
            refused.headers.update(headers)
            raise refused
        if isinstance(found, Page):
            page = {"items": found.items, "next": found.after, **found.about, **self.echo()}
            return page_answer(self.request, page, headers)
        document = {**found, **self.echo()}
        if write is not None:
            return write(document, headers)
        return page_answer(self.request, document, headers)

    async def about(
        self,
        name: str,
        enquiry: Enquiry,
        unknown: tuple[str, str],
        write: Writer | None = None,
        meant: Meant | None = None,
    ) -> Response:
        """Ask about the one thing that the path names; `unknown` is said where there is none.

        `meant` finds what is there and was likely meant; the refusal then names it.
        """
        named(name, *unknown)

        def question(connection: Any, ledger: str, at: Pair) -> Found:  # noqa: ANN401 (a connection)
            found = enquiry(connection, ledger, name, at)
            if found is None and meant is not None:
                other = meant(connection, ledger, name, at)
                if other is not None:
                    code, detail = unknown
                    refused = not_here(code, f"{detail}; there is {other}")
                    refused.headers.update(entity_tag(at.known_at))
                    raise refused
            return found

        return await self.answer(question, missing=not_here(*unknown), write=write)

    def _ask(self, question: Question) -> Found:
        try:
            with self.on.service.pool.connection() as connection:
                self.must_know_contract(connection)
                return question(connection, self.on.ledger, self.at)
        except CursorUnreadable:
            raise shape_invalid("a cursor that this list gave out", "/query/after") from None
        except SeveralContracts as several:
            raise Problem("contract_needed", str(several)) from None
        except UnknownContract:
            raise Problem(*UNKNOWN_CONTRACT) from None

    def must_know_contract(self, connection: Connection[Any]) -> None:
        """Refuse a mistyped contract, by itself: a read may begin a transaction of its own.

        Raises `UnknownContract`.
        """
        contract = self.request.query_params.get("contract")
        if contract is not None and self.names_contract:
            with connection.transaction():
                must_be_signed(connection, self.on.ledger, contract, self.at.known_at)

    @property
    def find_keys(self) -> FindKeys:
        """Opens sealed values for this answer."""
        return self.on.service.sealing.find_keys

    @property
    def today(self) -> datetime.date:
        """The day it is where the ledger is kept."""
        return today_in(self.on.terms)

    def echo(self) -> dict[str, Any]:
        """What the answer says about when it is true."""
        return {
            "as_of": self.at.as_of,
            "known_at": self.at.known_at if "known_at" in self.request.query_params else None,
            "version": self.at.known_at,
        }


async def reading(
    request: Request,
    on: OnLedger,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    min_version: MinVersion = None,
) -> Reading:
    """Turn the parameters into a pair, and wait for its version up to a short limit."""
    known_only(request)
    asked = None if known_at is None else await run_sync(version_meant, on, known_at)
    projected = await projected_up_to(on, max(asked or 0, min_version or 0))
    return Reading(on, request, Pair(as_of, projected if asked is None else asked))


AtMoment = Annotated[Reading, Depends(reading)]


def version_meant(on: AskingLedger, known_at: str) -> int:
    """The version that `known_at` means; what the ledger has not seen yet cannot be answered."""
    service = on.service
    if VERSION.fullmatch(known_at):
        version = int(known_at)
        if version > service.head(on.ledger).version:
            raise Problem("known_at_beyond_ledger", "the ledger has no such version yet")
        return version
    try:
        moment = datetime.datetime.fromisoformat(known_at.upper())
    except ValueError:
        raise shape_invalid("a version or a moment of RFC 3339", "/query/known_at") from None
    if moment > service.log.clock():
        raise Problem("known_at_beyond_ledger", "this moment has not come yet")
    return service.log.version_at(on.ledger, moment)


async def projected_up_to(on: AskingLedger, needed: int) -> int:
    """The version of the read tables, once it is at least `needed`."""
    until = time.monotonic() + WAIT_S
    while True:
        projected = await run_sync(on.service.position, on.ledger)
        if projected >= needed:
            return projected
        if time.monotonic() > until or on.service.stopping.is_set():
            raise Problem(
                "projection_behind",
                f"the read tables are at version {projected}",
                headers={"Retry-After": "1", **entity_tag(projected)},
            )
        await asyncio.sleep(POLL_S)
