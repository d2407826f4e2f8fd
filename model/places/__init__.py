"""Places: made up, named, read from files, or from real data."""
