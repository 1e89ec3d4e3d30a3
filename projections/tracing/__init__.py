"""Why: every amount back to its evidence and its contract; and forwards, what something caused."""
