"""What funders and connectors are told: what all of them chose together, and what came of it."""

from alliances.dashboards.room.game import Seat
from alliances.dashboards.room.play import RoomRun, usual_values
from alliances.dashboards.room.record import Introduction, Money
from alliances.dashboards.room.shares import TABLES, months_of, parts
from alliances.experiments.words.numbers import amount, rounded_pounds
from alliances.experiments.words.sentences import enumerated
from alliances.model.parameters import REGISTRY
from alliances.model.registry import Parameter

SOME = 3  # introductions that are told of


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


def _differing(ran: RoomRun, number: int, role: str) -> list[str]:
    """Return what was not as usual of what a table decides, in the order of the registry."""
    usual = usual_values(ran.setup)
    holds = months_of(ran.chosen[number - 1], usual, ran.setup.months)[0]
    decided = {name for move in TABLES[role].choices for name in move.levers or ()}
    return [
        entry.told.format(*(_value(entry, values[entry.name]) for values in (holds, usual)))
        for entry in REGISTRY.values()
        if entry.told and entry.name in decided
        if abs(holds[entry.name] - usual[entry.name]) > 1e-9
    ]


def _value(entry: Parameter, value: float) -> str:
    return f"{value:.0f}" if entry.kind == "whole" else amount(value, "share")


def _terms(ran: RoomRun, number: int) -> str:
    """Return the terms of a round's money, which all funders made together."""
    told = _differing(ran, number, "funder")
    several = len(parts(ran.chosen[number - 1], "funder")) > 1
    who = "Together the funders" if several else "You"
    if not told:
        return f"{who} left the terms of the money as they usually are."
    return " ".join([f"{who} made these terms.", *map(_sentence, told)])


def _work(ran: RoomRun, number: int) -> str:
    """Return what all connectors did in a round."""
    usual = usual_values(ran.setup)
    months = months_of(ran.chosen[number - 1], usual, ran.setup.months)
    told = _differing(ran, number, "connector")
    if months[0]["connector_caseload"] == 0:
        rest = told[1:] if usual["connector_caseload"] else told  # it comes first
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
        f"New awards were worth {rounded_pounds(money.total)} a year: {enumerated(told)}.",
        f"Small organisations got {amount(money.small / money.total, 'share')} of it, and "
        f"{amount(money.core / money.total, 'share')} of it was core money.",
    ]


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
