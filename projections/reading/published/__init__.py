"""The reports that leave the organisation: small numbers are hidden in them (decision 0018)."""
