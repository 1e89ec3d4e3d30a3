"""Benches: one file a question, each answered as a ratio to a floor."""
