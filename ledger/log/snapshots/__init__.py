"""Snapshots: the book at a version, so that a start need not replay the whole log (0034)."""
