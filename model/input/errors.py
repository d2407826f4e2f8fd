"""What a person who gives something can put right."""


class UserError(ValueError):
    """Something given or asked for that cannot be used; the message says what to change."""
