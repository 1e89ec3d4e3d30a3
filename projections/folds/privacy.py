"""Erasures: who asked for one, who declined it, and that it happened."""

from ledger.events.codec import AnyEvent
from ledger.events.privacy import ChildErased, ErasureDeclined, ErasureRequested
from projections.folds.bearings import Bearings
from projections.rows import Erasure, Page


def record_erasure(event: AnyEvent, _: Bearings, page: Page) -> None:
    """Add a step on the way to an erasure."""
    match event.data:
        case ErasureRequested() as asked:
            page.add(_step(event, "requested", asked.basis, asked.scope))
        case ErasureDeclined():
            page.add(_step(event, "declined", None, None))
        case ChildErased() as done:
            page.add(_step(event, "erased", done.basis, done.scope))
        case _:
            pass


def _step(event: AnyEvent, step: str, basis: str | None, scope: str | None) -> Erasure:
    return Erasure(
        version=event.version,
        child=event.data.child,
        step=step,
        basis=basis,
        scope=scope,
        effective_on=event.effective_on,
        actor=event.actor,
    )
