"""Docking: the model's rules beside theory and published models, in the limits where they meet."""
