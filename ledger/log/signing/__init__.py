"""Who signs for a log: its keys, its checkpoints, and what others add to them."""
