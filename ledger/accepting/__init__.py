"""What may be recorded: one file a family of facts, each a set of questions to the book."""

from ledger.accepting.accept import accept

__all__ = ["accept"]
