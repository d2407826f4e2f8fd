"""Who pays for a scenario, who gains by it and who loses: by size and by sector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import mean_of
from alliances.experiments.runs.outcomes import EnsembleOutcome, effect_of, group_effect, groups_of
from alliances.experiments.words.cost import NOTHING, cost_words, paid_sentence, source
from alliances.experiments.words.numbers import amount, differences, pair, steps
from alliances.experiments.words.sentences import matched
from alliances.model.scenario import Scenario

# Sizes by the yearly income that an organisation had when it came in: not called small or large,
# as measures of small organisations are of all below GBP 1m.
SIZES: Mapping[str, str] = {
    "micro": "below GBP 10,000",
    "small": "GBP 10,000 to 100,000",
    "medium": "GBP 100,000 to 1m",
    "large": "GBP 1m to 10m",
    "major": "GBP 10m to 100m",
    "super-major": "above GBP 100m",
}
GROUP_NAMES: Mapping[str, str] = {
    **{
        band: f"organisations {'of ' if size.startswith('GBP') else ''}{size}"
        for band, size in SIZES.items()
    },
    "community": "community groups",
    "charity": "charities",
    "council": "councils",
    "health": "health bodies",
    "business": "businesses",
}
AGREEING = 0.6  # share of matched runs that must go the way of the mean
ENOUGH = 16  # matched runs; with fewer, who loses is not told in short
SMALLEST = 0.02  # of the value before; less is not told
# Who has public money, and who is there at all; in the words of a sentence.
WATCHED: Mapping[str, str] = {"money": "public money", "organisations": "organisations alive"}


@dataclass(frozen=True)
class GroupChange:
    """What a group of organisations clearly gains or loses: money, organisations alive, or both."""

    kind: str
    group: str
    effects: tuple[Effect, ...]

    @property
    def way(self) -> int:
        """1 for a group that gains, -1 for one that loses, 0 for one that gains and loses."""
        ways = {1 if effect.difference > 0 else -1 for effect in self.effects}
        return ways.pop() if len(ways) == 1 else 0

    def said(self) -> str:
        """Return the change in words, without a full stop."""
        parts = []
        for effect in self.effects:
            before, after = pair(effect.mean_a, effect.mean_b, effect.measure.unit)
            runs = matched(effect.agreeing, effect.runs, effect.equal, effect.left_out)
            parts.append(f"{WATCHED[effect.measure.name]} from {before} to {after} ({runs})")
        return f"{GROUP_NAMES[self.group]}: {'; '.join(parts)}"


def changes(today: EnsembleOutcome, mine: EnsembleOutcome, kind: str) -> list[GroupChange]:
    """Return the groups of a kind that clearly gain or lose, in their order.

    Clear is a change whose 95 % interval leaves out 0, that goes the same way in at least six of
    ten matched runs and is not tiny.

    Parameters
    ----------
    today, mine : EnsembleOutcome
        With groups.
    kind : {"band", "sector"}
        What groups organisations.
    """
    found = []
    for group in groups_of(kind, today, mine):
        effects = (group_effect(today, mine, (kind, group, quantity)) for quantity in WATCHED)
        told = tuple(effect for effect in effects if is_told(effect))
        if told:
            found.append(GroupChange(kind, group, told))
    return found


def is_told(effect: Effect) -> bool:
    """Whether a change is clear, mostly of one direction, and not tiny."""
    return (
        effect.is_clear
        and effect.agreeing >= AGREEING * effect.runs
        and abs(_relative(effect)) >= SMALLEST
    )


def _relative(effect: Effect) -> float:
    return effect.difference / abs(effect.mean_a) if effect.mean_a else float("inf")


def money(scenario: Scenario) -> str:
    """Return what the levers cost and out of what it is paid, without a full stop."""
    return cost_words(scenario.costs(), new_money=bool(scenario.levers.new_money)) + _purse(
        scenario
    )


def _purse(scenario: Scenario) -> str:
    change = (1.0 + scenario.levers.purse_change) * (1.0 - scenario.levers.funding_cut) - 1.0
    if not change:
        return ""
    return (
        f"; the purse itself is {100 * abs(change):.0f} % {'larger' if change > 0 else 'smaller'}"
    )


def own_days(today: EnsembleOutcome, mine: EnsembleOutcome) -> Effect:
    """Return the effect on the days that organisations spend on bids, reports and co-ordination."""
    return effect_of(today, mine, "cost_days")


def who_pays(several: AgainstToday, k: int) -> str:
    """Return who pays for an arm: in money, and in organisations' own days."""
    cost = money(several.asked.arms[k].mine)
    runs = min(several.today[k].runs, several.mine[k].runs)  # the matched ones
    paid = paid_sentence(*(mean_of(one[k].paid[:runs]) for one in (several.today, several.mine)))
    parts = (f"{cost[:1].upper()}{cost[1:]}.", paid, own_days_said(several, k))
    return " ".join(filter(None, parts))


def own_days_said(several: AgainstToday, k: int) -> str:
    """Return what becomes of the days that organisations spend on bids, reports and talk."""
    days = own_days(several.today[k], several.mine[k])
    if not days.is_clear:
        span = ""
        if days.interval is not None and days.verdict == "unclear":
            low, high = differences(*days.interval, unit=days.measure.unit)
            span = f" (mean difference between {low} and {high}{steps(days.measure.unit)})"
        return (
            f"Organisations' own days for bids, reports and co-ordination: no clear change{span}."
        )
    before, after = pair(days.mean_a, days.mean_b, days.measure.unit)
    more = "more" if days.difference > 0 else "fewer"
    return (
        f"Organisations spend {more} of their own days on bids, reports and co-ordination: "
        f"{before} before, {after} after ({matched(days.agreeing, days.runs, days.equal, 0)})."
    )


@lru_cache(maxsize=24)
def all_changes(several: AgainstToday, k: int) -> tuple[GroupChange, ...]:
    """Return the groups that clearly gain or lose by an arm, sizes before sectors."""
    return tuple(
        change
        for kind in ("band", "sector")
        for change in changes(several.today[k], several.mine[k], kind)
    )


def in_short(several: AgainstToday, k: int) -> str:
    """Return who pays and who loses in one line, to stand beside a finding."""
    scenario = several.asked.arms[k].mine
    costs, new_money = scenario.costs(), bool(scenario.levers.new_money)
    total = sum(costs.values())
    paid = f"nobody, {cost_words(costs, new_money=new_money)}"
    if total >= NOTHING:
        paid = f"{amount(total, 'GBP a year')} {source(new_money=new_money)}"
    if several.runs < ENOUGH:
        return f"Who pays: {paid}. Who loses is told from {ENOUGH} matched runs on."
    found = all_changes(several, k)
    gained, lost, mixed = (_listed(found, way) for way in (1, -1, 0))
    gains = f" Who gains: {gained}." if gained else ""
    both = f" Who gains in one way and loses in another: {mixed}." if mixed else ""
    return f"Who pays: {paid}.{gains} Who loses: {lost or 'no group clearly'}.{both}"


def _listed(found: Sequence[GroupChange], way: int) -> str:
    """Return the groups that go one way, in few words."""
    names = [GROUP_NAMES[change.group] for change in found if change.way == way]
    return ", ".join(name.replace("organisations", "those", 1) for name in names)
