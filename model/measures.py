"""The table of measures: formula, unit, range, direction and value on empty input.

Compiled `observe` fills the monthly ones by name; `network` ones are computed at chosen months.
Labels, documents and the dashboard read this table. A researcher adds a measure of one's own by
giving `simulate` further `Measure` objects with a `compute` function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Direction = Literal["more is better", "less is better", "neither"]


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    name, label, unit, group, formula : str
        Name in tables, plain label, unit, family, and how it is computed in words.
    low, high : float
        Range of possible values.
    direction : str
        Whether more is better, less is better, or neither.
    empty : float
        Value where there is nothing to measure.
    when : {"month", "chosen"}
        Every month, or at chosen months only because it is dear.
    compute : callable or None
        For measures that are not compiled: takes a `alliances.model.snapshot.Snapshot`, returns a
        number.
    """

    name: str
    label: str
    unit: str
    group: str
    formula: str
    low: float
    high: float
    direction: Direction
    empty: float = 0.0
    when: Literal["month", "chosen"] = "month"
    compute: Callable[[Any], float] | None = None


UP: Direction
DOWN: Direction
NEITHER: Direction
UP, DOWN, NEITHER = "more is better", "less is better", "neither"
INF = float("inf")


def _m(
    name: str,
    label: str,
    unit: str,
    formula: str,
    low: float,
    high: float,
    direction: Direction,
    empty: float = 0.0,
) -> tuple[Any, ...]:
    return (name, label, unit, formula, low, high, direction, empty)


# fmt: off
_BY_GROUP: Mapping[str, tuple[tuple, ...]] = {
    "collaboration": (
        _m("alliance_share", "Organisations in a working alliance", "share",
           "organisations with a seat in an alliance of two or more alive members that delivered "
           "within six months / organisations",
           0, 1, UP),
        _m("informal_share", "Organisations with a trusted tie", "share",
           "organisations with a tie of familiarity >= .2 and own trust >= .5 / organisations",
           0, 1, UP),
        _m("joint_effort", "Effort that is joint", "share",
           "effective days delivered in alliances / all effective days",
           0, 1, NEITHER),
        _m("tie_density", "Density of ties", "share",
           "ties of familiarity >= .2 / pairs in the same place",
           0, 1, NEITHER),
        _m("mean_ties", "Ties of an organisation", "ties",
           "2 x ties of familiarity >= .2 / organisations",
           0, INF, NEITHER),
        _m("ties", "Ties of any kind", "count",
           "ties kept",
           0, INF, NEITHER),
        _m("trust", "Trust", "0-1",
           "mean of t_ij over both sides of all ties",
           0, 1, UP),
        _m("trust_familiar", "Trust among the familiar", "0-1",
           "mean of t_ij over both sides of ties of familiarity >= .2",
           0, 1, UP),
        _m("trust_spread", "Spread of that trust", "0-1",
           "standard deviation of t_ij over the same sides",
           0, 1, NEITHER),
        _m("trust_small_large", "Trust of small in large", "0-1",
           "mean trust of organisations below GBP 1m in their ties above",
           0, 1, UP),
        _m("trust_large_small", "Trust of large in small", "0-1",
           "mean trust of organisations above GBP 1m in their ties below",
           0, 1, UP),
        _m("trust_cross_sector", "Trust across sectors", "0-1",
           "mean trust in ties between sectors",
           0, 1, UP),
        _m("trust_gap", "One-sidedness of trust", "0-1",
           "mean |t_ij - t_ji| over ties",
           0, 1, DOWN),
        _m("grievance", "Grievance", "0-1",
           "mean of g_ij over both sides of all ties",
           0, 1, DOWN),
        _m("reciprocity", "Reciprocity of trust", "share",
           "trusting sides (t_ij >= .5) whose other side trusts too / trusting sides of familiar "
           "ties",
           0, 1, UP),
        _m("mixing_sector", "Ties between sectors", "share",
           "familiar ties between sectors / familiar ties",
           0, 1, NEITHER),
        _m("mixing_size", "Ties between sizes", "share",
           "familiar ties between size bands / familiar ties",
           0, 1, NEITHER),
        _m("ei_sector", "E-I index by sector", "-2 to 2",
           "2 x (share of familiar ties between sectors - the share under random mixing): the "
           "E-I index less its expectation",
           -2, 2, NEITHER),
        _m("ei_size", "E-I index by size", "-2 to 2",
           "2 x (share of familiar ties between size bands - the share under random mixing)",
           -2, 2, NEITHER),
        _m("centralisation", "Degree centralisation", "0-1",
           "Freeman: sum over organisations of (highest degree - degree) / ((n - 1)(n - 2)), "
           "familiar ties, mean over places by size",
           0, 1.2, NEITHER),
        _m("meetings", "Meetings of an organisation", "a month",
           "meetings / organisations",
           0, INF, NEITHER),
        _m("meetings_well", "Meetings that go well", "share",
           "good meetings / meetings",
           0, 1, UP),
        _m("introductions", "Introductions", "a month",
           "meetings that connectors brought about",
           0, INF, NEITHER),
        _m("introductions_well", "Introductions that go well", "share",
           "good introductions / introductions",
           0, 1, UP),
        _m("mutuality", "Mutuality", "0-1",
           "mean weight on shared over own interest",
           0, 1, UP),
        _m("dominance", "Will to dominate", "0-1",
           "mean will to dominate",
           0, 1, DOWN),
        _m("priorities_spread", "Difference of priorities", "0-1",
           "mean over needs of the standard deviation of priorities within a place",
           0, 1, NEITHER),
        _m("understanding", "Shared understanding", "0-1",
           "mean shared understanding of working alliances",
           0, 1, UP),
    ),
    "balance": (
        _m("small_money", "Small organisations' share of public money", "share",
           "GBP paid to organisations below GBP 1m / GBP paid from agreements",
           0, 1, UP),
        _m("smaller_money", "Share of those below GBP 100,000", "share",
           "the same for organisations below GBP 100,000",
           0, 1, UP),
        _m("small_voice", "Small organisations' share of voice", "share",
           "sum of voice of members below GBP 1m / sum of voice",
           0, 1, UP),
        _m("small_credit", "Small organisations' share of credit", "share",
           "mean over alliances of the credit of members below GBP 1m",
           0, 1, UP),
        _m("small_pot", "Small organisations' share of pots", "share",
           "mean over alliances of the money shares of members below GBP 1m",
           0, 1, UP),
        _m("small_seats", "Small organisations' share of seats", "share",
           "seats of organisations below GBP 1m / seats",
           0, 1, UP),
        _m("small_leads", "Small organisations' share of leads", "share",
           "alliances led by organisations below GBP 1m / alliances",
           0, 1, UP),
        _m("parity", "Parity of small partners", "ratio",
           "money share / contribution share of members below GBP 1m",
           0, INF, UP, 1.0),
        _m("voice", "Voice", "0-1",
           "mean share of a member's positions stated and adopted",
           0, 1, UP),
        _m("voice_spread", "Inequality of voice", "0-1",
           "standard deviation of voice over seats",
           0, 1, DOWN),
        _m("largest_weight", "Weight of the strongest", "share",
           "mean over alliances of the largest share of weight",
           0, 1, DOWN),
        _m("weight_inequality", "Inequality of weight", "0-1",
           "mean |weight share - 1/n| over seats",
           0, 1, DOWN),
        _m("income_share_small", "Small organisations' share of income", "share",
           "income of organisations below GBP 1m / income",
           0, 1, NEITHER),
        _m("largest_income_share", "Income share of the largest", "share",
           "largest income / income",
           0, 1, DOWN),
        _m("income_concentration", "Concentration of income", "0-1",
           "Herfindahl: sum of squared income shares",
           0, 1, DOWN),
        _m("commissioned_share", "Commissioned income", "share",
           "12-month income from agreements / income",
           0, 1, NEITHER),
        _m("stated_share", "Positions that are stated", "share",
           "stated / possible positions",
           0, 1, UP),
    ),
    "impact": (
        _m("impact", "Collective impact", "share of attainable",
           "sum over needs of N (1 - exp(-D / N)) / the same for all capacity without overheads, "
           "led by need",
           0, 3, UP),
        _m("net_impact", "Impact net of its costs", "share of attainable",
           "impact less the mean worth of days spent on bidding, reporting and co-ordination",
           -3, 3, UP),
        _m("needs_met", "Need that is met", "share",
           "impact / need",
           0, 1, UP),
        _m("unmet_least", "Unmet need of the least served", "share",
           "1 - the least share of any need met, mean over places by need",
           0, 1, DOWN),
        _m("effective_days", "Effective days delivered", "days a month",
           "sum of days x expertise x productivity",
           0, INF, UP),
        _m("productivity_gain", "Gain from new ideas", "0-1",
           "mean productivity gained",
           0, 1, UP),
        _m("public_trust", "Public trust", "0-1",
           "the community's trust in agencies",
           0, 1, UP),
        _m("alliance_success", "Promises kept by alliances", "share",
           "mean 6-month moving mean of delivered / pledged",
           0, 1, UP),
        _m("acceptability", "Acceptability of decisions", "0-1",
           "mean common interest of members' positions with what was decided",
           0, 1, UP),
        _m("decision_spread", "Inequity of decisions", "0-1",
           "mean standard deviation of members' distance from what was decided",
           0, 1, DOWN),
        _m("decision_success", "Decisions that find their majority", "share",
           "decisions adopted / decisions",
           0, 1, UP),
    ),
    "cost": (
        _m("bid_share", "Attention spent on bidding", "share",
           "days bidding / attention",
           0, 1, DOWN),
        _m("report_share", "Attention spent on reporting", "share",
           "days of reporting, targets and duties / attention",
           0, 1, DOWN),
        _m("coordination_share", "Attention spent on co-ordination", "share",
           "days of co-ordination, talk and oversight / attention",
           0, 1, DOWN),
        _m("cost_days", "Days not delivered with", "days a month",
           "days of bidding, reporting and co-ordination",
           0, INF, DOWN),
        _m("bid_cost_share", "Bidding against money won", "ratio",
           "12-month cost of bids / 12-month income from agreements",
           0, INF, DOWN),
        _m("bid_cost", "Cost of tenders to bidders", "GBP a month",
           "days bid x GBP 180",
           0, INF, DOWN),
        _m("dissipation", "Dissipation of tenders", "ratio",
           "cost of bids / (.3 x value tendered): the margin is what is worth winning",
           0, INF, DOWN),
        _m("bids", "Bids", "a month",
           "bids handed in",
           0, INF, NEITHER),
        _m("declined", "Awards turned down", "a month",
           "awards turned down",
           0, INF, DOWN),
        _m("saving", "Saving booked", "GBP a month",
           "saving booked for larger lots",
           0, INF, NEITHER),
        _m("policy_money", "Cost of the levers", "GBP a month",
           "what levers cost above today's practice",
           -INF, INF, NEITHER),
        _m("commissioned_money", "Public money paid", "GBP a month",
           "GBP paid from agreements",
           0, INF, NEITHER),
        _m("imbalance", "Books out of balance", "ratio",
           "|sum of all accounts and reserves| / GBP moved so far",
           0, 1e-09, DOWN),
    ),
    "health": (
        _m("organisations", "Organisations alive", "count",
           "organisations that take part",
           0, INF, NEITHER),
        _m("stress", "Stress", "0-1",
           "mean stress",
           0, 1, DOWN),
        _m("reserve_months", "Reserves", "months of cost",
           "mean reserves / monthly cost, limited to -12 to 24",
           -12, 24, UP),
        _m("closures", "Closures", "a month",
           "organisations closed",
           0, INF, DOWN),
        _m("closures_micro", "Closures below GBP 10,000", "a month",
           "by band when built",
           0, INF, DOWN),
        _m("closures_small", "Closures, GBP 10,000-100,000", "a month",
           "by band when built",
           0, INF, DOWN),
        _m("closures_medium", "Closures, GBP 100,000-1m", "a month",
           "by band when built",
           0, INF, DOWN),
        _m("closures_large", "Closures above GBP 1m", "a month",
           "by band when built",
           0, INF, DOWN),
        _m("mergers", "Absorptions", "a month",
           "organisations merged into a larger one",
           0, INF, NEITHER),
        _m("hosted", "Taken in by a host", "a month",
           "organisations newly hosted",
           0, INF, NEITHER),
        _m("released", "Set free by a host", "a month",
           "hosted organisations released",
           0, INF, UP),
        _m("hosted_share", "Hosted organisations", "share",
           "hosted / organisations",
           0, 1, NEITHER),
        _m("founded", "Foundings", "a month",
           "organisations founded",
           0, INF, NEITHER),
        _m("departures", "Key people leaving", "a month",
           "key people who left",
           0, INF, DOWN),
        _m("alliances", "Working alliances", "count",
           "functioning alliances",
           0, INF, UP),
        _m("alliance_size", "Members of an alliance", "members",
           "seats / alliances",
           0, 16, NEITHER),
        _m("alliance_age", "Age of alliances", "months",
           "mean months since formed",
           0, INF, UP),
        _m("formed", "Alliances formed", "a month",
           "alliances formed",
           0, INF, NEITHER),
        _m("dissolved", "Alliances ended", "a month",
           "alliances dissolved",
           0, INF, DOWN),
        _m("exits", "Exits", "a month",
           "members who left",
           0, INF, DOWN),
        _m("sour_exits", "Sour exits", "a month",
           "exits late and in anger",
           0, INF, DOWN),
        _m("open_conflicts", "Open conflicts", "an alliance",
           "conflicts avoided and not mended",
           0, INF, DOWN),
        _m("conflicts_raised", "Conflicts raised", "a month",
           "bad meetings in which it was said",
           0, INF, NEITHER),
        _m("conflicts_avoided", "Conflicts avoided", "a month",
           "bad meetings in which it was not",
           0, INF, DOWN),
        _m("raised_share", "Conflicts that are raised", "share",
           "raised / bad meetings",
           0, 1, UP),
        _m("grabs", "Overruling and grabbing", "a month",
           "dominance events",
           0, INF, DOWN),
        _m("called_out", "Called out", "a month",
           "dominance events that were curbed",
           0, INF, NEITHER),
        _m("regime_shift", "Tender share moved from below", "share",
           "mean shift of commissioners from tender to agreement",
           0, 1, NEITHER),
    ),
}
# fmt: on

MEASURES: Mapping[str, Measure] = {
    entry[0]: Measure(
        name=entry[0],
        label=entry[1],
        unit=entry[2],
        group=group,
        formula=entry[3],
        low=float(entry[4]),
        high=float(entry[5]),
        direction=entry[6],
        empty=entry[7],
    )
    for group, entries in _BY_GROUP.items()
    for entry in entries
}

# One float64 a measure: a row of this record is a month.
OBSERVATION = np.dtype([(name, "f8") for name in MEASURES], align=True)
