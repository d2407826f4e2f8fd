"""Behaviour checks: statements about the model, tried over the whole box of its parameters."""
