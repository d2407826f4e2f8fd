"""What compiled code stands on: the state, its type, draws, events, and how rules are compiled."""
