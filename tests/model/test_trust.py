"""Each rule of trust goes where its equation says, and never leaves 0-1."""

import itertools

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliances.model.parameters import REGISTRY
from alliances.model.processes.relations import learn
from tests.each import each
from tests.model.runs import begun, small

RULES = REGISTRY["trust_rule"].options


@numba.njit
def _learn_all(state, signals, path):
    for step in range(len(signals)):
        learn(state, 0, state.ties[0].a, signals[step], 0)
        path[step] = state.ties[0].trust_ab


@pytest.fixture(scope="module")
def pair():
    """A state in which tie 0 joins rows 0 and 1."""
    state = begun(small(4, burn_in=0))
    state.ties[0].a, state.ties[0].b = 0, 1
    return state


def learned(pair, rule, signals, *, start=0.5, gain=0.06, loss=2.0, memory=0.97, evidence=4.0):
    """Trust after each signal."""
    for name, value in (
        ("trust_rule", RULES.index(rule)),
        ("trust_gain", gain),
        ("loss_ratio", loss),
        ("trust_memory", memory),
    ):
        pair.params[name] = value
    tie = pair.ties[0]
    tie.trust_ab, tie.trust_ba = start, 0.5
    tie.evidence_ab = tie.evidence_ba = evidence
    path = np.empty(len(signals))
    _learn_all(pair, np.asarray(signals, float), path)
    assert tie.trust_ba == 0.5  # the other side is the other's
    return path


def experiences(good: float, count: int) -> np.ndarray:
    """Good (1) and bad (-1) experiences in random order, `good` of them good."""
    signals = np.where(np.arange(count) < good * count, 1.0, -1.0)
    return np.random.default_rng(1).permutation(signals)


@pytest.mark.parametrize(
    ("loss", "good", "expected"),
    [(1.0, 0.3, 0.3), (1.0, 0.8, 0.8), (2.0, 0.8, 0.667), (4.0, 0.9, 0.692), (10.0, 0.9, 0.474)],
)
@pytest.mark.parametrize("start", [0.05, 0.95])
def test_asymmetric_trust_settles_at_its_fixed_point(pair, loss, good, expected, start):
    assert expected == pytest.approx(good / (good + (1 - good) * loss), abs=1e-3)
    path = learned(
        pair, "asymmetric", experiences(good, 40_000), start=start, gain=0.004, loss=loss
    )
    assert path[-20_000:].mean() == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("loss", "good"), [(1.0, 0.7), (2.0, 0.8), (4.0, 0.5)])
@pytest.mark.parametrize("start", [0.05, 0.95])
def test_beta_trust_is_the_weighted_share_of_good_experiences(pair, loss, good, start):
    signals = experiences(good, 20_000)
    path = learned(pair, "beta", signals, start=start, loss=loss, memory=1.0)
    assert path[-1] == pytest.approx(good / (good + (1 - good) * loss), abs=0.002)
    forgetting = learned(pair, "beta", signals, start=start, loss=loss, memory=0.999)
    assert forgetting[-10_000:].mean() == pytest.approx(path[-1], abs=0.02)


def test_beta_trust_in_the_well_known_moves_less_than_in_the_unknown(pair):
    known = learned(pair, "beta", [-1.0], evidence=40.0)[0]
    unknown = learned(pair, "beta", [-1.0], evidence=2.0)[0]
    assert unknown < known < 0.5


@each("rule start", itertools.product(RULES, np.linspace(0.0, 1.0, 11)))
def test_good_never_lowers_and_bad_never_raises(pair, rule, start):
    for strength in (0.1, 0.5, 1.0):
        for gain in (0.0, 0.06, 0.5):
            more = {"start": start, "gain": gain, "loss": 10.0}
            assert learned(pair, rule, [strength], **more)[0] >= start
            assert learned(pair, rule, [-strength], **more)[0] <= start


def test_confirmatory_trust_keeps_the_convinced_convinced(pair):
    # A good experience moves the trusting more, a bad one moves the distrusting more than the
    # asymmetric rule would have it, relative to the middle.
    def change(rule, start, signal):
        return abs(learned(pair, rule, [signal], start=start, loss=1.0)[0] - start)

    assert change("confirmatory", 0.8, 1.0) / change("asymmetric", 0.8, 1.0) > change(
        "confirmatory", 0.2, 1.0
    ) / change("asymmetric", 0.2, 1.0)
    assert change("confirmatory", 0.2, -1.0) / change("asymmetric", 0.2, -1.0) > change(
        "confirmatory", 0.8, -1.0
    ) / change("asymmetric", 0.8, -1.0)


def test_reinforcing_trust_moves_most_from_the_middle(pair):
    gains = [learned(pair, "reinforcing", [1.0], start=s)[0] - s for s in (0.1, 0.5, 0.9)]
    assert gains[1] > gains[0] > 0.0
    assert gains[1] > gains[2] > 0.0


@given(
    rule=st.sampled_from(RULES),
    signals=st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=60),
    start=st.floats(0.0, 1.0),
    gain=st.floats(REGISTRY["trust_gain"].low, REGISTRY["trust_gain"].high),
    loss=st.floats(REGISTRY["loss_ratio"].low, REGISTRY["loss_ratio"].high),
    memory=st.floats(REGISTRY["trust_memory"].low, REGISTRY["trust_memory"].high),
    evidence=st.floats(REGISTRY["stranger_weight"].low, REGISTRY["stranger_weight"].high),
)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_trust_stays_within_0_and_1(pair, rule, signals, start, gain, loss, memory, evidence):
    path = learned(
        pair, rule, signals, start=start, gain=gain, loss=loss, memory=memory, evidence=evidence
    )
    assert np.isfinite(path).all()
    assert path.min() >= 0.0
    assert path.max() <= 1.0
