"""Keyed random numbers: every draw is a pure function of what it decides.

A draw is addressed by ``(seed, month, process, attempt, a, b)``; ``a`` and ``b`` are uids. The
generator is Threefry-2x64 with 13 rounds of the Random123 family (Salmon, Moraes, Dror and Shaw
2011, "Parallel random numbers: as easy as 1, 2, 3"), the fewest rounds that its authors found to
pass every battery of TestU01; the tests hold it against the published known-answer vectors.
No state is kept, so two scenarios with one seed have the same luck wherever they do the same
thing, and no result can depend on threads, batches or the order of evaluation.

Symbols used throughout the compiled code: ``i``, ``j`` are organisation rows, ``k`` a need,
``p`` a place, ``t`` a tie.
"""

import math

import numpy as np
from numba import uint64

from alliances.model.kernel.compiled import callable_rule

# One number a process: part of the key, so that processes never share a draw.
BUILD, PRESSURE, COMMISSION, MEET, CONNECT = 1, 2, 3, 4, 5
ALLY, DELIBERATE, DELIVER, RECKON, ACCOUNT = 6, 7, 8, 9, 10
ORDER, FOUND = 11, 12

MONTH_OFFSET = 4096  # keeps the month field of the key positive during the burn-in
NOBODY = np.uint64(0)  # second uid of a draw that concerns one organisation only

_PARITY = np.uint64(0x1BD11BDAA9FC1A22)
_TO_UNIT = 2.0**-53


@callable_rule
def threefry(key0, key1, count0, count1):
    """Threefry-2x64-13: two 64-bit words from a 128-bit key and a 128-bit counter.

    Parameters
    ----------
    key0, key1, count0, count1 : uint64
        Key and counter words.

    Returns
    -------
    tuple of uint64
        Two words, uniform over all 64-bit values.
    """
    key2 = key0 ^ key1 ^ _PARITY
    x = count0 + key0
    y = count1 + key1
    x, y = _four_rounds(x, y, uint64(16), uint64(42), uint64(12), uint64(31))
    x += key1
    y += key2 + uint64(1)
    x, y = _four_rounds(x, y, uint64(16), uint64(32), uint64(24), uint64(21))
    x += key2
    y += key0 + uint64(2)
    x, y = _four_rounds(x, y, uint64(16), uint64(42), uint64(12), uint64(31))
    x += key0
    y += key1 + uint64(3)
    return _round(x, y, uint64(16))


@callable_rule
def _round(x, y, turn):
    x += y
    return x, ((y << turn) | (y >> (uint64(64) - turn))) ^ x


@callable_rule
def _four_rounds(x, y, turn_1, turn_2, turn_3, turn_4):
    x, y = _round(x, y, turn_1)
    x, y = _round(x, y, turn_2)
    x, y = _round(x, y, turn_3)
    return _round(x, y, turn_4)


@callable_rule
def words(seed, month, process, attempt, a, b):
    """Two random words for the event ``(seed, month, process, attempt, a, b)``."""
    address = (
        (uint64(month + MONTH_OFFSET) << uint64(40))
        | (uint64(process) << uint64(32))
        | uint64(attempt)
    )
    return threefry(seed, address, a, b)


@callable_rule
def unit(word):
    """Map a word to a float64 in [0, 1) with 53 random bits."""
    return float(word >> uint64(11)) * _TO_UNIT


@callable_rule
def uniform(seed, month, process, attempt, a, b):
    """Draw one uniform number in [0, 1)."""
    return unit(words(seed, month, process, attempt, a, b)[0])


@callable_rule
def uniforms(seed, month, process, attempt, a, b):
    """Draw two independent uniform numbers in [0, 1) at the price of one."""
    x, y = words(seed, month, process, attempt, a, b)
    return unit(x), unit(y)


@callable_rule
def pair_uniforms(seed, month, process, attempt, a, b):
    """Draw two uniforms for an unordered pair: the key is (min uid, max uid)."""
    if a < b:
        return uniforms(seed, month, process, attempt, a, b)
    return uniforms(seed, month, process, attempt, b, a)


@callable_rule
def normal(seed, month, process, attempt, a, b):
    """Draw one standard normal number (Box and Muller 1958)."""
    u, v = uniforms(seed, month, process, attempt, a, b)
    return math.sqrt(-2.0 * math.log(1.0 - u)) * math.cos(2.0 * math.pi * v)


def replicate_seed(seed: int, replicate: int) -> int:
    """Return the 64-bit stream key of one replicate of a base seed.

    Parameters
    ----------
    seed : int
        Base seed, 0 <= seed < 2**64.
    replicate : int
        Replicate number, >= 0.
    """
    if not 0 <= seed < 2**64:
        raise ValueError(
            f"seed was {seed}; it must be between 0 and {2**64 - 1}: choose another whole number"
        )
    first, _ = threefry(np.uint64(seed), np.uint64(replicate), np.uint64(0), np.uint64(0))
    return int(first)
