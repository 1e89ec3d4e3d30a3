"""Pure folds: an event in, rows out; one file a projection. Nothing here reads or writes."""
