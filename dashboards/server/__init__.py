"""The server: what is served, to whom, and how much anybody may ask for."""
