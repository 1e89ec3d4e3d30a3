"""What an event changes in the book: one file a family. Never refuses: it has happened.

Every change goes through `book.changes`, so that it can be undone.
"""

from ledger.evolving.evolve import evolve

__all__ = ["evolve"]
