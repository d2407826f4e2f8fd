"""Who people can be, and what each of their five choices does in the model.

An organisation's choice is an order to it (`alliances.model.orders`). Funders and connectors are no
organisations in the model: theirs sets levers of the place for the round, each for an equal part of
the money or of the team (`shares`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliances.model.kernel.state import CHARITY, COMMUNITY, COUNCIL, HEALTH
from alliances.model.orders import Order
from alliances.model.places.place import Place

BID, JOIN, CONTRIBUTE, SPEAK, STEP_BACK = "bid", "join", "contribute", "speak", "step back"
ALL = (BID, JOIN, CONTRIBUTE, SPEAK, STEP_BACK)
SMALL_INCOME = 1e6  # GBP a year: below it a charity counts as small (Lloyds Bank Foundation)
GIVEN = 0.9  # share of its free time that an organisation gives when it contributes

# What an order says besides the organisation. What is not named is left to the model.
ORDERS: Mapping[str, Mapping[str, Any]] = {
    BID: {"bid": True},
    JOIN: {"join": True},
    CONTRIBUTE: {"contribute": GIVEN},
    SPEAK: {"speak": True},
    STEP_BACK: {"bid": False, "join": False, "speak": False, "leave": True, "contribute": 0.0},
}


@dataclass(frozen=True)
class Move:
    """One of the things that a role can do in a round.

    Attributes
    ----------
    key : str
        One of `ALL`.
    label, text : str
        What it is called, and what it means for this role.
    levers : mapping
        Of a role that is no organisation: the values that hold in the round in its part.
    """

    key: str
    label: str
    text: str
    levers: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Role:
    """A kind of part to play.

    Attributes
    ----------
    key, label : str
    card : str
        What one is and wants, in a few sentences.
    choices : tuple of Move
    sectors : tuple of int
        Sectors of the organisations that it plays; empty if it plays none.
    most : float
        Yearly income below which an organisation can be played.
    """

    key: str
    label: str
    card: str
    choices: tuple[Move, ...]
    sectors: tuple[int, ...] = ()
    most: float = np.inf

    @property
    def plays_organisation(self) -> bool:
        """Whether the role is an organisation of the model."""
        return bool(self.sectors)

    def choice(self, key: str) -> Move | None:
        """Return one of the choices, None if the role has no such choice."""
        return next((one for one in self.choices if one.key == key), None)


def _body(*keys: str) -> tuple[Move, ...]:
    """Return the choices of an organisation."""
    every = (
        Move(BID, "Bid for money", "Go for every open tender and grant that you can."),
        Move(JOIN, "Join up", "Accept an invitation to an alliance, or invite others yourself."),
        Move(CONTRIBUTE, "Contribute", "Give most of your free time to the alliances you are in."),
        Move(SPEAK, "Speak up", "Raise conflicts, say what you want, call out grabs of power."),
        Move(STEP_BACK, "Step back", "Leave your alliances, make no bids and keep quiet."),
    )
    return tuple(one for one in every if one.key in keys)


ROLES: Mapping[str, Role] = {
    role.key: role
    for role in (
        Role(
            "small",
            "Small charity",
            "You have few people and less than £1 million a year. You want to help, to survive, "
            "and to be heard.",
            _body(*ALL),
            (COMMUNITY, CHARITY),
            SMALL_INCOME,
        ),
        Role(
            "council",
            "Council",
            "You hold a large purse, so you cannot bid for money. Funders set the terms of it. You "
            "can sit at the table with those you pay. Your power comes with you.",
            _body(JOIN, CONTRIBUTE, SPEAK, STEP_BACK),
            (COUNCIL,),
        ),
        Role(
            "health",
            "Health body",
            "You hold a purse, so you cannot bid for money. Funders set the terms of it. You have "
            "targets to meet. You need others to reach people early.",
            _body(JOIN, CONTRIBUTE, SPEAK, STEP_BACK),
            (HEALTH,),
        ),
        Role(
            "funder",
            "Funder",
            "You set the terms of public money, but you do not choose who gets it. The council "
            "and the health body pay by these terms too.",
            (
                Move(BID, "Call for bids", "Put 90 % of new money in your part out to tender.",
                       {"competition": 0.9}),
                Move(JOIN, "Back joint bids", "Give high marks to bids that are made together.",
                       {"collaboration_weight": 0.6}),
                Move(CONTRIBUTE, "Give core money",
                       "Let 60 % of each award pay for the organisation, not for a project.",
                       {"core_share": 0.6}),
                Move(SPEAK, "Speak up for small partners",
                       "At least 30 % of each contract must reach small partners.",
                       {"ring_fence": 0.3}),
                Move(STEP_BACK, "Step back", "Leave the terms of your part as usual.", {}),
            ),
        ),
        Role(
            "connector",
            "Connector",
            "You are paid to bring people together. You hold no money, and no vote.",
            (
                Move(BID, "Talk to bidders", "Get partners to stop bidding against each other.",
                       {"no_rival_bids": 0.7}),
                Move(JOIN, "Introduce people",
                       "Twice as many introductions, and no time to settle quarrels.",
                       {"connector_caseload": 16, "connector_mediates": 0}),
                Move(CONTRIBUTE, "Run good meetings",
                       "Keep power and old grudges out of meetings. It costs some money.",
                       {"facilitation": 0.5}),
                Move(SPEAK, "Bring quarrels into the open",
                       "Help people to disagree well. It costs some money.",
                       {"conflict_practice": 0.6}),
                Move(STEP_BACK, "Step back",
                       "No introductions from you, and you settle no quarrels.",
                       {"connector_caseload": 0, "connector_mediates": 0}),
            ),
        ),
    )
}  # fmt: skip

# Parts in the order in which they are dealt; everybody after that is a small charity, but that in
# a large room each of the other parts gets one player more for so many people.
FIRST = ("small", "council", "small", "funder", "small", "health", "connector")
ONE_IN = 15
OTHERS = ("council", "health", "funder", "connector")

NAMES = (
    *("Alder", "Bramble", "Curlew", "Dunlin", "Elder", "Fern", "Gorse", "Heron", "Ivy", "Juniper"),
    *("Kestrel", "Linnet", "Maple", "Nettle", "Oak", "Plover", "Quince", "Robin", "Sorrel"),
    *("Thistle", "Violet", "Willow", "Yarrow", "Ash", "Birch", "Clover", "Dove", "Egret", "Finch"),
    *("Goldcrest", "Hazel", "Iris", "Jackdaw", "Knapweed", "Larch", "Merlin", "Nuthatch", "Osprey"),
    *("Poppy", "Quail", "Rowan", "Starling", "Teal", "Vetch", "Wren", "Yew", "Avocet", "Bluebell"),
    *("Campion", "Daisy", "Fieldfare", "Gannet", "Holly", "Lapwing", "Mallow", "Nightjar", "Oxlip"),
    *("Pipit", "Redwing", "Siskin", "Teasel", "Twite", "Whinchat", "Woodruff"),
)


def part(number: int) -> str:
    """Return the role of the player who is dealt in as this number, from 0.

    Examples
    --------
    >>> [part(k) for k in range(7)]
    ['small', 'council', 'small', 'funder', 'small', 'health', 'connector']
    >>> from collections import Counter
    >>> sorted(Counter(part(k) for k in range(60)).items())
    [('connector', 4), ('council', 4), ('funder', 4), ('health', 4), ('small', 44)]
    """
    if number < len(FIRST):
        return FIRST[number]
    turn = number % ONE_IN
    return OTHERS[turn] if number >= ONE_IN and turn < len(OTHERS) else "small"


def company(role: str, count: int) -> str:
    """Return what somebody should know who is one of so many funders or connectors; else "".

    Examples
    --------
    >>> company("funder", 3)
    'You are one of 3 funders. Each of you decides for an equal part of the money.'
    """
    if role == "funder":
        if count == 1:
            return "You are the only funder. You decide for all the money."
        return (
            f"You are one of {count} funders. Each of you decides for an equal part of the money."
        )
    if role == "connector":
        if count == 1:
            return "You are the only connector here. The whole team does what you choose."
        return (
            f"You are one of {count} connectors. Each of you decides for an equal part of the "
            "team's work."
        )
    return ""


def bodies(place: Place, role: Role) -> list[int]:
    """Return the uids of the organisations that a role can play, the largest first."""
    rows = [
        row
        for row in range(place.size)
        if place.sector[row] in role.sectors
        and place.income[row] < role.most
        and not place.inert[row]
    ]
    rows.sort(key=lambda row: (-float(place.income[row]), int(place.uid[row])))
    return [int(place.uid[row]) for row in rows]


def order(uid: int, choice: str) -> Order:
    """Return the order that a choice is for an organisation."""
    return Order(uid, **ORDERS[choice])
