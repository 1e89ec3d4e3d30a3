"""The rows of verification samples: what was drawn, and what was said of each item."""

import datetime
from typing import Any, Final, NamedTuple


class Sample(NamedTuple):
    """A sample as it was drawn from a claim."""

    version: int
    contract: str
    claim: str
    sample: str
    method: str
    seed: str
    size: int
    population: int
    effective_on: datetime.date
    actor: str


class SampleItem(NamedTuple):
    """A payment that was drawn, at its place in the order of the draw."""

    version: int
    contract: str
    sample: str
    place: int
    payment: str


class SampleStep(NamedTuple):
    """A verdict on an item, or the end of the sample."""

    version: int
    contract: str
    sample: str
    step: str
    payment: str | None
    passed: bool | None
    reason_code: str | None
    effective_on: datetime.date
    actor: str


SampleRow = Sample | SampleItem | SampleStep
SAMPLE_TABLES: Final[dict[type[Any], str]] = {
    Sample: "samples",
    SampleItem: "sample_items",
    SampleStep: "sample_steps",
}
