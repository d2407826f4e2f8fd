"""Why did this happen: recordings, events, and what they come to."""
