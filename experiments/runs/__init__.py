"""Matched runs, their means and how sure they are."""
