"""Which questions a sweep can answer, and the answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.analysis.discovery import find_boxes
from alliances.experiments.analysis.effects import across_worlds, group_effects, paired_effects
from alliances.experiments.analysis.enough import enough
from alliances.experiments.analysis.frames import measure_of
from alliances.experiments.analysis.regret import regret
from alliances.experiments.analysis.sensitivity import morris, sobol
from alliances.experiments.answers import charts
from alliances.experiments.answers.answer import Answer
from alliances.experiments.answers.model_runs import pound_answer, tipping_answer
from alliances.experiments.sweep.design import size_of
from alliances.experiments.sweep.experiment import Failing
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.words.cost import PAID, PAID_APART
from alliances.experiments.words.numbers import differences, short, steps
from alliances.model.input.errors import UserError
from alliances.model.measures import HEADLINES, MEASURES

SHOWN = 4  # measures of a figure
VARIANCE = ("morris", "sobol")  # designs that tell what matters
TOLD = 3  # effects of a measure that are told in words


def measures_of(sweep: Sweep) -> list[str]:
    """Return which measures answers are about."""
    asked = sweep.experiment.analysis.measures
    if asked:
        return list(asked)
    kept = sweep.experiment.kept
    return [name for name in HEADLINES if name in kept] or list(kept[:SHOWN])


def answers_of(sweep: Sweep, say: Callable[[str], object] | None = None) -> list[Answer]:
    """Return all that a sweep can answer.

    Parameters
    ----------
    sweep : Sweep
        A finished sweep.
    say : callable, optional
        Told what is being looked at.

    Raises
    ------
    UserError
        If it has no runs that are done.
    """
    if not (sweep.runs["status"] == "done").any():
        raise UserError(f"no run of {sweep.folder} is done; `alliances sweep status` says why")
    tell = say or (lambda text: None)
    found: list[Answer] = []
    experiment = sweep.experiment
    compared = bool((sweep.points["reference"] != sweep.points["point"]).any())
    if compared:
        tell("what each setting does")
        found.append(_effects(sweep))
        if experiment.groups:
            tell("to whom")
            found.append(_groups(sweep))
    if _grid_of_two(sweep):
        found.append(_map(sweep))
    design = experiment.joint or experiment.levers_design or experiment.worlds_design
    if design is not None and design.method in VARIANCE:
        tell("what matters")
        found.append(_sensitivity(sweep))
    for failing in experiment.analysis.fails:
        tell(f"when {failing.measure} fails")
        found.append(_discovery(sweep, failing))
    several = sweep.points["world"].nunique() > 1
    if several and experiment.levers and (compared or experiment.joint is None):
        tell("which choice is robust")
        found.append(_regret(sweep))
    for number, tip in enumerate(experiment.analysis.tips):
        tell(f"where {tip.lever} tips")
        found.append(tipping_answer(experiment, tip, number))
    if experiment.analysis.pound is not None:
        tell("what a pound buys")
        found.append(pound_answer(experiment, experiment.analysis.pound, measures_of(sweep)))
    if compared:
        found.append(_enough(sweep))
    return found


def setting_of(sweep: Sweep, row: Mapping[Any, Any]) -> str:
    """Return in words how a setting of the levers differs from the reference's."""
    base = sweep.experiment.scenario.values()
    parts = [
        f"{f.name} = {short(row[f.name], 4)}"
        for f in sweep.experiment.levers
        if row[f.name] != base[f.name]
    ]
    return ", ".join(parts) or "as the reference"


def _with_factors(sweep: Sweep, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of points with the values of the factors at each."""
    values = sweep.points.set_index("point")
    names = [factor.name for factor in sweep.experiment.factors]
    return table.assign(**{name: table["point"].map(values[name]) for name in names})


def _change(name: str, mean: float, low: float, high: float) -> str:
    """Return a difference with its interval in words."""
    if name not in MEASURES:
        return f"{mean:+.3g} ({low:+.3g} to {high:+.3g})"
    unit = MEASURES[name].unit
    told = differences(mean, low, high, unit=unit)
    return f"{told[0]} ({told[1]} to {told[2]}){steps(unit)}"


def _effects(sweep: Sweep) -> Answer:
    measures = measures_of(sweep)
    points, runs = sweep.points, sweep.runs
    several = points["world"].nunique() > 1
    answer = Answer("What does each setting do?", "effects")
    if several:
        table = across_worlds(points, runs, measures)
        table = table.assign(low=table["mean"] - table["luck"], high=table["mean"] + table["luck"])
    else:
        table = paired_effects(points, runs, measures)
        table = _with_factors(sweep, table).assign(mean=table["difference"])
    words = [setting_of(sweep, row) for row in table.to_dict("records")]
    labels = list(dict.fromkeys(words))
    table.insert(0, "setting", [labels.index(word) for word in words])
    table.insert(1, "words", words)
    for name in measures:
        rows = table[table["measure"] == name].copy()
        clear = rows[(rows["low"] > 0.0) | (rows["high"] < 0.0)]
        label = measure_of(name).label
        if not len(clear):
            answer.sentences.append(
                f"{label}: no setting makes a difference that is clear of luck."
            )
            continue
        top = clear.reindex(clear["mean"].abs().sort_values(ascending=False).index).head(TOLD)
        told = []
        for row in top.to_dict("records"):
            change = _change(name, row["mean"], row["low"], row["high"])
            if several:
                held = f"in {row['sign_holds']:.0%} of {row['worlds']:.0f} worlds"
            else:
                held = f"in {row['agreeing']:.0%} of {row['runs']:.0f} matched runs"
            told.append(f"{row['words']}: {change}, {held}")
        answer.sentences.append(
            f"{label}: {len(clear)} of {len(rows)} settings make a clear difference. "
            f"Largest: {'; '.join(told)}."
        )
    answer.sentences += paid_apart(sweep)
    answer.tables["effects"] = table
    if len(labels) <= charts.MOST_ROWS:
        shown = measures[:SHOWN]
        answer.figures["effects"] = (
            charts.effects_chart(table, labels, shown),
            "Differences to the reference, one row a setting, one panel a measure, with 95 % "
            "intervals of luck" + (" and the spread over worlds behind them." if several else "."),
        )
    answer.notes.append(
        "Differences are between runs with the same luck. Intervals hold the uncertainty from luck "
        "only"
        + ("; the spread over worlds is what is not known about the world." if several else ".")
    )
    return answer


def paid_apart(sweep: Sweep) -> list[str]:
    """Return which settings pay out more, or less, public money than their references."""
    if PAID not in sweep.runs:
        return []
    paid, points = sweep.runs.groupby("point")[PAID].mean(), sweep.points
    here = points["point"].isin(paid.index) & points["reference"].isin(paid.index)
    rows = points[here & (points["point"] != points["reference"])]
    rows = rows.assign(before=rows["reference"].map(paid), after=rows["point"].map(paid))
    words = [setting_of(sweep, row) for row in rows.to_dict("records")]
    table = rows[["before", "after"]].groupby(words, sort=False).sum()
    changes = (table["after"] / table["before"] - 1.0).fillna(0.0)  # nothing before and after
    apart = changes[changes.abs() > PAID_APART].sort_values(key=np.abs, ascending=False)
    if not len(apart):
        return []
    told = "; ".join(
        f"{word}: {f'{100 * change:+.0f} %' if np.isfinite(change) else 'from nothing'}"
        for word, change in apart.head(TOLD).items()
    )
    return [
        f"{MEASURES[PAID].label} in the last {sweep.experiment.last} months differs by more than "
        f"{100 * PAID_APART:.0f} % from the reference in {len(apart)} of {len(changes)} settings, "
        f"so part of what they do is that of the money. Largest: {told}."
    ]


def _groups(sweep: Sweep) -> Answer:
    answer = Answer("Who gains and who loses?", "groups")
    for quantity in ("money_share", "in_alliance", "organisations"):
        table = _with_factors(sweep, group_effects(sweep.points, sweep.groups, quantity))
        table.insert(0, "words", [setting_of(sweep, row) for row in table.to_dict("records")])
        answer.tables[f"groups_{quantity}"] = table
        bands = table[(table["kind"] == "band") & np.isfinite(table["difference"])]
        clear = bands[(bands["low"] > 0.0) | (bands["high"] < 0.0)]
        if not len(clear):
            answer.sentences.append(f"{quantity}: no clear gain or loss of any size band.")
            continue
        for side, row in (
            ("gain", clear.loc[clear["difference"].idxmax()]),
            ("lose", clear.loc[clear["difference"].idxmin()]),
        ):
            if (row["difference"] > 0.0) == (side == "gain"):
                scale = 1.0 if quantity == "organisations" else 100.0
                unit = "" if quantity == "organisations" else " percentage points"
                answer.sentences.append(
                    f"{row['label']}: {row['group']} bodies {side} most by "
                    f"{row['words']} ({scale * row['difference']:+.2g}{unit}, 95 % "
                    f"{scale * row['low']:+.2g} to {scale * row['high']:+.2g})."
                )
    return answer


def _grid_of_two(sweep: Sweep) -> bool:
    experiment = sweep.experiment
    design = experiment.joint or experiment.levers_design
    numbers = [f for f in experiment.levers if f.kind != "choice"]
    if design is None or design.method != "grid" or len(numbers) < 2:
        return False
    return all(len(factor.grid()) >= 3 for factor in numbers[:2])


def _map(sweep: Sweep) -> Answer:
    experiment = sweep.experiment
    x, y = (f.name for f in [f for f in experiment.levers if f.kind != "choice"][:2])
    rest = [f for f in experiment.factors if f.name not in (x, y)]
    measures = measures_of(sweep)
    answer = Answer(f"How do {x} and {y} act together?", "map")
    runs = sweep.runs[sweep.runs["status"] == "done"]
    cells: list[tuple[Any, pd.DataFrame]] = [((), runs)]
    if rest:
        cells = list(runs.groupby([f.name for f in rest], sort=True))
    for number, (given, here) in enumerate(cells[:6]):
        where = ", ".join(f"{f.name} = {short(v, 4)}" for f, v in zip(rest, given, strict=False))
        grouped = here.groupby([x, y])[measures]
        means = grouped.mean().reset_index()
        spread, count = grouped.std(ddof=1), grouped.count()
        errors = {m: float((spread[m] / np.sqrt(count[m])).max()) for m in measures}
        name = "map" if not rest else f"map_{number}"
        answer.tables[name] = means
        shown = measures[:2]
        figure = charts.map_chart(means, x, y, shown, errors)
        if where:
            figure.suptitle(where, fontsize=11)
        answer.figures[name] = (
            figure,
            f"Means over {x} (across) and {y} (up){'; ' + where if where else ''}.",
        )
        for measure in shown:
            order = means.sort_values(measure)
            low, high = order.iloc[0], order.iloc[-1]
            label = measure_of(measure).label
            answer.sentences.append(
                f"{where + ': ' if where else ''}{label} lies between {low[measure]:.3g} ({x} = "
                f"{short(low[x], 4)}, {y} = {short(low[y], 4)}) and {high[measure]:.3g} ({x} = "
                f"{short(high[x], 4)}, {y} = {short(high[y], 4)})."
            )
    return answer


def _sensitivity(sweep: Sweep) -> Answer:
    experiment = sweep.experiment
    answer = Answer("What matters?", "sensitivity")
    if experiment.joint is not None:
        design, factors = experiment.joint, experiment.factors
    elif experiment.levers_design is not None and experiment.levers_design.method in VARIANCE:
        design, factors = experiment.levers_design, experiment.levers
    else:
        assert experiment.worlds_design is not None
        design, factors = experiment.worlds_design, experiment.worlds
    if len(sweep.points[sweep.points["design_row"] >= 0]) != size_of(design, factors):
        answer.notes.append("The design was crossed with another; its indices are not told.")
        return answer
    names = [factor.name for factor in factors]
    for measure in measures_of(sweep):
        if design.method == "sobol":
            found = sobol(
                sweep.points, sweep.runs, names, measure, second_order=design.second_order
            )
        else:
            found = morris(sweep.points, sweep.runs, names, measure, levels=design.levels)
        answer.sentences.append(found.sentence())
        answer.tables[f"sensitivity_{measure}"] = found.table()
        if found.second is not None:
            answer.tables[f"pairs_{measure}"] = found.second
        title = f"What {charts.label_of(measure)} depends on"
        answer.figures[f"sensitivity_{measure}"] = (
            charts.shares_chart(found.table(), title),
            f"{title}: one row a factor, with 95 % intervals.",
        )
    return answer


def _discovery(sweep: Sweep, failing: Failing) -> Answer:
    names = [factor.name for factor in sweep.experiment.factors]
    found = find_boxes(
        sweep.points,
        sweep.runs,
        names,
        failing.measure,
        failing.threshold,
        below=failing.below,
        paired=failing.paired,
    )
    name = f"fails_{failing.measure}"
    label = charts.label_of(failing.measure)
    answer = Answer(f"When does {label[0].lower()}{label[1:]} fail?", name)
    answer.sentences.append(found.sentence())
    answer.tables[name] = found.table()
    return answer


def _regret(sweep: Sweep) -> Answer:
    levers = [f.name for f in sweep.experiment.levers]
    choices = list(sweep.experiment.analysis.choices) or levers
    points = sweep.points.drop_duplicates(["world", *levers])  # trajectories of Morris may meet
    answer = Answer("Which choice is robust?", "regret")
    for measure in measures_of(sweep):
        if measure in MEASURES and MEASURES[measure].direction == "neither":
            continue
        found = regret(points, sweep.runs, measure, choices)
        answer.sentences.append(found.sentence())
        answer.tables[f"regret_{measure}"] = found.table()
    return answer


def _enough(sweep: Sweep) -> Answer:
    stop = sweep.experiment.stop
    answer = Answer("Is it enough runs?", "enough")
    targets: dict[str, float] = dict(stop.half_width) if stop else {}
    if not targets:
        wide = _typical(sweep, measures_of(sweep))
        for name, width in wide.items():
            label = measure_of(name).label
            answer.sentences.append(
                f"{label}: differences are known to within {width:.2g} (half of the 95 % interval, "
                "median over points); no target was set."
            )
        return answer
    found = enough(sweep.points, sweep.runs, targets)
    answer.sentences.append(found.sentence())
    answer.tables["enough"] = found.table()
    return answer


def _typical(sweep: Sweep, measures: Sequence[str]) -> dict[str, float]:
    table = paired_effects(sweep.points, sweep.runs, measures)
    half = ((table["high"] - table["low"]) / 2.0).groupby(table["measure"])
    return {str(name): float(value) for name, value in half.median().items() if pd.notna(value)}
