import matplotlib as mpl

from alliances import PlaceSource, Scenario, simulate
from alliances.experiments.validation.picture import place_figure

mpl.use("Agg")


def test_everybody_and_every_familiar_tie_is_drawn():
    scenario = Scenario(place=PlaceSource(organisations=12))
    result = simulate(scenario, replicates=[3], seed=1, months=24)
    axes = place_figure(result, replicate=3).axes[0]
    assert len(axes.collections[0].get_offsets()) == len(result.organisations)
    assert len(axes.lines) == (result.ties["familiarity"] >= 0.2).sum() > 0


def test_larger_incomes_have_larger_circles():
    result = simulate(Scenario(place=PlaceSource(organisations=12)), seed=1, months=2)
    areas = place_figure(result).axes[0].collections[0].get_sizes()
    assert sorted(areas, reverse=True) == list(areas)
    assert areas[0] > areas[-1]
