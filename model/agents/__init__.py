"""The same state as Mesa sees it: a model, and agents that are views of rows."""
