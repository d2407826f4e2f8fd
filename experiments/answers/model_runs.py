"""Answers that take runs of their own: where something tips, and what a pound buys."""

from collections.abc import Sequence

import numpy as np

from alliances.experiments.analysis.hysteresis import hysteresis
from alliances.experiments.analysis.tipping import Way, tipping_point
from alliances.experiments.analysis.value import at_equal_cost
from alliances.experiments.answers import charts
from alliances.experiments.answers.answer import Answer
from alliances.experiments.sweep.experiment import Experiment, Pound, Tipping

WAY = 5  # values on the way up and down


def tipping_answer(experiment: Experiment, tip: Tipping, number: int) -> Answer:
    """Return where a lever tips a measure, and whether the way back is another."""
    months = experiment.months
    found = tipping_point(
        experiment.scenario,
        tip.lever,
        tip.low,
        tip.high,
        tip.measure,
        Way(0.5) if tip.threshold is None else tip.threshold,
        replicates=tip.replicates,
        seed=experiment.seed,
        months=months,
    )
    name = f"tipping_{number}_{tip.lever}"
    answer = Answer(f"Where does {tip.lever} tip {charts.label_of(tip.measure)}?", name)
    answer.sentences.append(found.sentence())
    answer.tables[name] = found.table()
    if tip.hold:
        values = [float(v) for v in np.linspace(tip.low, tip.high, WAY)]
        loop = hysteresis(
            experiment.scenario,
            tip.lever,
            values,
            tip.measure,
            hold=tip.hold,
            replicates=tip.replicates,
            seed=experiment.seed,
        )
        answer.sentences.append(loop.sentence())
        table = loop.table()
        answer.tables[f"{name}_loop"] = table
        answer.figures[f"{name}_loop"] = (
            charts.loop_chart(table, tip.lever, charts.label_of(tip.measure)),
            f"{tip.measure} at each value of {tip.lever} on the way up and on the way down; bars "
            "are the 95 % interval of the gap between the two.",
        )
    return answer


def pound_answer(experiment: Experiment, pound: Pound, measures: Sequence[str]) -> Answer:
    """Return what levers do at equal cost."""
    found = at_equal_cost(
        experiment.scenario,
        list(pound.levers),
        pound.budget,
        measures=list(measures),
        replicates=pound.replicates,
        seed=experiment.seed,
        months=experiment.months,
    )
    answer = Answer(f"What do GBP {pound.budget:,.0f} a year buy?", "pound")
    answer.sentences += [found.sentence(measure) for measure in measures]
    table = found.table()
    answer.tables["pound"] = table
    rows = table.assign(
        setting=table["lever"].map({n: k for k, n in enumerate(dict.fromkeys(table["lever"]))}),
        mean=table["per_100k"],
        low=table["per_low"],
        high=table["per_high"],
    )
    answer.figures["pound"] = (
        charts.effects_chart(rows, list(dict.fromkeys(table["lever"])), list(measures)[:4]),
        "What GBP 100,000 a year a place change by each lever, with 95 % intervals.",
    )
    return answer
