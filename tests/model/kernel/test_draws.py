"""The generator is the published one, and no two decisions share a draw."""

import ast

import numpy as np
import pytest

from alliances import ROOT
from alliances.model.kernel import draws
from alliances.model.kernel.draws import (
    NOBODY,
    normal,
    pair_uniforms,
    replicate_seed,
    threefry,
    uniforms,
    words,
)

ALL = 0xFFFFFFFFFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0), (0, 0), (0xF167B032C3B480BD, 0xE91F9FEE4B7A6FB5)),
        ((ALL, ALL), (ALL, ALL), (0xCCDEC5C917A874B1, 0x4DF53ABCA26CEB01)),
        (
            (0x243F6A8885A308D3, 0x13198A2E03707344),
            (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
            (0xC3AAC71561042993, 0x3FE7AE8801AFF316),
        ),
    ],
)
def test_threefry_gives_the_known_answers_of_random123(counter, key, expected):
    given = [np.uint64(word) for word in (*key, *counter)]
    assert tuple(int(word) for word in threefry(*given)) == expected


def _addresses() -> list[tuple[int, int, int, int, int]]:
    """Neighbouring addresses, as a run has them: (month, process, attempt, a, b)."""
    return [
        (month, process, attempt, a, b)
        for month in (-24, 0, 1, 119)
        for process in (1, 4, 10)
        for attempt in (0, 1, 100)
        for a in range(1, 21)
        for b in (0, 1, 2**63)
    ]


def _drawn(seed: int = 7) -> np.ndarray:
    return np.array(
        [
            uniforms(np.uint64(seed), m, p, t, np.uint64(a), np.uint64(b))
            for m, p, t, a, b in _addresses()
        ]
    )


def test_neighbouring_addresses_give_uniform_and_unrelated_numbers():
    drawn = _drawn()
    both = drawn.ravel()
    n = len(both)
    assert both.min() >= 0.0
    assert both.max() < 1.0
    counts, _ = np.histogram(both, 20, (0.0, 1.0))
    chi_squared = float(((counts - n / 20) ** 2 / (n / 20)).sum())
    assert chi_squared < 43.8  # 99.9 % of 19 degrees of freedom
    assert abs(both.mean() - 0.5) < 4 * np.sqrt(1 / 12 / n)
    limit = 4 / np.sqrt(len(drawn))
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) < limit
    for lag in (1, 2, 3, 60, 180, 540):  # next uid, attempt, process, month
        assert abs(np.corrcoef(drawn[:-lag, 0], drawn[lag:, 0])[0, 1]) < limit


def test_all_addresses_differ():
    drawn = _drawn()
    assert len(np.unique(drawn.ravel())) == drawn.size


@pytest.mark.parametrize("field", range(6))
def test_one_bit_of_the_address_turns_half_of_the_word(field):
    base = [123456789, 17, 4, 3, 987654321, 555]
    turned = []
    for bit in range(6 if field in (1, 2, 3) else 64):
        other = list(base)
        other[field] ^= 1 << bit
        one, two = (
            int(words(np.uint64(s), m, p, t, np.uint64(a), np.uint64(b))[0])
            for s, m, p, t, a, b in (base, other)
        )
        turned.append((one ^ two).bit_count())
    assert 20 < np.mean(turned) < 44


def test_a_draw_of_a_pair_is_the_same_from_both_ends():
    one, other = np.uint64(3), np.uint64(2**64 - 5)
    there = pair_uniforms(np.uint64(1), 5, 4, 100, one, other)
    assert there == pair_uniforms(np.uint64(1), 5, 4, 100, other, one)
    assert there == uniforms(np.uint64(1), 5, 4, 100, one, other)


def test_normal_numbers_have_mean_0_and_variance_1():
    drawn = np.array([normal(np.uint64(3), 0, 1, 20, np.uint64(i), NOBODY) for i in range(4000)])
    assert abs(drawn.mean()) < 4 / np.sqrt(4000)
    assert abs(drawn.var() - 1.0) < 4 * np.sqrt(2 / 4000)


def test_replicates_have_different_streams():
    streams = {replicate_seed(seed, r) for seed in (0, 1, 2**64 - 1) for r in range(200)}
    assert len(streams) == 600
    with pytest.raises(ValueError, match="between 0 and"):
        replicate_seed(-1, 0)


def test_processes_have_different_numbers():
    names = [n for n in vars(draws) if n.isupper() and n not in ("NOBODY", "MONTH_OFFSET")]
    numbers = [getattr(draws, n) for n in names if isinstance(getattr(draws, n), int)]
    assert len(numbers) == len(set(numbers)) >= 12
    assert max(numbers) < 256  # eight bits of the key


# --- no two decisions share an address --------------------------------------

# Every draw of the compiled rules: process, attempt as it is written, and the numbers that it can
# take. A new draw needs a line here, with numbers that nothing else of its process has.
LOTS = range(200_000)
DRAWS = {
    ("BUILD", "0"): {0},
    ("BUILD", "1"): {1},
    ("BUILD", "2"): {2},
    ("BUILD", "3"): {3},
    ("BUILD", "10 + k"): range(10, 16),
    ("BUILD", "20 + k"): range(20, 26),
    ("BUILD", "30 + k"): range(30, 36),
    ("BUILD", "40"): {40},
    ("BUILD", "41"): {41},
    ("ORDER", "0"): {0},
    ("PRESSURE", "0"): {0},
    ("PRESSURE", "attempt"): {1, 4},
    ("PRESSURE", "attempt + 1"): {2, 5},
    ("PRESSURE", "10 + k"): range(10, 16),
    ("COMMISSION", "10"): {10},
    ("COMMISSION", "20"): {20},
    ("COMMISSION", "30"): {30},
    ("COMMISSION", "RENEWALKEYS + agreement.start"): range(2_090_000, 2_111_000),
    ("COMMISSION", "CRITERIAKEYS + agreement.start"): range(2_190_000, 2_211_000),
    ("COMMISSION", "attempt"): {1_000, 1_000_000},
    ("COMMISSION", "attempt + 1"): {1_001, 1_000_001},
    ("COMMISSION", "key + 10 + attempt"): {
        *range(1_010, 1_013),
        *range(1_000_010, 1_000_013),
    },
    ("COMMISSION", "key"): {*range(1_020, 1_023), *range(1_000_020, 1_000_023)},
    ("COMMISSION", "attempt + 30"): {1_030, 1_000_030},
    ("COMMISSION", "attempt + 100 + lot"): {
        *(1_100 + lot for lot in LOTS),
        *(1_000_100 + lot for lot in LOTS),
    },
    ("MEET", "attempt"): {*range(8), 100, 101},
    ("MEET", "200"): {200},
    ("MEET", "200 + attempt"): {201, 202},
    ("MEET", "300"): {300},
    ("CONNECT", "attempt"): range(40),
    ("CONNECT", "100 + attempt"): range(100, 106),
    ("CONNECT", "200"): {200},
    ("ALLY", "10"): {10},
    ("ALLY", "11"): {11},
    ("ALLY", "12"): {12},
    ("ALLY", "20"): {20},
    ("ALLY", "21"): {21},
    ("ALLY", "22"): {22},
    ("ALLY", "30"): {30},
    ("DELIBERATE", "k"): {0, 2, 4},
    ("DELIBERATE", "10"): {10},
    ("DELIBERATE", "50 + k"): range(50, 56),
    ("RECKON", "0"): {0},
    ("RECKON", "1"): {1},
    ("RECKON", "2"): {2},
    ("ACCOUNT", "0"): {0},
    ("ACCOUNT", "1"): {1},
    ("ACCOUNT", "2"): {2},
    ("ACCOUNT", "3"): {3},
    ("FOUND", "share"): range(1_000),
    ("FOUND", "1000"): {1_000},
}
# Two sites may share one entry only here: both are the one draw of one thing.
DRAWING = ("words", "uniform", "uniforms", "normal", "pair_uniforms")
SEVERAL_SITES = {("MEET", "attempt")}  # own meetings 0-7; pairs 100 and 101


def _sites() -> list[tuple[str, str]]:
    """Process and attempt of every draw in the sources of the processes."""
    folder = ROOT / "model" / "processes"
    found = []
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in DRAWING:
                assert len(node.args) == 6, f"{path.name}:{node.lineno}"
                process, attempt = (ast.unparse(node.args[n]) for n in (2, 3))
                found.append((process, attempt.replace("_", "")))
    return found


def test_every_draw_is_listed_here():
    unlisted = sorted(set(_sites()) - set(DRAWS))
    assert not unlisted, f"list these draws in DRAWS, with attempts of their own: {unlisted}"
    assert not set(DRAWS) - set(_sites()), "DRAWS lists draws that are no more"


def test_no_two_draws_of_a_process_share_an_address():
    owner: dict[tuple[str, int], tuple[str, str]] = {}
    sites = _sites()
    for site in sorted(set(sites)):
        assert sites.count(site) == 1 or site in SEVERAL_SITES, f"{site} is drawn at two places"
        for attempt in DRAWS[site]:
            other = owner.setdefault((site[0], attempt), site)
            assert other == site, f"{site} and {other} share attempt {attempt}"
