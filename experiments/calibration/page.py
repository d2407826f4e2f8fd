"""Write what a calibration found: tables, figures, the sample, and a page in words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from alliances.experiments.calibration.network_targets import (
    FITTED,
    FITTED_LARGE,
    HELD_OUT,
    HELD_OUT_LARGE,
)
from alliances.experiments.calibration.pictures import achieved_figure, parameters_figure
from alliances.experiments.calibration.region import CUT_OFF
from alliances.experiments.calibration.report import (
    STRONG,
    best_world,
    held_by_defaults,
    none_forgiven,
    pairs_table,
    parameters_table,
    sample_of,
    targets_table,
    worlds_of,
)
from alliances.experiments.calibration.target import Target
from alliances.experiments.calibration.waves import Calibration, Settings
from alliances.experiments.output.figures import save_figure
from alliances.experiments.output.page import Marked, markdown_table
from alliances.experiments.worlds.prior import Prior, default_world
from alliances.model.input.errors import UserError


def write_all(
    found: Calibration, prior: Prior, targets: Sequence[Target], settings: Settings, folder: Path
) -> list[Path]:
    """Write all results of a calibration into a folder; return what was written.

    Raises
    ------
    UserError
        If no candidate was accepted: then there is no sample.
    """
    sample = sample_of(found, prior, settings.sample)
    if not len(sample):
        raise UserError(
            f"none of {len(found.candidates)} candidates stands up to the targets when it is run; "
            "give more worlds and waves, or look for targets that contradict each other"
        )
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "table": targets_table(found, sample, targets),
        "parameters": parameters_table(found, sample, prior),
        "pairs": pairs_table(found, sample),
        "screening": _screening(found),
        "emulators": found.checks.round(3),
        "worlds": worlds_of(sample, prior),
    }
    written = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        table.to_csv(path, index=False)
        written.append(path)
    usual = prior.units(default_world()) if set(prior.names) <= set(default_world()) else None
    for name, title, figure in (
        (
            "parameters",
            "Assumptions before and after",
            parameters_figure(tables["parameters"], sample, usual, prior.names),
        ),
        ("achieved", "Targets and what is achieved", achieved_figure(found, sample, targets)),
    ):
        written.append(save_figure(figure, folder / f"{name}.png", Title=title))
    page = folder / "README.md"
    page.write_text(_page(found, sample, tables, targets, settings), encoding="utf-8")
    return [*written, page]


def _screening(found: Calibration) -> pd.DataFrame:
    """Return the matched assumptions, and what share of each statistic they explain."""
    rows = found.screened.loc[list(found.matched)].round(3)
    return rows.rename_axis("name").reset_index()


def runs_of(found: Calibration, settings: Settings) -> int:
    """Return how many runs a calibration took."""
    waves = sum(len(wave) for wave in found.waves) * settings.effort.runs()
    return waves + (len(found.defaults) + len(found.candidates)) * settings.final.runs()


def _page(
    found: Calibration,
    sample: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    targets: Sequence[Target],
    settings: Settings,
) -> str:
    table, parameters = tables["table"], tables["parameters"]
    judged = table[table["verdict"].isin(("inside", "outside"))]
    lines = [
        "# Calibration",
        "",
        "Which assumptions do the patterns leave? Made by `alliances calibrate --out "
        "results/calibration`. History matching: worlds are drawn from the prior and run, "
        "emulators learn how statistics follow from assumptions, what cannot fit is ruled out, "
        "and more worlds are drawn where something is left. The last ones are run with more "
        "replicates and kept "
        "where they still stand. It says which assumptions the data do not contradict; it does not "
        "say that these are right, and it holds under the default trust rule and rival rule only.",
        "",
        "## What was done",
        "",
        f"* **Prior**: {len(parameters)} numeric assumptions, each even between the low and the "
        "high level of the registry, widened to hold its default. Choices stay at their defaults.",
        f"* **Runs**: {runs_of(found, settings):,}, in {sum(map(len, found.waves)):,} worlds of "
        f"{len(found.waves)} waves ({', '.join(str(len(w)) for w in found.waves)}), "
        f"{len(found.candidates)} candidates, and the defaults {len(found.defaults)} times. A "
        f"world of a wave is {settings.effort.regions} region of {settings.effort.region[0]} "
        f"organisations in {settings.effort.region[1]} places with and without the cut, "
        f"{settings.effort.usual} places of 80 and {settings.effort.small} of 20 organisations.",
        f"* **Screening**: every assumption varies in every world; {len(found.matched)} explain "
        f"at least {settings.least:.0%} of some statistic in the first wave (`screening.csv`) and "
        "were matched. The others vary in the sample as in the prior.",
        f"* **Ruled out**: worlds more than {CUT_OFF:g} standard deviations from a target, of "
        "emulator, luck, observation (a band is taken as 95 %) and discrepancy "
        f"(`targets.csv` in `experiments/calibration`). The {_ordinal(found.spared + 1)} worst "
        f"target decides: {found.spared} of {len(found.far.columns)} may be missed. For the "
        "candidates the mean over luck and over assumptions that were not matched must itself "
        "stand.",
        f"* **Left**: {', '.join(f'{share:.2g}' for share in found.shares)} of the prior's volume "
        "after each wave, by the emulators; "
        f"{int(found.accepted.sum())} of {len(found.candidates)} candidates were accepted when "
        f"run, {none_forgiven(found)} of them without any target forgiven. The "
        f"sample is {len(sample)} worlds (`worlds.csv`), in an order in which each "
        "beginning is like the whole: `calibrated_worlds(n)` in Python, "
        '`method = "calibrated"` under '
        "`[design.worlds]` in an experiment.",
        f"* **Emulators** (`emulators.csv`), on worlds held out from them after the last wave: "
        f"{_last(found)['covered'].mean():.0%} within two standard deviations; they explain "
        f"{_last(found)['explained'].median():.0%} (median) of the variance, the rest is luck and "
        "assumptions of little weight.",
        f"* **Networks** for fitting: {', '.join(FITTED)}; {FITTED_LARGE}. Held out for "
        f"validation: {', '.join(HELD_OUT)}; {HELD_OUT_LARGE}.",
        "",
        "## Targets",
        "",
        f"Of {int((judged['used'] == 'fitting').sum())} targets used for fitting, "
        f"{_count(judged, 'fitting', 'defaults_verdict')} hold at the defaults and "
        f"{_count(judged, 'fitting', 'verdict')} in the median of the calibrated worlds; of "
        f"{int((judged['used'] == 'validation').sum())} held out, "
        f"{_count(judged, 'validation', 'defaults_verdict')} and "
        f"{_count(judged, 'validation', 'verdict')}. All of them stand in `table.csv`.",
        "",
        *_markdown(table),
        "",
        "![Targets as bands of one width, with prior, sample and defaults](achieved.png)",
        "",
        *_misses(found, table),
        "## Assumptions",
        "",
        *_assumptions(found, sample, tables, targets),
        "",
        "![Matched assumptions: prior, calibrated worlds and defaults](parameters.png)",
        "",
    ]
    return "\n".join(lines)


def _last(found: Calibration) -> pd.DataFrame:
    return found.checks[found.checks["wave"] == found.checks["wave"].max()]


def _ordinal(number: int) -> str:
    return {1: "very", 2: "second", 3: "third"}.get(number, f"{number}th")


def _count(judged: pd.DataFrame, used: str, column: str) -> int:
    return int(((judged["used"] == used) & (judged[column] == "inside")).sum())


def _markdown(table: pd.DataFrame) -> list[str]:
    titles = (
        *("pattern", "target", "band", "defaults", "prior, 90 %", "calibrated: median, 90 %"),
        *("used for", "verdict"),
    )
    rows = []
    for row in table.to_dict("records"):
        prior = _span(row["prior_low"], row["prior_high"]) or _figure(row["prior_median"])
        after = _span(row["low_90"], row["high_90"])
        median = _figure(row["median"]) + (f" ({after})" if after else "")
        band, usual = _span(row["low"], row["high"]), _figure(row["defaults"])
        told = (f"{row['pattern']}", row["target"], band, usual, prior, median)
        rows.append([*told, row["used"], row["verdict"]])
    return markdown_table(titles, rows)


def _span(low: float, high: float) -> str:
    ends = _figure(low), _figure(high)
    if all(ends):
        return " to ".join(ends)
    return f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}" if ends[1] else ""


def _figure(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:.3g}"


def _misses(found: Calibration, table: pd.DataFrame) -> list[str]:
    lines = []
    nowhere = table[(table["used"] == "fitting") & (table["note"].str.contains("no world"))]
    if len(nowhere):
        lines.append(
            "**Met nowhere in the prior**, so that no sweep can cure it and the model itself is "
            f"wrong there: {'; '.join(nowhere['target'])}."
        )
    missed = table[table["verdict"] == "outside"]
    for used in ("fitting", "validation"):
        some = missed[missed["used"] == used]
        if len(some):
            told = "; ".join(
                f"{row['target']} ({_figure(row['median'])}"
                + (
                    f", {row['share_inside']:.0%} of the worlds inside)"
                    if np.isfinite(row["share_inside"])
                    else ")"
                )
                for row in some.to_dict("records")
            )
            lines.append(f"**Outside in the median, {used}**: {told}.")
    given = table[table["forgiven"] > 0.05].sort_values("forgiven", ascending=False, kind="stable")
    if len(given):
        told = "; ".join(f"{r['target']} ({r['forgiven']:.0%})" for r in given.to_dict("records"))
        lines.append(
            f"**Forgiven** (beyond {CUT_OFF:g} standard deviations) in more than a twentieth of "
            f"the calibrated worlds: {told}. What stands here together contradicts each other, "
            "or can hardly be reached."
        )
    return [text for line in lines for text in (line, "")]


def _assumptions(
    found: Calibration,
    sample: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    targets: Sequence[Target],
) -> list[str]:
    parameters, pairs = tables["parameters"], tables["pairs"]
    constrained = parameters[parameters["constrained"] == 1]
    lines = [
        f"{len(constrained)} of {len(found.matched)} matched assumptions are constrained: they "
        f"explain at least {STRONG:.0%} of some statistic, and their middle 90 % shrank by a fifth "
        "or more, or their median moved by 15 % of the prior's width. `parameters.csv` has all.",
        "",
        "**Caution.** The points that fill the region move slowly along assumptions that the "
        "statistics hardly follow. Where such an assumption ends up narrow, or goes together with "
        "another, that can be an accident of the draw, and the sample understates how unsure "
        "it is. The column `explains` says how much a statistic follows each.",
        "",
        *markdown_table(
            ("assumption", "prior", "default", "calibrated: median, 90 %"),
            (
                (
                    Marked(f"`{row['name']}`"),
                    _span(row["prior_low"], row["prior_high"]),
                    _figure(row["default"]),
                    f"{_figure(row['median'])} ({_span(row['low_90'], row['high_90'])})",
                )
                for row in constrained.to_dict("records")
            ),
        ),
    ]
    outside = constrained[
        (constrained["default"] < constrained["low_90"])
        | (constrained["default"] > constrained["high_90"])
    ]
    lines.append("")
    if len(outside):
        lines += [
            f"Defaults outside of the middle 90 %: {', '.join(f'`{n}`' for n in outside['name'])}.",
            "",
        ]
    if len(pairs):
        told = "; ".join(
            f"`{row['first']}` and `{row['second']}` ({row['rho']:+.2f})"
            for row in pairs.head(6).to_dict("records")
        )
        lines += [f"What goes together (Spearman's rho, `pairs.csv`): {told}.", ""]
    best, held = best_world(sample, targets, found.luck)
    fitted = sum(t.use == "fit" for t in targets)
    lines.append(
        f"The defaults hold {held_by_defaults(found, targets)} of {fitted} targets used for "
        f"fitting; the world of the sample that fits best, number {best + 1}, holds {held}."
    )
    return lines
