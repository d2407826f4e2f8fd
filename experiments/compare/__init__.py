"""Scenarios held against each other."""
