"""The page Network."""
