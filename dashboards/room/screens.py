"""What a phone and the trainer's page are shown; nobody is sent what is not theirs to see."""

from collections import Counter
from typing import Any

import numpy as np

from alliances.dashboards.charts.svg import Drawing, svg
from alliances.dashboards.room.game import BETWEEN, CHOOSING, OVER, RUNNING, WORLDS, Game, Seat
from alliances.dashboards.room.links import links
from alliances.dashboards.room.play import TABLE, idle, shown
from alliances.dashboards.room.poll import Poll
from alliances.dashboards.room.roles import ROLES
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.runs import RoomRuns
from alliances.dashboards.room.stories import readable
from alliances.dashboards.room.words import shown_code
from alliances.experiments.output.lines import Curve
from alliances.experiments.words.numbers import bare
from alliances.model.measures import FIRST, MEASURES

View = dict[str, Any]
UNITS = {"0-1": "from 0 to 1", "share of attainable": "share of what is possible"}


# A phone ----------------------------------------------------------------------------------------


def player_view(room: Room, key: str, runs: RoomRuns) -> View:
    """Return what a player's phone shows."""
    return {
        "who": "player",
        "title": room.title,
        "nickname": room.players[key].nickname,
        "polls": [_poll_of(poll, key) for poll in reversed(room.polls)],
        "game": _game_of(room.game, key, runs) if room.game is not None else None,
    }


def _poll_of(poll: Poll, key: str) -> View:
    """Return a question as a player sees it: no counts while it is open."""
    found = _asked(poll)
    if poll.secret:
        found["cast"] = key in poll.cast
    else:
        found["yours"] = poll.given.get(key)
    return found


def _asked(poll: Poll) -> View:
    found: View = {
        "number": poll.number,
        "kind": poll.kind,
        "question": poll.question,
        "choices": poll.choices,
        "secret": poll.secret,
        "open": poll.open,
        "measured": bool(poll.measure or (poll.chapter and poll.kind == "bet")),
    }
    if not poll.open:
        results = poll.results()
        found |= {
            "counts": results.counts,
            "right": poll.right,
            "none_right": poll.none_right,
            "sentence": results.sentence(),
        }
    return found


def _game_of(game: Game, key: str, runs: RoomRuns) -> View:
    if key not in game.players:
        return {"phase": game.phase}
    seat = game.seat(key)
    role = ROLES[seat.role]
    mates = game.mates(key)
    found: View = {
        "phase": game.phase,
        "round": game.number,
        "rounds": game.setup.rounds,
        "months": game.setup.months,
        "role": role.label,
        "seat": seat.name,
        "card": f"{role.card} {game.company(key)}".strip(),
        "mates": _mates(len(mates)),
        "gone": seat.key in game.gone,
        "yours": game.choices.get(key),
        "otherwise": "your part stays as usual" if seat.uid is None else "it decides for you",
        "choices": [
            {
                "key": one.key,
                "label": one.label,
                "text": " ".join(
                    text
                    for text in (
                        one.text,
                        runs.hint(seat, one.key),
                        idle(game.setup, seat, one.key),
                    )
                    if text
                ),
            }
            for one in role.choices
        ],
        "failed": runs.failed,
        "told": _told(game, seat, runs),
    }
    if game.phase == OVER:
        found["end"] = runs.end(seat)
        if runs.ending is not None:
            found["ending"] = [" ".join(readable(runs.ending.sentences(name))) for name in FIRST]
    return found


def _told(game: Game, seat: Seat, runs: RoomRuns) -> list[View]:
    """Return what a seat is told of each round, the last first."""
    found = []
    for number in range(len(game.rounds), 0, -1):
        if runs.run is None or number > runs.run.rounds:
            continue
        if seat.uid is None and seat.key not in game.rounds[number - 1]:
            continue  # a funder or connector who came later
        yours = runs.story(seat, number)
        # The end tells of the place in other words: of its last 12 months.
        last = number == len(game.rounds) and game.phase != OVER
        place = runs.place(number) if last else []
        if yours or place:
            chose = _chose(game, seat, number, yours)
            found.append({"round": number, "chose": chose, "yours": yours, "place": place})
    return found


def _mates(others: int) -> str:
    if not others:
        return ""
    people = "one other person" if others == 1 else f"{others} other people"
    return f"You share this part with {people}: most votes decide; on a tie the model does."


def _chose(game: Game, seat: Seat, number: int, story: list[str]) -> str:
    choice = ROLES[seat.role].choice(game.rounds[number - 1].get(seat.key, ""))
    if choice is not None:
        return choice.label
    return "left to the model" if story else "no longer there"


# The trainer's page -----------------------------------------------------------------------------


def lead_view(room: Room, runs: RoomRuns, here: set[str], origin: str) -> View:
    """Return what the trainer's page shows.

    Parameters
    ----------
    origin : str
        Address under which the trainer's page was asked for.
    """
    game = room.game
    return {
        "who": "lead",
        "title": room.title,
        "code": shown_code(room.code),
        "ends": room.ends,
        "locked": room.locked,
        "address": room.address,
        "links": links(room.code, room.address, origin),
        "people": [
            {
                "key": player.key,
                "nickname": player.nickname,
                "here": player.key in here,
                "role": _role(game, player.key),
                "seat": _seat(game, player.key),
                "chose": game is not None and player.key in game.choices,
            }
            for player in room.players.values()
        ],
        "polls": [
            {**_asked(poll), "answered": poll.answered, "by": _who_chose(room, poll)}
            for poll in reversed(room.polls)
        ],
        "measures": {name: MEASURES[name].plain for name in FIRST},
        "roles": {role.key: role.label for role in ROLES.values()},
        "worlds": {name: text for name, (text, _) in WORLDS.items()},
        "game": _led(game, runs) if game is not None else None,
    }


def _who_chose(room: Room, poll: Poll) -> list[list[str]] | None:
    """Return who made each choice of an open ballot that is closed; None of a secret one."""
    if poll.secret or poll.open:
        return None
    return [
        [room.players[key].nickname for key, choice in poll.given.items() if choice == number]
        for number in range(len(poll.choices))
    ]


def _role(game: Game | None, key: str) -> str:
    return game.seat(key).role if game is not None and key in game.players else ""


def _seat(game: Game | None, key: str) -> str:
    if game is None or key not in game.players:
        return ""
    seat = game.seat(key)
    return seat.name + (" (gone)" if seat.key in game.gone else "")


def _led(game: Game, runs: RoomRuns) -> View:
    can = {key for key, seat in game.players.items() if seat not in game.gone}
    return {
        "phase": game.phase,
        "round": game.number,
        "rounds": game.setup.rounds,
        "months": game.setup.months,
        "world": WORLDS[game.setup.world][0],
        "luck": game.setup.luck,
        "chosen": len(game.choices),
        "can": len(can),
        "open": game.phase == CHOOSING,
        "running": game.phase == RUNNING or (game.phase == OVER and runs.ending is None),
        "failed": runs.failed,
        "decided": decided(game, len(game.rounds)) if game.phase in (BETWEEN, OVER) else [],
        "place": runs.place(len(game.rounds)),
        # The charts are fetched on their own when this changes.
        "drawn": f"{len(game.rounds)} {runs.run is not None} {runs.ending is not None}",
    }


def decided(game: Game, number: int) -> list[str]:
    """Return what the seats did in a round, by part."""
    if not number:
        return []
    found = []
    for role in ROLES.values():
        chosen = [
            choice
            for seat, choice in game.rounds[number - 1].items()
            if game.seats[seat].role == role.key
        ]
        several, counts = len(chosen) > 1, Counter(chosen)
        said = [
            f"{one.label} ({counts[one.key]})" if several else one.label
            for one in role.choices
            if counts[one.key]
        ]
        if counts[""]:
            left = f"left to the model ({counts['']})"
            said.append(left if several else "left to the model")
        if said:
            found.append(f"{role.label}: {', '.join(said)}.")
    return found


def drawings(room: Room, runs: RoomRuns) -> list[tuple[Drawing, list[str]]]:
    """Return the charts of a game, the room's run so far and at the end over what else, as said."""
    if room.game is None or runs.run is None:
        return []
    game, ran, each = room.game, runs.run, room.game.setup.months
    rounds = game.setup.rounds if game.phase != OVER else ran.rounds
    along = ["" for _ in range(rounds * each + 1)]
    for k in range(rounds):
        along[k * each + each // 2] = str(k + 1)
    found = []
    for name in FIRST:
        measure = MEASURES[name]
        if runs.ending is not None:
            lines, said = runs.ending.lines(name), readable(runs.ending.sentences(name))
        else:
            values = shown(ran.recording.values[np.newaxis], name)[0]
            filled = np.full(rounds * each, np.nan)
            filled[: len(values)] = values
            lines = (Curve("your room", "room", filled),)
            said = [text for text in runs.place(ran.rounds) if text.startswith(measure.plain)]
        drawing = Drawing(
            measure.plain,
            measure.unit,
            tuple(along),
            lines,
            tuple(k for k, text in enumerate(along) if text),
            f"rounds of {each} months",
            tuple((k * each, "") for k in range(1, rounds)),
        )
        found.append((drawing, said))
    return found


def charts(room: Room, runs: RoomRuns) -> list[View]:
    """Return the charts of a game as the trainer's page shows them."""
    return [
        {"title": drawing.title, "svg": svg(drawing, alone=True), "said": said}
        for drawing, said in drawings(room, runs)
    ]


def table(runs: RoomRuns) -> View | None:
    """Return the end in numbers: left alone, the room, and how other luck went."""
    ending = runs.ending
    if ending is None:
        return None
    rows = []
    for name in TABLE:
        effect, measure = ending.effect(name), MEASURES[name]
        rows.append(
            [
                measure.plain,
                UNITS.get(measure.unit, measure.unit),
                *(bare(float(one[0]), measure.unit) for one in (effect.a, effect.b)),
                ending.luck(name),
            ]
        )
    heads = ["Measure", "Unit", "Left alone", "Your room", "With other luck"]
    return {"heads": heads, "rows": rows}
