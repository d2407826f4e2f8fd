"""The simulated system: places of unequal organisations."""
