"""The bundle: a ledger in files that an auditor takes away, and the one program that checks it."""
