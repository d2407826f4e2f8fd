"""What the page Compare is made of: its scenarios, and one file a view."""
