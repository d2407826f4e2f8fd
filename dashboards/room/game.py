"""The rounds: who plays what, what was chosen, and what follows for each seat.

Nothing is run here. A seat is an organisation of the model, which several people can share, or the
part of one funder or one connector. A game is played again from its decisions alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliances.dashboards.room.roles import NAMES, ROLES, company, part
from alliances.dashboards.room.words import RoomError

# What a place starts from: levers besides today's practice.
WORLDS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "today": ("Today's practice", {}),
    "tender": (
        "Hard competition: large lots, 90 % put out to tender",
        {"competition": 0.9, "bundling": 0.6},
    ),
    "one purse": ("One lead, one purse: all contracts go through one lead", {"single_lead": 1.0}),
    "shared": (
        "Money to be shared: half goes to the place in small pots",
        {"competition": 0.2, "devolved_pots": 0.5},
    ),
}
MONTHS = (6, 12)
ROUNDS = (1, 10)
ORGANISATIONS = (40, 300)
DEALT, CHOOSING, RUNNING, BETWEEN, OVER = "dealt", "choosing", "running", "between", "over"


@dataclass(frozen=True)
class Setup:
    """What is played.

    Attributes
    ----------
    months : int
        Months of a round, 6 or 12.
    rounds : int
        How many rounds, 1 to 10.
    organisations : int
        How many the place has.
    world : str
        One of `WORLDS`.
    luck : int
        Seed of the run that is played.
    """

    months: int = 12
    rounds: int = 5
    organisations: int = 120
    world: str = "today"
    luck: int = 1

    def __post_init__(self) -> None:
        """Check the values."""
        bounds = {
            "rounds": ROUNDS,
            "organisations": ORGANISATIONS,
            "luck": (0, 999_999),
        }
        for name, (low, high) in bounds.items():
            given = getattr(self, name)
            if not isinstance(given, int) or isinstance(given, bool) or not low <= given <= high:
                raise RoomError(f"`{name}` must be a whole number from {low} to {high}.")
        if self.months not in MONTHS:
            raise RoomError("A round is 6 or 12 months.")
        if self.world not in WORLDS:
            raise RoomError(f"There is no such start; there are {', '.join(WORLDS)}.")


@dataclass(frozen=True)
class Seat:
    """What one person, or several together, play.

    Attributes
    ----------
    key : str
        The organisation's uid, or the role's key with a number.
    role, name : str
    """

    key: str
    role: str
    name: str

    @property
    def uid(self) -> int | None:
        """The organisation's uid; None of a role that plays none."""
        return int(self.key) if ROLES[self.role].plays_organisation else None


def seats_of(bodies: Mapping[str, Sequence[int]]) -> dict[str, Seat]:
    """Return the seats of a place's organisations, in the order in which they are taken.

    Funders and connectors are no organisations: each who plays one gets a seat of their own.

    Parameters
    ----------
    bodies : mapping of str to sequence of int
        Role to the uids of the organisations that it can play.
    """
    found: dict[str, Seat] = {}
    for role in ROLES.values():
        uids = bodies.get(role.key, ())
        for number, uid in enumerate(uids):
            if role.key == "small":
                turn = number // len(NAMES)
                name = NAMES[number % len(NAMES)] + (f" {turn + 1}" if turn else "")
            else:
                name = f"The {role.label.lower()}" + (f" {number + 1}" if number else "")
            found[str(uid)] = Seat(str(uid), role.key, name)
    return found


@dataclass
class Game:
    """A game and how far it is.

    Attributes
    ----------
    setup : Setup
    seats : dict of str to Seat
        All that can be taken, and those of funders and connectors that were.
    players : dict of str to str
        Player to seat.
    phase : str
        "dealt", "choosing", "running", "between" or "over".
    choices : dict of str to str
        What each player chose in the round that is open.
    rounds : list of dict of str to str
        Seat to choice, of every round that was closed and every seat in which somebody sat; "" was
        left to the model.
    gone : set of str
        Seats whose organisation has closed or merged.
    """

    setup: Setup
    seats: dict[str, Seat]
    players: dict[str, str] = field(default_factory=dict)
    phase: str = DEALT
    choices: dict[str, str] = field(default_factory=dict)
    rounds: list[dict[str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    dealt: int = 0

    # Who plays what -------------------------------------------------------------------------

    def deal(self, player: str) -> Seat:
        """Give a player a part; who has one keeps it."""
        if player not in self.players:
            self._sit(player, part(self.dealt))
            self.dealt += 1
        return self.seat(player)

    def move(self, player: str, role: str) -> Seat:
        """Give a player another part.

        Raises
        ------
        RoomError
            For an unknown role, or one that nobody can play in this place.
        """
        if role not in ROLES:
            raise RoomError(f"There is no such part; there are {', '.join(ROLES)}.")
        if ROLES[role].plays_organisation and not self._seats_of(role):
            raise RoomError(f"There is no {ROLES[role].label.lower()} in this place.")
        self.choices.pop(player, None)
        self.players.pop(player, None)
        self._close_up()
        self._sit(player, role)
        return self.seat(player)

    def leave(self, player: str) -> None:
        """Take a player out; the seat stays, and the model plays it if nobody else does."""
        self.players.pop(player, None)
        self.choices.pop(player, None)
        self._close_up()

    def seat(self, player: str) -> Seat:
        """Return a player's seat."""
        return self.seats[self.players[player]]

    def mates(self, player: str) -> list[str]:
        """Return the others in a player's seat."""
        seat = self.players[player]
        return [other for other, key in self.players.items() if key == seat and other != player]

    def company(self, player: str) -> str:
        """Return with how many others a funder or a connector decides, in a sentence; or ""."""
        role = self.seat(player).role
        taken = {key for key in self.players.values() if self.seats[key].role == role}
        return company(role, len(taken))

    def fellows(self, player: str) -> list[str]:
        """Return the others who decide with a player: in one seat, or at one table."""
        role = self.seat(player).role
        if ROLES[role].plays_organisation:
            return self.mates(player)
        return [one for one in self.players if one != player and self.seat(one).role == role]

    def _seats_of(self, role: str) -> list[Seat]:
        here = [seat for seat in self.seats.values() if seat.role == role]
        return [seat for seat in here if seat.key not in self.gone] or here

    def _sit(self, player: str, role: str) -> None:
        """Seat a player where fewest sit, the first of those; a funder or connector alone."""
        taken = Counter(self.players.values())
        if ROLES[role].plays_organisation:
            free = self._seats_of(role) or self._seats_of("small")
        else:
            free = [seat for seat in self._seats_of(role) if not taken[seat.key]]
            free = free or [self._one_more(role)]
        self.players[player] = min(free, key=lambda seat: taken[seat.key]).key

    def _close_up(self) -> None:
        """Let funders and connectors have the first numbers, as long as no round was run."""
        if self.rounds:
            return
        for role in ROLES.values():
            if role.plays_organisation:
                continue
            keys = [seat.key for seat in self._seats_of(role.key)]
            mine = [one for key in keys for one, held in self.players.items() if held == key]
            self.players.update(zip(mine, keys, strict=False))

    def _one_more(self, role: str) -> Seat:
        number = len(self._seats_of(role)) + 1
        seat = Seat(f"{role} {number}", role, f"{ROLES[role].label} {number}")
        self.seats[seat.key] = seat
        return seat

    # Rounds ---------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """Number of the round that is on or comes next, from 1."""
        return len(self.rounds) + (0 if self.phase in (RUNNING, OVER) else 1)

    def open_round(self) -> None:
        """Let people choose.

        Raises
        ------
        RoomError
            If a round is on, or there is none left.
        """
        if self.phase not in (DEALT, BETWEEN):
            raise RoomError("The next round can begin when this one is done.")
        self.phase = CHOOSING
        self.choices = {}

    def choose(self, player: str, choice: object) -> None:
        """Take a player's choice; it can be changed until the round is closed.

        Raises
        ------
        RoomError
            If no round is open, the role has no such choice, or the organisation is gone.
        """
        if self.phase != CHOOSING:
            raise RoomError("No round is open now.")
        if player not in self.players:
            raise RoomError("You have no part in this game yet.")
        seat = self.seat(player)
        if seat.key in self.gone:
            raise RoomError(f"{seat.name} is no longer there, so there is nothing to choose.")
        if not isinstance(choice, str) or ROLES[seat.role].choice(choice) is None:
            raise RoomError("Your part has no such choice.")
        self.choices[player] = choice

    def decided(self) -> dict[str, str]:
        """Return what each seat does in which somebody sits: what most of its players chose.

        On a tie, and where nobody chose, the model decides; that is "".
        """
        found = {key: "" for key in self.players.values() if key not in self.gone}
        said: dict[str, Counter[str]] = {}
        for player, choice in self.choices.items():
            said.setdefault(self.players[player], Counter())[choice] += 1
        for key, counts in said.items():
            (first, most), *rest = counts.most_common()
            if not rest or rest[0][1] < most:
                found[key] = first
        return found

    def close_round(self) -> None:
        """Take no more choices; the round is run now.

        Raises
        ------
        RoomError
            If no round is open.
        """
        if self.phase != CHOOSING:
            raise RoomError("No round is open now.")
        self.rounds.append(self.decided())
        self.choices = {}
        self.phase = RUNNING

    def ran(self, gone: set[str]) -> None:
        """Take note that the round was run, and who is gone since."""
        self.gone = set(gone)
        if self.phase == RUNNING:
            self.phase = OVER if len(self.rounds) >= self.setup.rounds else BETWEEN

    def finish(self) -> None:
        """End the game after the rounds that were played.

        Raises
        ------
        RoomError
            While a round is on, or before the first.
        """
        if self.phase != BETWEEN:
            raise RoomError("The game can end between two rounds, after the first.")
        self.phase = OVER

    # Keeping --------------------------------------------------------------------------------

    def kept(self) -> dict[str, Any]:
        """Return what is written down."""
        return {
            "setup": vars(self.setup),
            "seats": [[seat.key, seat.role, seat.name] for seat in self.seats.values()],
            "players": self.players,
            "phase": self.phase,
            "choices": self.choices,
            "rounds": self.rounds,
            "gone": sorted(self.gone),
            "dealt": self.dealt,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Game":
        """Return the game that was written down."""
        seats = [Seat(*one) for one in kept["seats"]]
        return cls(
            Setup(**kept["setup"]),
            {seat.key: seat for seat in seats},
            dict(kept["players"]),
            kept["phase"],
            dict(kept["choices"]),
            [dict(one) for one in kept["rounds"]],
            set(kept["gone"]),
            kept["dealt"],
        )
