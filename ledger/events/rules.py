"""Which version of the rules a ledger decides by from now on (0032)."""

from typing import Annotated

from msgspec import Meta

from ledger.events.words import Shape


class RulesAdopted(Shape, frozen=True):
    """A later version of the rules is adopted for the whole ledger."""

    rules: Annotated[int, Meta(ge=1, le=32_767)]
