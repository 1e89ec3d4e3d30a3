"""The reference contract: published figures, and the facts that lead to them, child by child."""
