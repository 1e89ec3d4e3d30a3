"""A why-document written down as a page of HTML; whatever was recorded is text in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.tracing.outline import named, outline
from api.tracing.steps import in_words, moment, plain, pounds

PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_page(document: Mapping[str, Any], ledger: str) -> bytes:
    """The page of a document, to read and to print."""
    template = PAGES.get_template("page.html")
    words = {"plain": plain, "pounds": pounds, "in_words": in_words, "moment": moment}
    root = outline(document)
    page = template.render(document=document, root=root, named=named, ledger=ledger, **words)
    return page.encode()
