import numpy as np
import pytest
from matplotlib.image import imread

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.output.figures import (
    comparison_figure,
    save_figure,
    trajectory_figure,
)
from alliances.experiments.runs.months import drawn
from alliances.model.input.errors import UserError

HERE = Scenario(name="here & now", place=PlaceSource(organisations=8), months=18)


@pytest.fixture(scope="module")
def results():
    return simulate(HERE, 4, 0, final=False), simulate(
        HERE.with_values(connectors=2), 4, 0, final=False
    )


def texts(figure) -> str:
    own = [text.get_text() for text in figure.texts]
    own += [axes.get_title(loc="left") for axes in figure.axes]
    return "\n".join(own + [text.get_text() for axes in figure.axes for text in axes.texts])


def test_a_trajectory_figure_says_what_it_shows(results, tmp_path):
    figure = trajectory_figure(results[0], ["stress", "closures", "small_money"])
    told = texts(figure)
    assert len(figure.axes) == 3
    for name in ("stress", "closures", "small_money"):
        assert MEASURES[name].label in told
    assert "4 runs, seed 0, 18 months" in told
    assert "mean of 12 months" in told
    path = save_figure(figure, tmp_path / "f.png")
    assert imread(path).std() > 0.01


def test_a_comparison_figure_names_both_arms_and_the_version_inside(results, tmp_path):
    figure = comparison_figure(*results)
    assert len(figure.axes) == 4
    assert "4 matched runs of each" in texts(figure)
    assert b"unequal-alliances" in save_figure(figure, tmp_path / "f.png").read_bytes()


def test_one_run_of_one_month_can_be_drawn(tmp_path):
    result = simulate(HERE, 1, 0, 1, final=False)
    figure = trajectory_figure(result)
    assert "says nothing about luck" in texts(figure)
    assert save_figure(figure, tmp_path / "f.png").stat().st_size > 5_000


def test_flows_are_drawn_as_running_means(results):
    values = results[0].values
    means, monthly = drawn(values, "closures"), values["closures"]
    assert np.isnan(means[:, :11]).all()
    assert means[:, 11] == pytest.approx(monthly[:, :12].mean(axis=1))
    assert means[:, 17] == pytest.approx(monthly[:, 6:18].mean(axis=1))
    assert (drawn(values, "trust") == values["trust"]).all()


def test_unknown_measures_and_unmatched_runs_are_told(results):
    with pytest.raises(UserError, match="'joy'"):
        trajectory_figure(results[0], ["joy"])
    with pytest.raises(UserError, match="matched"):
        comparison_figure(results[0], simulate(HERE, 3, 0, final=False))
