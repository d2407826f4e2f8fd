"""Small functions of numbers that the rules use (ODD 7, "Notation")."""

import math

NEEDS = 6
SMALL = 1e6  # GBP a year below which an organisation is small


def clip(x, low, high):
    """Return x, or the end of [low, high] beyond which it lies."""
    return max(low, min(high, x))


def sigma(x):
    """Return 1 / (1 + exp(-x)), without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    odds = math.exp(x)
    return odds / (1.0 + odds)


def plain_sum(values):
    """Return the sum, added up one by one; Python's own `sum` makes up for rounding."""
    total = 0
    for value in values:
        total += value
    return total


def overlap(x, y):
    """Return the common part of two lists of shares: sum of the smaller of each two."""
    return plain_sum(min(a, b) for a, b in zip(x, y, strict=True))


def shares(values):
    """Scale values so that they sum to 1."""
    total = plain_sum(values)
    return [value / total for value in values]


def towards(x, y, part):
    """Move a list of numbers part of the way to another."""
    return [a + part * (b - a) for a, b in zip(x, y, strict=True)]


def first_largest(things, key):
    """Return the first of the things with the largest key; None if there are none."""
    best, most = None, -math.inf
    for thing in things:
        value = key(thing)
        if value > most:
            best, most = thing, value
    return best


def drawn_evenly(things, v):
    """Draw one thing evenly from v in [0, 1); return it and what is left of v (ODD 7.3)."""
    x = v * len(things)
    number = min(int(x), len(things) - 1)
    return things[number], x - number
