"""Subject access: everything that is held on one child, in plain words (UK GDPR, article 15)."""
