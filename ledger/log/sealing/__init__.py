"""Sealing: each child's values under a key of its own, and that key under a master key."""
