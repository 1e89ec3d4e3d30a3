"""Small numbers: which cells of an additive table are hidden, so that none can be worked out."""
