"""Every event that can be stored: typed, named, one file a family."""
