"""The conclusion of a sample whose items have been audited: projected, at most, and a proposal."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, Final, NamedTuple

from projections.sampling.drawing import Method
from projections.sampling.evaluating import (
    Bound,
    Finding,
    at_most,
    factors_at,
    is_bounded,
    rate_at_most,
    ratio,
    rounded,
    stringer,
    turned,
)
from projections.sampling.samples import in_percent

TAINT_PLACES: Final = 6
ACCEPTED: Final = "below_tolerable"
REFUSED: Final = "above_tolerable"
OPEN: Final = "not_bounded"
Document = dict[str, Any]


class Standard(NamedTuple):
    """With which confidence, and against what rate of the population's amount or items: 0 to 1."""

    confidence: Fraction
    tolerable: Fraction


class Judged(NamedTuple):
    """A sample that was audited, by item: its size in items or units, its population in pence."""

    method: Method
    size: int
    total_minor: int
    findings: Mapping[str, Finding]


def judged(sample: Judged, standard: Standard) -> Document:
    """What the sample says (0031); amounts in pence, rates in percent, taints as parts of 1.

    `conclusion` is `below_tolerable`, `above_tolerable`, or `not_bounded` where a taint is above 1;
    `proposal` is `{known_minor, extrapolated_minor, projected_minor}` (0022).
    """
    found = list(sample.findings.values())
    projecting = _monetary if sample.method == "monetary_unit" else _by_items
    return {
        "confidence": in_percent(standard.confidence),
        "tolerable": in_percent(standard.tolerable),
        "tolerable_minor": floor(standard.tolerable * sample.total_minor),
        "items": len(found),
        "book_minor": sum(one.book_minor for one in found),
        "audited_minor": sum(one.audited_minor for one in found),
        "deviations": sum(1 for one in found if one.difference_minor),
        **projecting(sample, found, standard),
        "findings": [_shown(name, one) for name, one in sample.findings.items() if one.taint],
    }


def _monetary(sample: Judged, found: Sequence[Finding], standard: Standard) -> Document:
    interval = Fraction(sample.total_minor, max(sample.size, 1))
    factor = factors_at(standard.confidence)
    over = stringer(found, interval, factor)
    under = stringer(turned(found), interval, factor)
    bounded = is_bounded(found) and is_bounded(turned(found))
    tolerable = standard.tolerable * sample.total_minor
    upper = max(over.upper, under.upper)
    within = ACCEPTED if upper <= tolerable else REFUSED
    return {
        "interval": str(interval),
        "overstatements": _bound(over, bounded=is_bounded(found)),
        "understatements": _bound(under, bounded=is_bounded(turned(found))),
        "conclusion": within if bounded else OPEN,
        "proposal": _proposal(found, over.projected - under.projected),
    }


def _by_items(sample: Judged, found: Sequence[Finding], standard: Standard) -> Document:
    limit = rate_at_most(found, standard.confidence) if found else Decimal(100)
    within = Fraction(limit) <= standard.tolerable * 100
    return {
        "upper_rate_percent": str(limit),
        "conclusion": ACCEPTED if within else REFUSED,
        "proposal": _proposal(found, ratio(found, sample.total_minor)),
    }


def _bound(bound: Bound, *, bounded: bool) -> Document:
    """A bound in whole pence; without a limit where a taint is above 1, which Stringer excludes."""
    return {
        "found": bound.found,
        "projected_minor": rounded(bound.projected),
        "basic_precision_minor": at_most(bound.basic),
        "incremental_minor": at_most(bound.incremental),
        "upper_limit_minor": at_most(bound.upper) if bounded else None,
    }


def _proposal(found: Sequence[Finding], projected: Fraction) -> Document:
    """Put right what is known; hold the rest against the population, as one sum (0022)."""
    known = sum(one.difference_minor for one in found)
    whole = rounded(projected)
    return {
        "known_minor": known,
        "extrapolated_minor": whole - known,
        "projected_minor": whole,
    }


def _shown(name: str, one: Finding) -> Document:
    return {
        "item": name,
        "book_minor": one.book_minor,
        "audited_minor": one.audited_minor,
        "difference_minor": one.difference_minor,
        "taint": taint_shown(one),
    }


def taint_shown(one: Finding) -> str:
    """A taint with six places, halves up."""
    scaled = rounded(one.taint * 10**TAINT_PLACES)
    whole, rest = divmod(abs(scaled), 10**TAINT_PLACES)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{TAINT_PLACES}}"
