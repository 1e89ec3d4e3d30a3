"""Exports: the books as files that other programs read, check and add up again."""
