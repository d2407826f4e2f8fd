"""Results that may be opened, and what is asked of them."""
