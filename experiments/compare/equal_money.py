"""Scenarios for the same public money: the purse is made larger or smaller until all cost alike."""

from dataclasses import dataclass

import numpy as np

from alliances.experiments.runs.comparison import Effect
from alliances.model.parameters import lookup
from alliances.model.scenario import Scenario, place_facts

PURSE = "purse_change"
PER = 100_000.0  # GBP a year that effects are told for
EXACT = 0.5  # GBP a year


@dataclass(frozen=True)
class Bill:
    """What a scenario costs the public in a year in a place, at the values of month 0.

    Attributes
    ----------
    purse : float
        GBP a year that there are to be awarded and, without new money, to pay the levers from.
    levers : float
        GBP a year that the levers cost above today's practice.
    on_top : bool
        Whether the levers are paid with new money.
    """

    purse: float
    levers: float
    on_top: bool

    @property
    def total(self) -> float:
        """GBP a year in all."""
        return self.purse + (self.levers if self.on_top else 0.0)


def whole_purse(scenario: Scenario) -> float:
    """Return the purse without any change of it, GBP a year."""
    return float(place_facts(scenario.place.make())[1] * scenario.world.purse_scale)


def bill(scenario: Scenario) -> Bill:
    """Return what a scenario costs the public."""
    levers = scenario.levers
    purse = whole_purse(scenario) * (1.0 + levers.purse_change) * (1.0 - levers.funding_cut)
    return Bill(float(purse), sum(scenario.costs().values()), bool(levers.new_money))


@dataclass(frozen=True)
class Scaled:
    """A scenario whose purse was scaled to a total.

    Attributes
    ----------
    scenario : Scenario
        With its purse scaled; as it was if it cannot be.
    before, after : Bill
        What it cost and what it costs.
    note : str
        Why it does not cost the total; empty if it does.
    """

    scenario: Scenario
    before: Bill
    after: Bill
    note: str = ""

    @property
    def share(self) -> float:
        """By what share the purse was scaled: 0.1 is a tenth more."""
        return self.after.purse / self.before.purse - 1.0 if self.before.purse else 0.0

    def said(self) -> str:
        """Return what was scaled, as a sentence."""
        if self.note:
            return self.note
        if abs(self.after.purse - self.before.purse) <= EXACT:
            return "Nothing was scaled: it costs that much as it is."
        more = "larger" if self.share > 0 else "smaller"
        return (
            f"Its purse was made {100.0 * abs(self.share):.1f} % {more}, from GBP "
            f"{self.before.purse:,.0f} to GBP {self.after.purse:,.0f} a year; its levers are as "
            "they were."
        )


def at_total(scenario: Scenario, total: float) -> Scaled:
    """Return a scenario with its purse scaled so that it costs the public a total.

    Parameters
    ----------
    scenario : Scenario
        What to scale; its levers stay as they are.
    total : float
        GBP a year, purse and levers paid on top of it.
    """
    before = bill(scenario)
    wanted = total - (before.total - before.purse)
    if abs(wanted - before.purse) <= EXACT:
        return Scaled(scenario, before, before)
    entry = lookup(PURSE)
    whole = whole_purse(scenario) * (1.0 - scenario.levers.funding_cut)
    if whole <= 0.0:
        return Scaled(scenario, before, before, "It has no purse that could be scaled.")
    change = wanted / whole - 1.0
    if not entry.low <= change <= entry.high:
        note = (
            f"It cannot cost GBP {total:,.0f} a year: its purse would have to change by "
            f"{100 * change:+.0f} %, and the model knows {100 * entry.low:+.0f} % to "
            f"{100 * entry.high:+.0f} %."
        )
        return Scaled(scenario, before, before, note)
    scaled = scenario.with_values(**{PURSE: change})
    return Scaled(scaled, before, bill(scaled))


def per_money(effect: Effect, cost: float) -> Effect:
    """Return an effect for each GBP 100,000 a year that the levers cost, run by run.

    Raises
    ------
    ValueError
        If the levers cost nothing.
    """
    if cost <= EXACT:
        raise ValueError(f"the levers cost GBP {cost:,.0f} a year; nothing can be told for a pound")
    change = (effect.b - effect.a) * PER / cost
    return Effect(effect.measure, np.where(np.isfinite(change), 0.0, np.nan), change)
