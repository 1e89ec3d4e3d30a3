"""The HTTP interface: one file a door, one table of permissions, one table of statuses."""
