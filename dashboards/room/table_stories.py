"""What funders and connectors are told: what all of them chose together, and what came of it."""

from collections.abc import Mapping

from alliances.dashboards.room.game import Seat
from alliances.dashboards.room.play import RoomRun, usual_values
from alliances.dashboards.room.record import Introduction, Money
from alliances.dashboards.room.shares import months_of, parts
from alliances.experiments.words.numbers import amount

SOME = 3  # introductions that are told of
# What a lever at a value means, where it is not as usual.
TERMS: Mapping[str, str] = {
    "competition": "{} of new money that did not go to one lead was put out to tender (usual: {})",
    "collaboration_weight": "joint bids got {} extra marks (usual: {})",
    "core_share": "{} of each award was core money (usual: {})",
    "ring_fence": "at least {} of each large body's contract was for small partners (usual: {})",
}
WORK: Mapping[str, str] = {
    "connector_caseload": "each connector had time for {} introductions a month (usual: {})",
    "no_rival_bids": "partners did not bid against each other in {} of cases (usual: {})",
    "facilitation": "power and grudges were kept out of meetings by {} (usual: {})",
    "conflict_practice": "{} of quarrels that people tend to hide came out (usual: {})",
}


def table_story(ran: RoomRun, seat: Seat, number: int) -> list[str]:
    """Return what a funder or a connector is told of a round, numbered from 1."""
    first, stop = (number - 1) * ran.setup.months, number * ran.setup.months
    if seat.role == "funder":
        return [_terms(ran, number), *_money(ran.record.months(first, stop))]
    return [_work(ran, number), *_met(ran, first, stop), *_some(ran, first, stop)]


def beside_alone(ran: RoomRun, left: RoomRun, role: str) -> list[str]:
    """Return how all rounds went for a funder or a connector, and how with nobody's choice."""
    told = _money_of if role == "funder" else _met_of
    return [
        f"In all rounds: {told(ran)}",
        f"Left to the model, with the same luck: {told(left)}",
    ]


def _money_of(ran: RoomRun) -> str:
    return _inside(_money(ran.record.months(0, ran.recording.months)))


def _met_of(ran: RoomRun) -> str:
    return _inside(_met(ran, 0, ran.recording.months))


def _inside(told: list[str]) -> str:
    """Return sentences in one, as they stand after a colon."""
    text = " ".join(told)
    return text[0].lower() + text[1:]


def _differing(ran: RoomRun, number: int, words: Mapping[str, str]) -> list[str]:
    usual = usual_values(ran.setup)
    holds = months_of(ran.chosen[number - 1], usual, ran.setup.months)[0]
    return [
        text.format(*(_lever(name, value) for value in (holds[name], usual[name])))
        for name, text in words.items()
        if abs(holds[name] - usual[name]) > 1e-9
    ]


def _lever(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "connector_caseload" else amount(value, "share")


def _terms(ran: RoomRun, number: int) -> str:
    """Return the terms of a round's money, which all funders made together."""
    told = _differing(ran, number, TERMS)
    several = len(parts(ran.chosen[number - 1], "funder")) > 1
    who = "Together the funders" if several else "You"
    if not told:
        return f"{who} left the terms of the money as they usually are."
    return " ".join([f"{who} made these terms.", *map(_sentence, told)])


def _work(ran: RoomRun, number: int) -> str:
    """Return what all connectors did in a round."""
    usual = usual_values(ran.setup)
    months = months_of(ran.chosen[number - 1], usual, ran.setup.months)
    told = _differing(ran, number, WORK)
    if months[0]["connector_caseload"] == 0:
        rest = told[1:] if usual["connector_caseload"] else told  # it is the first of `WORK`
        told = ["nobody had time for introductions", *rest]
    settling = sum(values["connector_mediates"] > 0 for values in months)
    if settling == 0:
        told.append("nobody had time to settle quarrels")
    elif settling < len(months):
        told.append(f"there was time to settle quarrels in {settling} of {len(months)} months")
    team = f"A team of {months[0]['connectors']} was at work"
    if not told:
        return f"{team}, in the usual way."
    return " ".join([f"{team}.", *map(_sentence, told)])


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _money(money: Money) -> list[str]:
    if money.total < 1.0:
        return ["Nothing new was awarded."]
    ways = (
        (money.tender, "in tenders or to one lead"),
        (money.grants, "as grants"),
        (money.alliances, "to alliances"),
        (money.pots, "in small pots"),
    )
    told = [f"{amount(value / money.total, 'share')} {way}" for value, way in ways if value > 0]
    return [
        f"New awards were worth {pounds(money.total)} a year: {_list(told)}.",
        f"Small organisations got {amount(money.small / money.total, 'share')} of it, and "
        f"{amount(money.core / money.total, 'share')} of it was core money.",
    ]


def pounds(value: float) -> str:
    """Return a large amount as people say it.

    Examples
    --------
    >>> pounds(3_489_395), pounds(481_210)
    ('£3.5 million', '£481,000')
    """
    return f"£{value / 1e6:.1f} million" if value >= 999_500 else f"£{round(value, -3):,.0f}"


def _met(ran: RoomRun, first: int, stop: int) -> list[str]:
    """Return how many introductions the team made, and how many went well."""
    values = ran.recording.values[first:stop]
    made = round(float(values["introductions"].sum()))
    well = round(float((values["introductions"] * values["introductions_well"]).sum()))
    if not made:
        return ["The team introduced nobody."]
    times = "1 introduction" if made == 1 else f"{made:,} introductions"
    return [f"The team made {times}; {well:,} of {made:,} went well."]


def _some(ran: RoomRun, first: int, stop: int) -> list[str]:
    """Return a few introductions of people who play here."""
    found: dict[tuple[int, int], Introduction] = {}
    for one in ran.record.introduced:
        if first <= one.month < stop:
            found.setdefault((one.first, one.second), one)
    return [_said(ran, one) for one in list(found.values())[:SOME]]


def _said(ran: RoomRun, one: Introduction) -> str:
    bodies = ran.recording.bodies
    names = [bodies[ran.at[uid]].name for uid in (one.first, one.second) if uid in ran.at]
    if len(names) < 2:
        return ""
    end = "It went well." if one.well else "It went badly."
    return f"A connector brought {names[0]} and {names[1]} together. {end}"


def _list(told: list[str]) -> str:
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
