"""Assumptions about the world: what varies, and the calibrated sample."""
