"""What is claimed of the model, and what came of trying it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class ExpectedDirection:
    """A claim that a change never moves a measure the other way.

    Attributes
    ----------
    text : str
        The claim in words.
    less, more : mapping
        Values before and after the change.
    measure : str
        What should move.
    sign : {1, -1}
        Whether it never falls or never rises.
    reason : str
        Why one would expect it.
    """

    text: str
    less: Mapping[str, Any]
    more: Mapping[str, Any]
    measure: str
    sign: Literal[1, -1]
    reason: str


@dataclass
class StatementVerdict:
    """What trying a statement found.

    Attributes
    ----------
    text : str
        The statement.
    kind : str
        "always", "switch" or "direction".
    points : int
        Points of the box that were tried.
    held : int
        Points at which it holds.
    unmoved : int
        Points at which nothing could be told: no difference, or one within the noise.
    counterexamples : list of int
        Numbers of the points at which it fails.
    note : str
        What a reader should know besides.
    """

    text: str
    kind: str
    points: int
    held: int = 0
    unmoved: int = 0
    counterexamples: list[int] = field(default_factory=list)
    note: str = ""

    @property
    def verdict(self) -> str:
        """What came of it: holds, fails, or never seen, as no point could tell."""
        if self.counterexamples:
            return "fails"
        return "holds" if self.held else "never seen"

    def row(self) -> dict[str, object]:
        """Return it as a row of the table."""
        return {
            "statement": self.text,
            "kind": self.kind,
            "points": self.points,
            "held": self.held,
            "unmoved": self.unmoved,
            "counterexamples": len(self.counterexamples),
            "first": " ".join(map(str, self.counterexamples[:5])),
            "verdict": self.verdict,
            "note": self.note,
        }


_direction = ExpectedDirection
UP: Literal[1] = 1
DOWN: Literal[-1] = -1
# Each is a claim that somebody would make before seeing a result. None is used to build the model.
DIRECTIONS = (
    _direction("more ring-fence never lowers small organisations' share of public money",
               {"ring_fence": 0.0}, {"ring_fence": 0.4}, "small_money", UP,
               "the fence is a floor under what small partners get"),
    _direction("more small pots never lower the share of those below GBP 100,000",
               {"devolved_pots": 0.0}, {"devolved_pots": 0.4}, "smaller_money", UP,
               "the pots go to them alone"),
    _direction("more tendering never lowers the number of bids",
               {"competition": 0.0}, {"competition": 0.8}, "bids", UP, "more lots to bid for"),
    _direction("more tendering never lowers the attention spent on bidding",
               {"competition": 0.0}, {"competition": 0.8}, "bid_share", UP,
               "bids cost more days than applications"),
    _direction("larger lots never raise the number of bids",
               {"bundling": 0.0}, {"bundling": 0.8}, "bids", DOWN, "fewer lots to bid for"),
    _direction("a single lead never raises small organisations' share of public money",
               {"single_lead": 0.0}, {"single_lead": 0.8}, "small_money", DOWN,
               "the lead keeps a fee, and large bodies win"),
    _direction("a lead's higher fee never raises small organisations' share of public money",
               {"lead_fee": 0.0}, {"lead_fee": 0.4}, "small_money", DOWN, "partners get less"),
    _direction("a cut never raises the public money paid",
               {"funding_cut": 0.0}, {"funding_cut": 0.4}, "commissioned_money", DOWN,
               "there is less to pay"),
    _direction("a larger purse never lowers the public money paid",
               {"purse_change": 0.0}, {"purse_change": 0.5}, "commissioned_money", UP,
               "there is more to pay"),
    _direction("longer reports never lower the attention spent on reporting",
               {"reporting": 0.0}, {"reporting": 0.3}, "report_share", UP, "by definition"),
    _direction("one form for all never raises the attention spent on reporting",
               {"pooled_forms": 0.0}, {"pooled_forms": 1.0}, "report_share", DOWN,
               "each report takes less"),
    _direction("imposed targets never lower stress",
               {"targets": 0.0}, {"targets": 0.9}, "stress", UP, "the bound are under pressure"),
    _direction("core funding never raises stress",
               {"core_share": 0.0}, {"core_share": 0.8}, "stress", DOWN,
               "fewer posts are bound, and some may be put by"),
    _direction("full cost recovery never raises closures",
               {"full_cost": 0.0}, {"full_cost": 1.0}, "closures", DOWN,
               "awards pay for what they cost"),
    _direction("match funding never lowers the number of awards turned down",
               {"match_funding": 0.0}, {"match_funding": 0.5}, "declined", UP, "strings put off"),
    _direction("slack never lowers impact",
               {"slack": 0.0}, {"slack": 0.3}, "impact", UP, "more attention to work with"),
    _direction("more connectors never lower the number of introductions",
               {"connectors": 0}, {"connectors": 6}, "introductions", UP, "it is what they do"),
    _direction("more connectors never lower trust among the familiar",
               {"connectors": 0}, {"connectors": 6}, "trust_familiar", UP,
               "a claim of those who run such programmes"),
    _direction("facilitation never lowers the share of meetings that go well",
               {"facilitation": 0.0}, {"facilitation": 0.8}, "meetings_well", UP,
               "it takes the edge off power and grievance"),
    _direction("practice in conflict never lowers the share of conflicts that are raised",
               {"conflict_practice": 0.0}, {"conflict_practice": 1.0}, "raised_share", UP,
               "the less open learn to speak"),
    _direction("more exploration never lowers the number of ties",
               {"exploration": 0.0}, {"exploration": 0.7}, "ties", UP,
               "new ties come from nowhere else"),
    _direction("equal voice never lowers small members' share of voice",
               {"voice_equality": 0.0}, {"voice_equality": 1.0}, "small_voice", UP,
               "weights are levelled"),
    _direction("equal reward never lowers small members' share of pots",
               {"reward_equality": 0.0}, {"reward_equality": 1.0}, "small_pot", UP,
               "shares are levelled"),
    _direction("a duty to join never lowers the share in working alliances",
               {"duty_to_join": 0.0}, {"duty_to_join": 1.0}, "alliance_share", UP,
               "the unwilling come too"),
    _direction("more talk about purpose never lowers shared understanding",
               {"deliberation": 0.0}, {"deliberation": 1.5}, "understanding", UP,
               "talk builds it"),
    _direction("solidarity never lowers the number of abuses called out",
               {"solidarity": 0.0}, {"solidarity": 0.8}, "called_out", UP,
               "backing lowers the fear of speaking"),
    _direction("losses that count more never raise mean trust",
               {"loss_ratio": 1.0}, {"loss_ratio": 6.0}, "trust", DOWN, "each bad day costs more"),
    _direction("more turnover of key people never raises the number of familiar ties",
               {"turnover_rate": 0.0}, {"turnover_rate": 0.5}, "mean_ties", DOWN,
               "with the person goes part of the tie"),
    _direction("more hosting of the failing never raises closures",
               {"hosting": 0.0}, {"hosting": 1.0}, "closures", DOWN, "a host is not an end"),
    _direction("readier hosts never raise closures as long as nobody is absorbed",
               {"hosting": 0.0, "absorption": 0.0}, {"hosting": 1.0, "absorption": 0.0},
               "closures", DOWN, "a host is not an end"),
)  # fmt: skip
