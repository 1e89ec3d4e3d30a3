"""Operating: alive, ready, which version, and the counters."""

from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api import __version__
from api.http.asking import Authorised
from api.http.pages import json_answer
from api.service import Service

router: Final = APIRouter(tags=["operating"])


@router.get("/livez", name="livez")
async def livez(request: Request) -> Response:
    """Answer. A writer that a defect has stopped needs a new process: then it is 503."""
    failed = request.app.state.service.failed_writers()
    answer = json_answer({"status": "a writer has stopped" if failed else "alive"})
    answer.status_code = 503 if failed else 200
    return answer


@router.get("/readyz", name="readyz")
async def readyz(request: Request) -> Response:
    """Say whether the service can do its work: database, migrations, projections."""
    checks = await run_sync(_checks, request.app.state.service)
    ready = all(check["ok"] for check in checks.values())
    answer = json_answer({"status": "ready" if ready else "not ready", "checks": checks})
    answer.status_code = 200 if ready else 503
    return answer


@router.get("/version", name="version")
async def version() -> Response:
    """Name the program and its version."""
    return json_answer({"name": "outcomes-ledger", "version": __version__})


@router.get("/metrics", name="metrics")
async def metrics(asked: Authorised) -> Response:
    """Give the counters to Prometheus."""
    service = asked.service
    await run_sync(_measure_positions, service)
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _checks(service: Service) -> dict[str, dict[str, Any]]:
    if not service.answers():
        nothing = {"ok": False, "detail": "the database does not answer"}
        return dict.fromkeys(("database", "writers", "migrations", "projections"), nothing)
    missing = service.missing_migrations()
    return {
        "database": {"ok": True},
        "writers": {"ok": service.failed_writers() == 0},
        "migrations": {"ok": not missing, "missing": len(missing)},
        "projections": {"ok": service.projects(), "lag_versions": _worst_lag(service)},
    }


def _worst_lag(service: Service) -> int:
    """How far behind the read tables are at worst; no ledger is named, for this needs no key."""
    return max((head - projected for _, head, projected in service.positions()), default=0)


def _measure_positions(service: Service) -> None:
    for ledger, head, projected in service.positions():
        service.metrics.set_position(ledger, version=head, projected=projected)
