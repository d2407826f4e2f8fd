"""What a message can ask for: a table for players and one for the trainer, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from alliances.dashboards.room.game import Setup
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.rooms import LEAD, Rooms
from alliances.dashboards.room.words import NotAllowedError, RoomError

Message = Mapping[str, Any]


def act(rooms: Rooms, code: str, who: str, message: object) -> None:
    """Do what a message asks for, if whoever sent it may.

    Parameters
    ----------
    who : str
        A player's key, or `LEAD`; from the token, never from the message.

    Raises
    ------
    RoomError
        If it cannot be done; the text says why.
    NotAllowedError
        If it is not theirs to do.
    """
    if not isinstance(message, dict) or not isinstance(message.get("do"), str):
        raise RoomError("That message cannot be read.")
    name = message["do"]
    if who == LEAD:
        led = LED.get(name)
        if led is None:
            raise RoomError("The trainer cannot do that.")
        led(Lead(rooms, code), message)
        return
    played = PLAYED.get(name)
    if played is None:
        raise NotAllowedError("Only the trainer may do that.")
    played(rooms, code, who, message)


def _answer(rooms: Rooms, code: str, who: str, message: Message) -> None:
    with rooms.room(code, change=True, only=who) as room:
        room.answer(who, message.get("poll"), message.get("choice"))


def _choose(rooms: Rooms, code: str, who: str, message: Message) -> None:
    with rooms.room(code, change=True, only=who) as room:
        game = room.the_game()
        if "round" in message and message["round"] != game.number:
            raise RoomError("That round is over.")
        game.choose(who, message.get("choice"))


def _leave(rooms: Rooms, code: str, who: str, _: Message) -> None:
    with rooms.room(code, change=True) as room:  # who decided with them is told too
        room.leave(who)


PLAYED: Mapping[str, Callable[[Rooms, str, str, Message], None]] = {
    "answer": _answer,
    "choose": _choose,
    "leave": _leave,
}


def _ask(lead: Lead, message: Message) -> None:
    lead.ask(
        message.get("question"),  # type: ignore[arg-type] # checked where it is asked
        message.get("choices"),  # type: ignore[arg-type]
        secret=message.get("secret") is True,
        kind=str(message.get("kind", "vote")),
    )


def _play(lead: Lead, message: Message) -> None:
    given = message.get("setup")
    known = ("months", "rounds", "organisations", "world", "luck")
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise RoomError(f"A game has {', '.join(known)}.")
    try:
        setup = Setup(**given)
    except TypeError as error:
        raise RoomError("That is no game.") from error
    lead.play(setup)


LED: Mapping[str, Callable[[Lead, Message], object]] = {
    "ask": _ask,
    "bet": lambda lead, message: lead.bet(message.get("measure"), message.get("when")),
    "close": lambda lead, message: lead.close(message.get("poll")),  # type: ignore[arg-type]
    "settle": lambda lead, message: lead.settle(
        message.get("poll"),  # type: ignore[arg-type]
        message.get("right"),  # type: ignore[arg-type]
    ),
    "lock": lambda lead, message: lead.lock(message.get("on") is True),
    "address": lambda lead, message: lead.set_address(message.get("address")),
    "remove": lambda lead, message: lead.remove(str(message.get("player"))),
    "move": lambda lead, message: lead.move(str(message.get("player")), str(message.get("role"))),
    "play": _play,
    "open_round": lambda lead, _: lead.open_round(),
    "close_round": lambda lead, _: lead.close_round(),
    "finish": lambda lead, _: lead.finish(),
    "run_again": lambda lead, _: lead.run_again(),
    "end": lambda lead, _: lead.end(),
}
