"""Which choice is robust? What each choice costs, in each world, against the best one there.

Source: Savage (1951), doi 10.1080/01621459.1951.10500768; Lempert, Popper and Bankes (2003), RAND
MR-1626.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.analysis.frames import measure_of, require, settings, values_of
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.words.numbers import amount
from alliances.experiments.words.sentences import enumerated
from alliances.model.input.errors import UserError
from alliances.model.measures import Measure


@dataclass(frozen=True)
class Regret:
    """What each choice of levers costs against the best choice of each world.

    Attributes
    ----------
    measure : Measure
        What choices are judged by.
    levers : tuple of str
        What a choice is made of.
    by_world : DataFrame
        One row a world and choice: world, choice (number), the levers, mean, regret (>= 0: the
        best choice's mean less this one's, turned round where less is better), low and high (95 %
        interval over matched replicates; NaN with one), best, within_luck (best, or not clearly
        worse than the best).
    choices : DataFrame
        One row a choice, smallest maximum first: choice, the levers, worlds, max_regret, max_low,
        max_high (interval in its worst world), worst_world, mean_regret, best_share and
        within_luck_share (of worlds).
    dropped : int
        Worlds left out because choices have no replicate in common there.
    replicates : int
        Fewest replicates that the choices of a world have in common.
    """

    measure: Measure
    levers: tuple[str, ...]
    by_world: pd.DataFrame
    choices: pd.DataFrame
    dropped: int
    replicates: int

    def table(self) -> pd.DataFrame:
        """Return one row a choice, smallest maximum regret first."""
        return self.choices.copy()

    def sentence(self) -> str:
        """Return the choice that is robust, and how sure that is, in plain English."""
        first = self.choices.iloc[0]
        worlds = int(first["worlds"])
        text = (
            f"Least to regret: {settings(first, self.levers)}. At worst it is "
            f"{amount(first['max_regret'], self.measure.unit)} from the best choice of a world "
            f"({self.measure.label}; mean {amount(first['mean_regret'], self.measure.unit)}), and "
            f"it is best or within luck of the best in {first['within_luck_share']:.0%} of "
            f"{worlds:,} worlds."
        )
        rivals = self.choices.iloc[1:]
        rivals = rivals[rivals["max_low"] <= first["max_high"]]
        if self.replicates < 2:
            text += " With one replicate nobody can tell this from luck."
        elif len(rivals):
            names = [settings(row, self.levers) for row in rivals.head(3).to_dict("records")]
            more = f" and {len(rivals) - 3:,} more" if len(rivals) > 3 else ""
            joined = "; ".join(names)
            text += f" Luck may be all that sets it apart from: {joined}{more}."
        if self.dropped:
            text += f" {self.dropped:,} worlds were left out: a choice has no finished run there."
        return text


def regret(points: pd.DataFrame, runs: pd.DataFrame, measure: str, levers: Sequence[str]) -> Regret:
    """Return each choice's regret in each world, and which choice has the smallest maximum.

    Choices of a world are compared over the replicates that all of them have finished. The best of
    several means is best partly by luck, so regrets are a little too large.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep; each choice in each world, the references among them.
    measure : str
        What choices are judged by; it must say whether more or less is better.
    levers : sequence of str
        Factors whose values make a choice.

    Raises
    ------
    UserError
        If the measure has no direction, there are fewer than two choices, a world lacks one or has
        one twice, or no world can be used.
    """
    what = measure_of(measure)
    if what.direction == "neither":
        raise UserError(
            f"{measure} does not say whether more or less is better; regret needs a measure that "
            "does, such as impact or stress"
        )
    names = list(levers)
    require(points, ("point", "world", *names), "points")
    if not names:
        raise UserError("no levers were given; name the factors that are decided on")
    chosen = _numbered(points, names)
    values = values_of(runs, measure)
    sign = 1.0 if what.direction == "more is better" else -1.0
    parts, fewest, dropped = [], [], 0
    for world, group in chosen.groupby("world", sort=True):
        here = values.reindex(group["point"])
        here = here.loc[:, here.notna().all(axis=0)]
        if not here.shape[1]:
            dropped += 1
            continue
        fewest.append(here.shape[1])
        parts.append(_one_world(group, here.to_numpy(np.float64), sign, what, world, names))
    if not parts:
        raise UserError(
            "in no world have all choices a finished replicate in common; run what failed again, "
            "or leave out the choices that fail"
        )
    by_world = pd.concat(parts, ignore_index=True)
    choices = pd.DataFrame([_summary(rows, names) for _, rows in by_world.groupby("choice")])
    choices = choices.sort_values(["max_regret", "mean_regret", "choice"], ignore_index=True)
    return Regret(what, tuple(names), by_world, choices, dropped, min(fewest))


def _numbered(points: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return points with the number of their choice, in the order of the levers' values."""
    chosen = points[["point", "world", *names]].copy()
    chosen["choice"] = chosen.groupby(names, sort=True, dropna=False).ngroup()
    twice = chosen[chosen.duplicated(["world", "choice"])]
    if len(twice):
        row = twice.to_dict("records")[0]
        raise UserError(
            f"world {row['world']} has {settings(row, names)} twice; name all factors in which "
            "points of a world differ as levers"
        )
    count = chosen["choice"].nunique()
    if count < 2:
        raise UserError(
            f"there is one choice of {enumerated(names)} only; regret needs two or more"
        )
    sizes = chosen.groupby("world")["choice"].size()
    if (sizes < count).any():
        world = sizes.index[sizes < count][0]
        raise UserError(
            f"world {world} has {sizes[world]} of the {count} choices; sample every choice in "
            "every world"
        )
    return chosen.sort_values(["world", "choice"])


def _one_world(
    group: pd.DataFrame,
    values: np.ndarray,
    sign: float,
    measure: Measure,
    world: object,
    names: list[str],
) -> pd.DataFrame:
    means = values.mean(axis=1)
    top = int(np.argmax(sign * means))
    rows = []
    for position, row in enumerate(group.to_dict("records")):
        worse = Effect(measure, sign * values[position], sign * values[top])
        low, high = worse.ends
        best = position == top or worse.difference == 0.0
        rows.append(
            {
                "world": world,
                "choice": row["choice"],
                **{name: row[name] for name in names},
                "mean": means[position],
                "regret": max(0.0, worse.difference),
                "low": low,
                "high": high,
                "best": best,
                "within_luck": best or low <= 0.0,
            }
        )
    return pd.DataFrame(rows)


def _summary(rows: pd.DataFrame, names: list[str]) -> dict[str, Any]:
    worst = rows.to_dict("records")[int(rows["regret"].argmax())]
    return {
        "choice": worst["choice"],
        **{name: worst[name] for name in names},
        "worlds": len(rows),
        "max_regret": worst["regret"],
        "max_low": worst["low"],
        "max_high": worst["high"],
        "worst_world": worst["world"],
        "mean_regret": rows["regret"].mean(),
        "best_share": rows["best"].mean(),
        "within_luck_share": rows["within_luck"].mean(),
    }
