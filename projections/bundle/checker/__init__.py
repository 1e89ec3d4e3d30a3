"""The parts of `verify.py`: joined into one file that knows the standard library alone (0027)."""
