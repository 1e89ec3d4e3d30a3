"""The books as files: journals for hledger and Beancount, CSV, and an Excel workbook.

A file is written whole before its first byte is answered: a database connection is not held while
somebody downloads, and what cannot be exported is refused by its status.
"""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Final, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query
from starlette.responses import Response, StreamingResponse

from api.http.asking import entity_tag
from api.http.books import InSpan
from api.http.filters import Ref
from api.http.moment import UNKNOWN_CONTRACT, AtMoment, Reading
from api.http.problems import Problem, not_here
from projections.exports.wanted import Wanted
from projections.exports.workbook import WorkbookTooLong
from projections.exports.writing import Kind, write_export
from projections.reading.terms import UnknownContract

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["books"])

PART_BYTES: Final = 256 * 1024
MEDIA_TYPES: Final[dict[str, str]] = {
    "hledger": "text/plain",
    "beancount": "text/plain",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUFFIXES: Final[dict[str, str]] = {
    "hledger": "journal", "beancount": "beancount", "csv": "csv", "xlsx": "xlsx",
}  # fmt: skip

ExportKind = Annotated[str, Path(json_schema_extra={"enum": list(MEDIA_TYPES)})]
Table = Annotated[
    Literal["journal", "trial_balance"], Query(description="which table a `csv` holds")
]
WithChildren = Annotated[
    bool, Query(description="name children too: pseudonyms, but personal data")
]


@router.get("/exports/{kind}", name="read_export")
async def read_export(
    *,
    read: AtMoment,
    kind: ExportKind,
    contract: Ref = None,
    span: InSpan,
    table: Table = "journal",
    with_children: WithChildren = False,
) -> Response:
    """Read the books of a span as a file that carries its parameters, version, root and totals."""
    wanted = Wanted(
        ledger=read.on.ledger,
        currency=read.on.terms.currency,
        at=read.at,
        span=span,
        contract=contract,
        known_at=read.request.query_params.get("known_at"),
        with_children=with_children,
    )
    file = await run_sync(_written, read, _kind_of(kind, table), wanted)
    name = f"{read.on.ledger}-{read.at.known_at}.{SUFFIXES[kind]}"
    return StreamingResponse(
        _parts(file),
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            **entity_tag(read.at.known_at),
        },
    )


def _kind_of(kind: str, table: str) -> Kind:
    """What is written; only comma-separated values come as one table or the other."""
    match kind:
        case "csv":
            return "trial_balance_csv" if table == "trial_balance" else "csv"
        case "hledger" | "beancount" | "xlsx":
            return kind
        case _:
            raise not_here("unknown_export", "there is no export of this kind")


def _written(read: Reading, kind: Kind, wanted: Wanted) -> IO[bytes]:
    """The whole export in a file without a name, which goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed when it has been answered)
    try:
        with read.on.service.pool.connection() as connection:
            read.must_know_contract(connection)
            write_export(connection, kind, wanted, file)
    except BaseException as failed:
        file.close()
        if isinstance(failed, WorkbookTooLong):
            raise Problem("export_too_large", str(failed)) from None
        if isinstance(failed, UnknownContract):
            raise Problem(*UNKNOWN_CONTRACT) from None
        raise
    return file


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(PART_BYTES):
            yield part
