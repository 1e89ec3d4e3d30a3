"""The reads: one function a question, each answering at a pair (as_of, known_at)."""
