"""The state machine of one ledger: `accept` may refuse, `evolve` applies, `follow` decides.

Three functions without clock, chance or I/O. Facts in, decisions out: the same facts in the same
order give the same decisions, for ever.
"""

from ledger.accepting import accept
from ledger.evolving import evolve
from ledger.following import follow
from ledger.state import Book

__all__ = ["Book", "accept", "evolve", "follow"]
