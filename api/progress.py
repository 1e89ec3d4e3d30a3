"""Whether the read tables move: being behind is ordinary, standing still while behind is not."""

import time
from collections.abc import Callable, Iterable
from typing import Final

STUCK_S: Final = 30.0


class Progress:
    """Remembers where each ledger's read tables were, and since when."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing seen; `now` counts seconds."""
        self._now = now
        self._seen: dict[str, tuple[int, float]] = {}

    def moves(self, positions: Iterable[tuple[str, int, int]]) -> bool:
        """Take positions (ledger, version, projected) in; False when one is stuck behind."""
        stuck = False
        for ledger, version, projected in positions:
            before, since = self._seen.get(ledger, (-1, 0.0))
            if projected != before or projected >= version:
                self._seen[ledger] = (projected, self._now())
            elif self._now() - since > STUCK_S:
                stuck = True
        return not stuck
