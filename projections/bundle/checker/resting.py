"""Which area each rank of a count rests on (`domain.md` 4; 0003, 0012).

A count pays by how many areas were achieved, not by which. A rank that stands keeps its own area
while that one counts; the other ranks share out what is left, in order. A rank that is earned in
time rests on no late area.
"""

from collections.abc import Iterable, Mapping

from projections.bundle.checker.earned import DUE, Earned
from projections.bundle.checker.states import Payment


def share_out_areas(earned: Iterable[Earned], kept: Mapping[str, Payment]) -> None:
    """Let every rank rest on its area, given the payments that stand and stay."""
    ranks = [one for one in earned if one.line.kind == "outcome_count"]
    ranks.sort(key=lambda one: (one.line.rank, one.line.place))
    for verify in (True, False):
        _share_out([one for one in ranks if one.line.verify is verify], kept)


def _share_out(ranks: list[Earned], kept: Mapping[str, Payment]) -> None:
    left = {area.area: area for one in ranks for area in one.choice}
    waiting = []
    for one in ranks:
        payment = kept.get(one.line.trigger)
        own = None if payment is None else left.get(payment.area)
        if own is None or (one.standing == DUE and not own.in_time):
            waiting.append(one)
        else:
            one.rest_on(left.pop(own.area))
    for one, area in zip(waiting, left.values(), strict=False):
        one.rest_on(area)
