"""Audit samples: how many, which ones, and what they say of the rest (decision 0031)."""
