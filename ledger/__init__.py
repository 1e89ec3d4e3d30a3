"""The ledger: the rules of an outcomes contract, pure; and its log."""
