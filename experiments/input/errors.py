"""What a person at the command line can put right."""


class UserError(ValueError):
    """Something asked for that cannot be done; the message says what to change."""
