"""What does a pound buy? Levers at equal cost, each bought with new money, in the same luck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.analysis.tipping import LAST, known_measure
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import last_means
from alliances.experiments.words.sentences import enumerated, subject
from alliances.model.input.errors import UserError
from alliances.model.measures import HEADLINES, Measure
from alliances.model.parameters import lookup, policy_cost
from alliances.model.registry import Parameter
from alliances.model.scenario import Scenario, place_facts
from alliances.model.simulation import simulate

MORE_BUDGET = "just more budget"
PURSE = "purse_change"
PER = 100_000.0
EXACT = 0.5  # GBP a year


@dataclass(frozen=True)
class Offer:
    """What the budget buys of one lever.

    Attributes
    ----------
    lever : str
        Its name, or `MORE_BUDGET`.
    value : float or None
        What it is set to; None if the budget cannot be spent on it.
    cost : float
        GBP a year a place above the scenario; below the budget where the lever moves in steps.
    note : str
        Why it cannot be bought, or why it costs less; empty otherwise.
    """

    lever: str
    value: float | None
    cost: float
    note: str = ""

    @property
    def bought(self) -> bool:
        """Whether the budget buys something of it."""
        return self.value is not None


@dataclass(frozen=True)
class MoneyValue:
    """What each lever does for the same money.

    Attributes
    ----------
    budget : float
        GBP a year a place.
    offers : tuple of Offer
        All levers, and more budget, in the order in which they were given.
    measures : tuple of Measure
        What was measured.
    effects : mapping of (str, str) to Effect
        Lever and measure to the effect against the scenario with the same luck.
    """

    budget: float
    offers: tuple[Offer, ...]
    measures: tuple[Measure, ...]
    effects: dict[tuple[str, str], Effect]

    def per_pound(self, lever: str, measure: str) -> Effect:
        """Return the effect for GBP 100,000 a year a place, replicate by replicate."""
        cost = next(offer.cost for offer in self.offers if offer.lever == lever)
        effect = self.effects[lever, measure]
        change = (effect.b - effect.a) * PER / cost
        return Effect(effect.measure, np.where(np.isfinite(change), 0.0, np.nan), change)

    def table(self) -> pd.DataFrame:
        """Return one row a measure and lever that was bought, best first for each measure.

        Returns
        -------
        DataFrame
            measure, label, unit, rank (1 is best, or highest where the measure has no direction),
            lever, value, cost, difference, low and high (effect and its 95 % interval),
            per_100k, per_low and per_high (the same for GBP 100,000 a year a place), runs, verdict.
        """
        rows = []
        for measure in self.measures:
            for rank, offer in enumerate(self.ranked(measure.name), 1):
                effect = self.effects[offer.lever, measure.name]
                each = self.per_pound(offer.lever, measure.name)
                (low, high), (per_low, per_high) = effect.ends, each.ends
                rows.append(
                    {
                        "measure": measure.name,
                        "label": measure.label,
                        "unit": measure.unit,
                        "rank": rank,
                        "lever": offer.lever,
                        "value": offer.value,
                        "cost": offer.cost,
                        "difference": effect.difference,
                        "low": low,
                        "high": high,
                        "per_100k": each.difference,
                        "per_low": per_low,
                        "per_high": per_high,
                        "runs": effect.runs,
                        "verdict": effect.verdict,
                    }
                )
        return pd.DataFrame(rows)

    def ranked(self, measure: str) -> list[Offer]:
        """Return what was bought, best first by its effect for a pound; without a value last."""
        way = -1.0 if known_measure(measure).direction == "less is better" else 1.0

        def key(offer: Offer) -> float:
            effect = self.per_pound(offer.lever, measure).difference
            return -way * effect if effect == effect else float("inf")

        return sorted((offer for offer in self.offers if offer.bought), key=key)

    def between(self, measure: str) -> pd.DataFrame:
        """Return the differences between levers: better, worse, gap, low, high, runs and clear.

        `gap` is the mean paired difference of the effects for GBP 100,000 in the measure's unit,
        `clear` whether its 95 % interval leaves out 0.
        """
        rows = []
        for one, other in combinations(self.ranked(measure), 2):
            first, second = (self.per_pound(offer.lever, measure) for offer in (one, other))
            gap = Effect(first.measure, second.b, first.b)
            rows.append((one.lever, other.lever, gap.difference, *gap.ends, gap.runs, gap.is_clear))
        columns = ["better", "worse", "gap", "low", "high", "runs", "clear"]
        return pd.DataFrame(rows, columns=columns)

    def sentence(self, measure: str) -> str:
        """Return which lever gives most of a measure for a pound, and how clear that is."""
        name, _ = subject(known_measure(measure))
        best = self.ranked(measure)[0]
        each = self.per_pound(best.lever, measure)
        if not each.runs:
            return f"{name} cannot be compared: no matched runs had something to measure."
        span = ""
        if each.interval is not None:
            span = f" ({each.interval[0]:.3g} to {each.interval[1]:.3g})"
        text = (
            f"{name}: {best.lever} does most for a pound, {each.difference:+.3g}{span} for GBP "
            "100,000 a year a place."
        )
        if each.verdict == "unclear":
            text += " Even that may be luck."
        if each.verdict == "worse":
            text += " Even that is for the worse."
        against = self.between(measure)
        against = against[against["better"] == best.lever]
        clear = against.loc[against["clear"], "worse"].tolist()
        open_ = against.loc[~against["clear"], "worse"].tolist()
        if clear:
            text += f" It is clearly ahead of {enumerated(clear)}."
        if open_:
            text += f" It may be luck that it is ahead of {enumerated(open_)}."
        notes = [f"{offer.lever}: {offer.note}" for offer in self.offers if offer.note]
        return " ".join([text, *notes])


def at_equal_cost(
    scenario: Scenario,
    levers: Sequence[str],
    budget: float,
    *,
    measures: Sequence[str] = HEADLINES,
    replicates: int = 16,
    seed: int = 0,
    months: int | None = None,
) -> MoneyValue:
    """Compare levers that cost the same, and the same sum as just more budget.

    All are paid with new money, so that none takes from the purse what it costs.

    Parameters
    ----------
    scenario : Scenario
        What holds otherwise; it is run with ``new_money = 1`` too.
    levers : sequence of str
        Which levers; those that cannot cost the budget are named with the reason.
    budget : float
        GBP a year a place, above what the scenario's own levers cost.
    measures : sequence of str
        Mean of the last 12 months of a run.
    replicates, seed, months : int
        As in `simulate`.

    Raises
    ------
    UserError
        If an argument is out of range, or the timeline sets a lever that is compared.
    """
    if not 0.0 < budget < np.inf:
        raise UserError(f"the budget was {budget}; it must be above 0, in GBP a year a place")
    if replicates < 1:
        raise UserError(f"replicates was {replicates}; ask for at least 1")
    if not levers or not measures:
        raise UserError("name at least one lever and one measure")
    what = tuple(known_measure(name) for name in measures)
    base = scenario.with_values(new_money=1)
    entries = [_lever(base, name) for name in levers]
    if len({entry.name for entry in entries}) < len(entries):
        raise UserError(f"a lever is named twice: {', '.join(levers)}")
    offers = (*(offer_of(base, entry.name, budget) for entry in entries), more_budget(base, budget))
    place = scenario.place.make()

    def run(arm: Scenario) -> dict[str, np.ndarray]:
        result = simulate(arm, replicates, seed, months, final=False, place=place)
        return last_means(result, min(LAST, result.months))

    before = run(base)
    effects = {}
    for offer in offers:
        if offer.value is None:
            continue
        name = PURSE if offer.lever == MORE_BUDGET else offer.lever
        after = run(base.with_values(**{name: offer.value}))
        for measure in what:
            effects[offer.lever, measure.name] = Effect(
                measure, before[measure.name], after[measure.name]
            )
    if not effects:
        raise UserError(
            "the budget buys none of these: "
            + "; ".join(f"{offer.lever}: {offer.note}" for offer in offers)
        )
    return MoneyValue(float(budget), offers, what, effects)


def _lever(scenario: Scenario, name: str) -> Parameter:
    try:
        entry = lookup(name)
    except ValueError as error:
        raise UserError(str(error)) from error
    if not entry.is_lever:
        raise UserError(f"{entry.name} is an assumption that nobody decides; name a lever")
    if entry.name in (PURSE, "funding_cut", "new_money"):
        raise UserError(f"{entry.name} is the purse itself; it is compared as {MORE_BUDGET!r}")
    if any(set(change.set) & {entry.name, "new_money"} for change in scenario.timeline):
        raise UserError(
            f"the timeline of the scenario sets {entry.name} or new_money; take it out of there"
        )
    return entry


def offer_of(scenario: Scenario, lever: str, budget: float) -> Offer:
    """Return the value of a lever at which it costs the budget more than the scenario does.

    A lever that moves in whole steps gets as many as the budget pays for.

    Parameters
    ----------
    scenario : Scenario
        What holds otherwise.
    lever : str
        Name in the registry.
    budget : float
        GBP a year a place.
    """
    entry = lookup(lever)
    if entry.kind == "choice" or entry.price is None or not entry.price.per:
        why = f"it costs no money ({entry.price})" if entry.price else "it has no price"
        return Offer(lever, None, 0.0, f"{why}.")
    facts = place_facts(scenario.place.make())
    values = scenario.values()
    own = sum(policy_cost(values, *facts).values())

    def cost(value: float) -> float:
        return sum(policy_cost({**values, lever: entry.check(value)}, *facts).values()) - own

    here = float(values[lever])
    ends = [end for end in (entry.high, entry.low) if end != here]
    dearest = max(ends, key=cost)
    top = cost(dearest)
    if top <= 0.0:
        counted = entry.price.counts
        why = "it costs nothing more here"
        if counted:
            why = f"it costs nothing here, as {counted} = {values[counted]:g}"
        return Offer(lever, None, 0.0, f"{why}.")
    if top < budget - EXACT:
        note = f"it cannot cost that much: at {dearest:g} it costs GBP {top:,.0f}."
        return Offer(lever, None, 0.0, note)
    if entry.kind == "number":
        value = _bisect(cost, here, dearest, budget)
        return Offer(lever, value, cost(value))
    step = 1.0 if dearest > here else -1.0
    steps = [here + step * count for count in range(1, int(abs(dearest - here)) + 1)]
    paid = [value for value in steps if cost(value) <= budget + EXACT]
    if not paid:
        note = f"the first step costs GBP {cost(steps[0]):,.0f}, more than the budget."
        return Offer(lever, None, 0.0, note)
    spent = cost(paid[-1])
    whole = spent > budget - EXACT
    rest = "" if whole else f"it moves in steps, so GBP {spent:,.0f} of the budget are spent."
    return Offer(lever, paid[-1], spent, rest)


def more_budget(scenario: Scenario, budget: float) -> Offer:
    """Return the change of the purse that gives the same sum to awards as they are made today."""
    values: dict[str, Any] = scenario.values()
    _, purse = place_facts(scenario.place.make())
    whole = purse * float(values["purse_scale"]) * (1.0 - float(values["funding_cut"]))
    if whole <= 0.0:
        return Offer(MORE_BUDGET, None, 0.0, "there is no purse to be raised.")
    value = float(values[PURSE]) + budget / whole
    most = lookup(PURSE).high
    if value > most:
        note = f"the purse cannot be raised by more than {most:.0%}, GBP {whole * most:,.0f}."
        return Offer(MORE_BUDGET, None, 0.0, note)
    return Offer(MORE_BUDGET, value, float(budget))


def _bisect(cost: Callable[[float], float], here: float, dearest: float, budget: float) -> float:
    """Return the value between the two at which the cost is the budget, to half a pound."""
    low, high = here, dearest
    if abs(cost(high) - budget) <= EXACT / 1000.0:
        return high
    for _ in range(200):
        middle = (low + high) / 2.0
        if abs(cost(middle) - budget) <= EXACT / 1000.0:
            break
        low, high = (middle, high) if cost(middle) < budget else (low, middle)
    return (low + high) / 2.0
