"""Somebody's own place: read with limits, kept in memory only, and held against the model."""
