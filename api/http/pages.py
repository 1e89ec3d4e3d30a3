"""Lists: a limit, an opaque cursor, `{"items", "next"}` and a `Link` to the next page."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from fastapi import Query, Request
from starlette.responses import Response

from api.http.filters import Whole

LIMIT_MAX: Final = 1000
CURSOR: Final = r"^[A-Za-z0-9._:~=-]{1,512}$"

Limit = Annotated[Whole, Query(ge=1, le=LIMIT_MAX, description="how many items at most")]
After = Annotated[
    str | None, Query(pattern=CURSOR, description="the `next` of the page before, as it is")
]


def page_answer(
    request: Request, document: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """Write a page down, with a link to the next one if there is one."""
    following = document.get("next")
    linked = {} if following is None else {"Link": link_to(request, str(following))}
    return json_answer(document, {**(headers or {}), **linked})


def link_to(request: Request, cursor: str) -> str:
    """The `Link` header (RFC 8288) of the page after this one."""
    following = request.url.include_query_params(after=cursor)
    query = f"?{following.query}" if following.query else ""
    return f'<{following.path}{query}>; rel="next"'


def json_answer(document: Any, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401
    """Write a document down as it is."""
    return Response(
        msgspec.json.encode(document), media_type="application/json", headers=dict(headers or {})
    )
