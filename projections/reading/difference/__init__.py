"""The difference between two moments: every figure that moved, and the events that moved it."""
