"""The page Your place."""
