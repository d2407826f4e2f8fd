"""The end of a game: the room's run over the same place left alone, and over other luck."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from dashboards.room.game import Seat, Setup
from dashboards.room.play import LABELS, Run, alone, orders_of, run, run_alone, scenario_of, shown
from dashboards.room.shares import unchosen
from experiments.film import Orders
from experiments.paired import Effect
from experiments.quantities import amount, together
from experiments.windows import mean_over
from model.measures import MEASURES, OBSERVATION
from model.orders import step_month
from model.place import Place
from model.scenario import Scenario
from model.simulation import burn_in, cores, new_state, simulate, start
from model.warm import warm

OTHER_LUCK = 16  # further runs, of the room's choices and of the place left alone
LAST = 12  # months at the end that are averaged


@dataclass(frozen=True)
class Line:
    """A run as it is drawn: values by month, NaN where there is nothing."""

    kind: str  # room, alone, luck
    values: np.ndarray


@dataclass(frozen=True)
class Ending:
    """The room's run over the same place left alone, and over other luck.

    Attributes
    ----------
    ran, left : Run
        With the room's choices and without, same luck.
    room, alone : ndarray of OBSERVATION, shape (1 + OTHER_LUCK, months)
        Monthly values with the room's choices and without; row 0 is the luck that was played.
    """

    ran: Run
    left: Run
    room: np.ndarray
    alone: np.ndarray

    def effect(self, name: str) -> Effect:
        """Return what the room's choices changed in a measure, over all luck."""
        last = min(LAST, self.room.shape[1])
        a, b = (mean_over(values[:, -last:], name) for values in (self.alone, self.room))
        return Effect(MEASURES[name], a, b)

    def lines(self, name: str) -> list[Line]:
        """Return the lines of a chart, the room's own last."""
        room, left = shown(self.room, name), shown(self.alone, name)
        return [
            *(Line("luck", one) for one in room[1:]),
            Line("alone", left[0]),
            Line("room", room[0]),
        ]

    def sentences(self, name: str) -> list[str]:
        """Return what a chart shows: same luck first, then other luck."""
        effect = self.effect(name)
        mine, other = float(effect.b[0]), float(effect.a[0])
        measure = MEASURES[name]
        if not (np.isfinite(mine) and np.isfinite(other)):
            first = f"{LABELS[name]}: there was nothing to measure in one of the two runs."
        elif mine == other:
            first = f"{LABELS[name]}: {amount(mine, measure.unit)}, the same as left alone."
        else:
            values = together(other, mine, measure.unit)
            first = (
                f"{LABELS[name]}: {values[1]} in your run, "
                f"{values[0]} in the same place left alone."
            )
        return [first, f"Your choices with other luck: {self.luck(name)}."]

    def luck(self, name: str) -> str:
        """Return in how many runs with other luck the choices gave more, and less."""
        effect = self.effect(name)
        others = Effect(effect.measure, effect.a[1:], effect.b[1:])
        if not others.runs:
            return "nothing to compare"
        if others.equal == others.runs:
            return f"no difference in any of {others.runs} runs"
        less = f", less in {others.lower}" if others.lower else ""
        same = f", the same in {others.equal}" if others.equal else ""
        return f"more than left alone in {others.higher} of {others.runs} runs{less}{same}"


@dataclass(frozen=True)
class Left:
    """The same rounds left alone; can be run before the last of them is decided.

    Attributes
    ----------
    rounds : list of mapping of str to str
        Who sat at the funders' and the connectors' tables, without choices.
    run : Run
        The luck that is played.
    values : ndarray of OBSERVATION, shape (1 + OTHER_LUCK, months)
        That luck and others.
    """

    rounds: list[dict[str, str]]
    run: Run
    values: np.ndarray

    def fits(self, rounds: Sequence[Mapping[str, str]]) -> bool:
        """Whether these are the rounds that were played."""
        return self.rounds == [unchosen(decided) for decided in rounds]


def left_alone(
    setup: Setup, rounds: Sequence[Mapping[str, str]], places: Mapping[str, Seat]
) -> Left:
    """Run what the end needs of the place left alone."""
    quiet = simulate(alone(setup, rounds), OTHER_LUCK + 1, setup.luck, final=False)
    quiet_rounds = [unchosen(decided) for decided in rounds]
    return Left(quiet_rounds, run_alone(setup, rounds, places), quiet.values)


def ending(
    setup: Setup,
    rounds: Sequence[Mapping[str, str]],
    places: Mapping[str, Seat],
    ran: Run | None = None,
    left: Left | None = None,
) -> Ending:
    """Run all that the end needs; less if some of it was run before.

    Parameters
    ----------
    ran : Run, optional
        The rounds as they were played.
    left : Left, optional
        The place left alone; used if it fits.
    """
    ran = ran if ran is not None else run(setup, rounds, places)
    if left is None or not left.fits(rounds):
        left = left_alone(setup, rounds, places)
    plan, orders = scenario_of(setup, rounds), orders_of(setup, rounds, places)
    place = plan.place.make()

    def one(replicate: int) -> np.ndarray:
        return values_of(plan, place, setup.luck, replicate, orders)

    with ThreadPoolExecutor(min(cores(), OTHER_LUCK), "luck") as pool:
        others = list(pool.map(one, range(1, OTHER_LUCK + 1)))
    return Ending(ran, left.run, np.stack([ran.film.values, *others]), left.values)


def values_of(
    plan: Scenario, place: Place, seed: int, replicate: int, orders: Orders
) -> np.ndarray:
    """Return the monthly values of a run with orders, shape (months,)."""
    warm()
    state = new_state(plan, place)
    start(state, plan, seed, replicate)
    burn_in(state, plan)
    values = np.zeros(plan.months, OBSERVATION)
    rows = values.view(np.recarray)
    for month in range(plan.months):
        step_month(state, orders(state, month), rows[month : month + 1].view(np.recarray))
    return values
