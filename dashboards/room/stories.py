"""What people are told of a run: what became of their organisation, and of the whole place."""

import re
from collections.abc import Sequence

import numpy as np

from alliances.dashboards.room.game import Seat
from alliances.dashboards.room.play import RoomRun, Standing, shown
from alliances.experiments.explain.recording import chronicle, when
from alliances.experiments.words.numbers import amount, together
from alliances.model.measures import FIRST, MEASURES

# How sentences that were made for experts are said to a room.
PLAIN = (
    (r"(?<=[a-z0-9,] )The ", "the "),  # a name of the game inside a sentence
    (r" \([^)]*\) is there from the beginning with", " begins with"),
    ("of what is attainable", "of what is possible"),
    ("GBP ", "£"),
)


def round_story(ran: RoomRun, seat: Seat, number: int) -> list[str]:
    """Return what happened to a seat's organisation in a round, numbered from 1."""
    uid = seat.uid
    if uid is None or uid not in ran.at:
        return []
    first, last = (number - 1) * ran.setup.months, number * ran.setup.months
    told = [text for month, text in chronicle(ran.recording, ran.at[uid]) if first <= month < last]
    now = ran.standings[number - 1].get(uid)
    before = ran.standings[number - 2].get(uid) if number > 1 else None
    if now is None:
        return told
    if before is None:
        return [*told, f"Its income is now {amount(now.income, 'GBP a year')}."]
    was, is_now = together(before.income, now.income, "GBP a year")
    moved = (
        f"Its income goes from {was} to {is_now}."
        if was != is_now.removesuffix(" a year")
        else (f"Its income stays at {is_now}.")
    )
    trust = together(before.trust, now.trust, "0-1")
    others = (
        f"Others' trust in it stays at {trust[1]}."
        if trust[0] == trust[1]
        else f"Others' trust in it goes from {trust[0]} to {trust[1]}."
    )
    return [*told, moved, others]


def readable(told: Sequence[str]) -> list[str]:
    """Return sentences as they are said to a room.

    Examples
    --------
    >>> readable(["It sits down with The council.", "It has GBP 12 a year.", ""])
    ['It sits down with the council.', 'It has £12 a year.']
    """
    found = []
    for text in told:
        for pattern, words in PLAIN:
            text = re.sub(pattern, words, text)
        found.append(text)
    return [text for text in found if text]


def place_story(ran: RoomRun, number: int) -> list[str]:
    """Return how the whole place stands after a round, and where it came from."""
    told = []
    month = number * ran.setup.months - 1
    for name in FIRST:
        measure = MEASURES[name]
        values = shown(ran.recording.values[np.newaxis], name)[0]
        now = float(values[month])
        before = float(values[month - ran.setup.months]) if number > 1 else float("nan")
        if not np.isfinite(now):
            continue
        if not np.isfinite(before):
            told.append(f"{measure.plain}: {amount(now, measure.unit)}.")
            continue
        was, is_now = together(before, now, measure.unit)
        told.append(f"{measure.plain}: {is_now} (a round before: {was}).")
    return told


def beside_alone(ran: RoomRun, left: RoomRun, seat: Seat) -> str:
    """Return how the organisation would have ended with the same luck, had nobody chosen."""
    uid = seat.uid
    if uid is None or uid not in ran.at or uid not in left.at:
        return ""
    mine, other = ran.standings[-1].get(uid), left.standings[-1].get(uid)
    if other is None:
        body = left.recording.bodies[left.at[uid]]
        end = f"it would have gone in {when(body.last + 1)}"
        return f"Left to the model, with the same luck, {end}." + (
            " In your run it is still there." if mine is not None else ""
        )
    ended = _stands(other)
    if mine is None:
        return f"Left to the model, with the same luck, it would still be there, with {ended}."
    return (
        f"{seat.name} ends with {_stands(mine)}. Left to the model, with the same luck, it would "
        f"have ended with {ended}."
    )


def _stands(one: Standing) -> str:
    income, trust = amount(one.income, "GBP a year"), amount(one.trust, "0-1")
    return f"an income of {income} and others' trust of {trust}"
