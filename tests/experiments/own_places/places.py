"""Small places as somebody might give them."""

from alliances.experiments.own_places.reading import GivenFile, from_roster
from alliances.model.places.place import Place

ROSTER = (
    b"name,income,sector\nAsh,5000,community\nBirch,250000,charity\nCedar,40000,\n"
    b"Dogwood,1500000,charity\nElm,90000,charity\n"
)
TIES = b"source,target,strength\nAsh,Birch,0.6\nCedar,Dogwood,0.4\nBirch,Dogwood,\n"


def given(data: bytes, name: str = "roster.csv") -> GivenFile:
    return GivenFile(name, data)


def place(roster: bytes = ROSTER, ties: bytes | None = TIES) -> Place:
    return from_roster(given(roster), None if ties is None else given(ties, "ties.csv"), "Oakham")
