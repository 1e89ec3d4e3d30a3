"""The application: the doors put together, and one way of saying no for all of them."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import __version__
from api.http import (
    auditing_desk,
    books,
    children,
    claims,
    contracts,
    diff,
    erasures,
    events,
    exports,
    identities,
    invoices,
    journal,
    keys,
    ledgers,
    log,
    operating,
    payments,
    periods,
    proofs,
    reports,
    retention,
    rules,
    samples,
    settlements,
    stream,
    subject_access,
    time_stamps,
    why,
    witnesses,
)
from api.http.doorkeeper import Doorkeeper
from api.http.openapi import describe
from api.http.problems import Item, Problem, answer, title_of
from api.service import Service

SUMMARY: Final = "An event-sourced payment ledger for outcomes contracts"
ROUTERS: Final = (
    events.router,
    stream.router,  # before the log, where a version would take its place
    log.router,
    proofs.router,
    witnesses.router,
    time_stamps.router,
    children.router,
    erasures.router,
    retention.router,
    identities.router,
    subject_access.router,
    contracts.router,
    payments.router,
    why.router,
    settlements.router,
    claims.router,
    samples.router,
    invoices.router,
    journal.router,
    books.router,
    exports.router,
    diff.router,
    reports.router,
    periods.router,
    rules.router,
    auditing_desk.router,
    ledgers.router,
    keys.router,
    operating.router,
)


def create_app(service: Service) -> FastAPI:
    """Open the doors of a service that has been started."""
    app = FastAPI(
        title="Outcomes Ledger", summary=SUMMARY, version=__version__, redirect_slashes=False,
        redoc_url=None, swagger_ui_oauth2_redirect_url=None,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Doorkeeper, metrics=service.metrics)
    app.add_exception_handler(Problem, _refused)
    app.add_exception_handler(HTTPException, _no_such_door)
    app.add_exception_handler(RequestValidationError, _wrong_shape)
    describe(app)
    return app


async def _refused(request: Request, problem: Any) -> Response:  # noqa: ANN401 (starlette's type)
    return answer(problem, request.state.request_id)


async def _no_such_door(request: Request, refused: Any) -> Response:  # noqa: ANN401
    code = {404: "not_found", 405: "method_not_allowed"}.get(refused.status_code, "shape_invalid")
    detail = (
        "there is nothing at this path" if code == "not_found" else title_of(refused.status_code)
    )
    problem = Problem(code, detail, status=refused.status_code, headers=refused.headers)
    return answer(problem, request.state.request_id)


def _in_words(error: Mapping[str, Any]) -> str:
    """What is complained about; a pattern is for programs."""
    if error["type"] == "string_pattern_mismatch" and str(error["loc"][-1]).endswith("known_at"):
        return "a version, or a moment such as 2024-10-01T00:00:00Z"
    return str(error["msg"])


async def _wrong_shape(request: Request, refused: Any) -> Response:  # noqa: ANN401
    """FastAPI's complaint about a parameter, without the value it complains about."""
    items = [
        Item(0, "/" + "/".join(map(str, error["loc"])), "shape_invalid", _in_words(error))
        for error in refused.errors()
    ]
    return answer(
        Problem("shape_invalid", "a parameter has the wrong shape", errors=items),
        request.state.request_id,
    )
