"""The event log: what was recorded, in one order, for ever; and the one writer of each ledger.

Everything below here may do I/O. The rules in `ledger` know nothing of it.
"""
