"""The read tables in PostgreSQL: writing batches, exactly once, one generation at a time."""
