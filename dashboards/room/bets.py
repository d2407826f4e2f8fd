"""Bets on the model: asked of the room, closed and settled by the run itself."""

import numpy as np

from alliances.dashboards.room.game import BETWEEN, CHOOSING, DEALT
from alliances.dashboards.room.play import shown
from alliances.dashboards.room.poll import Poll
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.runs import RoomRuns
from alliances.dashboards.room.words import RoomError
from alliances.experiments.words.numbers import together
from alliances.model.measures import FIRST, MEASURES

ROUND, END = "round", "end"
CHOICES = {
    ROUND: ["Higher", "About the same", "Lower"],
    END: ["More in our room", "About the same", "Less in our room"],
}


def bet(room: Room, measure: object, when: object) -> int:
    """Ask a bet on the game's run; returns its number.

    Parameters
    ----------
    measure : str
        One of those that the room is shown.
    when : {"round", "end"}
        After the next round, against now; or at the end, against the place left alone.

    Raises
    ------
    RoomError
        If there is nothing to bet on.
    """
    game = room.the_game()
    if measure not in FIRST:
        raise RoomError(f"There is no such measure; there are {', '.join(FIRST)}.")
    if game.phase not in (DEALT, CHOOSING, BETWEEN):
        raise RoomError("Bet before a round is run.")
    label = MEASURES[str(measure)].plain
    if when == END:
        text = f"{label}, at the end: more or less than if all had been left to the model?"
    elif when != ROUND:
        raise RoomError("A bet comes out after the round or at the end.")
    elif not game.rounds:
        raise RoomError("There is nothing to compare with before the first round was run.")
    else:
        text = f"{label}, after round {game.number}: higher or lower than now?"
    number = room.ask(text, CHOICES[str(when)], kind="bet")
    poll = room.poll(number)
    poll.measure, poll.by = str(measure), game.number if when == ROUND else 0
    return number


def settle(room: Room, runs: RoomRuns) -> None:
    """Close and settle the bets that the run has decided."""
    if room.game is None or runs.run is None:
        return
    for poll in room.polls:
        if not poll.measure or poll.right is not None:
            continue
        found = _by_round(poll, runs) if poll.by else _by_end(poll, runs)
        if found is not None:
            poll.close()
            poll.settle(found)
        elif room.game.phase not in (DEALT, CHOOSING, BETWEEN):
            poll.close()  # too late to bet; how it comes out is not known yet


def _by_round(poll: Poll, runs: RoomRuns) -> int | None:
    run = runs.run
    if run is None or run.rounds < poll.by:
        return None
    months = run.setup.months
    values = shown(run.recording.values[np.newaxis], poll.measure)[0]
    return _compared(
        poll.measure, float(values[(poll.by - 1) * months - 1]), float(values[poll.by * months - 1])
    )


def _by_end(poll: Poll, runs: RoomRuns) -> int | None:
    if runs.ending is None:
        return None
    effect = runs.ending.effect(poll.measure)
    return _compared(poll.measure, float(effect.a[0]), float(effect.b[0]))


def _compared(name: str, before: float, now: float) -> int:
    """Return which choice came true; numbers that look the same count as about the same."""
    first, second = together(before, now, MEASURES[name].unit)
    if not (np.isfinite(before) and np.isfinite(now)) or second.startswith(first):
        return 1
    return 0 if now > before else 2
