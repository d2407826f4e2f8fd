"""The end of a game: the room's run over the same place left alone, and over other luck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from alliances.dashboards.room.game import Seat, Setup
from alliances.dashboards.room.play import RoomRun, run, shown
from alliances.dashboards.room.prepare_end import PreparedEnd, left_alone, lucks
from alliances.experiments.output.lines import Curve
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import mean_over
from alliances.experiments.words.numbers import amount, together
from alliances.model.measures import MEASURES

LAST = 12  # months at the end that are averaged


@dataclass(frozen=True)
class Ending:
    """The room's run over the same place left alone, and over other luck.

    Attributes
    ----------
    ran, left : RoomRun
        With the room's choices and without, same luck.
    room, alone : ndarray of OBSERVATION, shape (1 + OTHER_LUCK, months)
        Monthly values with the room's choices and without; row 0 is the luck that was played.
    """

    ran: RoomRun
    left: RoomRun
    room: np.ndarray
    alone: np.ndarray

    def effect(self, name: str) -> Effect:
        """Return what the room's choices changed in a measure, over all luck."""
        last = min(LAST, self.room.shape[1])
        a, b = (mean_over(values[:, -last:], name) for values in (self.alone, self.room))
        return Effect(MEASURES[name], a, b)

    def lines(self, name: str) -> tuple[Curve, ...]:
        """Return the lines of a chart, the room's own last; of other luck the middle is named."""
        room, left = shown(self.room, name), shown(self.alone, name)
        luck = [Curve("", "luck", one) for one in room[1:]]
        if luck:
            middle = sorted(luck, key=lambda one: one.end)[len(luck) // 2]
            luck[luck.index(middle)] = replace(middle, label="other luck")
        return (*luck, Curve("left alone", "alone", left[0]), Curve("your room", "room", room[0]))

    def sentences(self, name: str) -> list[str]:
        """Return what a chart shows: same luck first, then other luck."""
        effect = self.effect(name)
        mine, other = float(effect.b[0]), float(effect.a[0])
        measure = MEASURES[name]
        if not (np.isfinite(mine) and np.isfinite(other)):
            first = f"{measure.plain}: there was nothing to measure in one of the two runs."
        elif mine == other:
            first = f"{measure.plain}: {amount(mine, measure.unit)}, the same as left alone."
        else:
            values = together(other, mine, measure.unit)
            first = (
                f"{measure.plain}: {values[1]} in your run, "
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


def ending(
    setup: Setup,
    rounds: Sequence[Mapping[str, str]],
    places: Mapping[str, Seat],
    ran: RoomRun | None = None,
    before: PreparedEnd | None = None,
) -> Ending:
    """Run all that the end needs; less if some of it was run before.

    Parameters
    ----------
    ran : RoomRun, optional
        The rounds as they were played.
    before : PreparedEnd, optional
        What was run before the last round was decided; used as far as it fits.
    """
    ran = ran if ran is not None else run(setup, rounds, places)
    if before is not None and before.left.fits(rounds):
        left = before.left
    else:
        left = left_alone(setup, rounds, places)
    others = [luck.values for luck in lucks(setup, rounds, places, before)]
    return Ending(ran, left.run, np.stack([ran.recording.values, *others]), left.values)
