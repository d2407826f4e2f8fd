"""Levers: how organisations meet, find a purpose, decide and watch over each other."""

from alliances.model.registry import attention, free, levers, money, number, switch

DECISIONS = levers(
    "deliberate",
    number(
        "exploration",
        0.35,
        0,
        1,
        "share",
        0,
        "Exploration",
        "Share of meetings with organisations that are no ties yet. New ties come from here; "
        "old ties are tended less.",
        levels=(0.2, 0.4, 0.7),
        price=attention("the meetings themselves"),
        source=(
            "form: rings of team assembly, Guimera et al. 2005; value assumed; swept; "
            "cases: time-for-kids, citizens-assembly-stirling"
        ),
        process="meet",
        aliases=("stranger_ring",),
        decides=("familiarity_first",),
    ),
    number(
        "facilitation",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Facilitated meetings",
        "How far power and grievance are kept out of meetings by a facilitator. It helps only "
        "where there is something to keep out; the weaker side may gain most.",
        levels=(0.2, 0.5, 0.9),
        price=money(
            "facilitators, about three days a year each (assumed)", per="organisation", gbp=600
        ),
        source="assumed; case: leaders-in-partnership",
        process="meet",
        told="power and grudges were kept out of meetings by {} (usual: {})",
    ),
    number(
        "goodwill",
        0.0,
        0,
        20,
        "meetings",
        0,
        "Assume the best",
        "Extra good first meetings counted in advance with every stranger. It makes starting "
        "easy; among those who want to dominate the trusting may lose by it.",
        levels=(1.0, 4.0, 10.0),
        price=money("a campaign (assumed)", per="value", gbp=1_000),
        source="assumed; cases: assume-the-best, business-summit",
        process="meet",
    ),
    number(
        "deliberation",
        0.25,
        0,
        4,
        "days a month",
        0,
        "Shared purpose",
        "Funded days a month that each member spends on finding a shared purpose. The days are "
        "missing elsewhere at first; what is agreed may be nearer to what all want.",
        levels=(0.25, 1.0, 2.0),
        price=money(
            "members' time at GBP 180 a day; about a fifth of organisations are members (assumed)",
            per="organisation",
            gbp=400,
        ),
        source=(
            "assumed; cases: three-years-listening, citizens-assembly-stirling, schools-and-camhs"
        ),
        question="How they work together",
        aliases=(
            "deliberation_early",
            "funded_deliberation",
            "shared_purpose",
            "shared_purpose_days",
        ),
    ),
    number(
        "voice_equality",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Equal voice",
        "How far every member's position counts the same. The weak gain a say; the strong may "
        "find less reason to stay.",
        levels=(0.3, 0.6, 1.0),
        price=free("a rule of the alliance"),
        source=(
            "assumed; cases: community-covenant, front-line-standards; unanimous decisions "
            "are the rule of alliance contracts (LH Alliances)"
        ),
        question="How they work together",
        aliases=("voice",),
    ),
    number(
        "lived_experience_weight",
        0.0,
        0,
        1,
        "share",
        0,
        "Voice of people who use services",
        "Share of each decision that people who use services have. They may see need where "
        "agencies do not; it counts only as far as decisions are followed.",
        levels=(0.1, 0.25, 0.5),
        price=money("expenses and support (assumed)", per="value", gbp=30_000),
        source="cases: user-half-vote (one half), citizens-by-lot; default assumed",
    ),
    switch(
        "sortition",
        0,
        "Drawn by lot",
        "Whether those people are drawn by lot instead of chosen by the lead. The drawn speak "
        "for more kinds of people; the chosen may say what the lead likes to hear.",
        price=money("the draw (assumed)", per="place", gbp=10_000),
        source="cases: citizens-by-lot; default assumed",
    ),
    number(
        "co_production",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Co-production",
        "How much is asked of those served before something is decided. It buys samples of "
        "need, which may be wrong but are nobody's guess.",
        levels=(0.2, 0.5, 0.9),
        price=money("paid samples of need (assumed)", per="place", gbp=40_000),
        source="assumed; cases: parents-first, slough-youth-research, co-design-first",
    ),
    number(
        "majority",
        0.5,
        0.5,
        1,
        "share",
        0.5,
        "Majority needed",
        "Share of the members who must accept a decision; 1 is all of them. A high bar protects "
        "the few; more decisions fail and are talked over again.",
        levels=(0.6, 0.75, 1.0),
        price=free("a decision that fails waits a month"),
        source=(
            "range: from a simple majority to unanimous decisions, the rule of alliance "
            "contracts (LH Alliances); default assumed"
        ),
    ),
    number(
        "consequence",
        0.5,
        0,
        1,
        "0-1",
        0,
        "Consequence",
        "Share of what was agreed that delivery follows. Asking people and then doing something "
        "else costs their trust.",
        levels=(0.2, 0.5, 0.9),
        price=free("giving up own priorities"),
        source="assumed; cases: citizens-by-lot, slough-youth-research",
    ),
    switch(
        "blank_sheet",
        0,
        "Blank sheet",
        "Whether members set priorities together from the start, not the lead. It takes longer "
        "to begin; those who join may find their own aims in it.",
        price=attention("a day of each member at the start (assumed)"),
        source="assumed; cases: time-for-kids, co-design-first, citizens-assembly-stirling",
        process="ally",
        decides=("preset_agenda",),
    ),
    number(
        "action_bias",
        0.3,
        0,
        1,
        "0-1",
        0,
        "Small joint actions",
        "Share of deliberation spent on small joint actions instead of talk. Actions show early "
        "what partners can do; talk is what brings purposes together.",
        levels=(0.2, 0.5, 0.8),
        price=free("the same days"),
        source=(
            "assumed; cases: integrated-care-committees, business-summit, three-years-listening"
        ),
    ),
    number(
        "neutral_chair",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Neutral chair",
        "How far a neutral chair takes the agenda from the strongest. Neither money nor rule "
        "changes; watch who speaks.",
        levels=(0.3, 0.6, 1.0),
        price=money("a chair's fee (assumed)", per="place", gbp=6_000),
        source="assumed; case: neutral-chair",
    ),
    number(
        "secret_ballot",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Secret ballot",
        "How far positions are given without being seen. Those who fear the strong can say what "
        "they want; nobody can be held to what was said.",
        levels=(0.3, 0.6, 1.0),
        price=free("a rule of the alliance"),
        source="assumed; case: secret-ballot",
    ),
    number(
        "solidarity",
        0.1,
        0,
        1,
        "0-1",
        0,
        "Solidarity",
        "How far organisations back one another when one speaks up. The weak gain courage where "
        "they trust each other; it costs every one a little time.",
        levels=(0.1, 0.3, 0.7),
        price=attention("of everybody, a tenth of a day a month at 1 (assumed)"),
        source="assumed; cases: tenants-campaign, call-it-out, standards-fund-58",
        process="reckon",
        aliases=("solidarity_upward",),
    ),
    number(
        "conflict_practice",
        0.2,
        0,
        1,
        "0-1",
        0,
        "Practice in conflict",
        "How far disagreement is made normal, raised and mended. Raised conflict costs a little "
        "trust at once; avoided conflict leaves a grievance.",
        levels=(0.2, 0.5, 0.9),
        price=money("training (assumed)", per="organisation", gbp=300),
        source="assumed; case: embrace-conflict",
        process="meet",
        told="{} of quarrels that people tend to hide came out (usual: {})",
        decides=("safety_in_speaking_up",),
    ),
    number(
        "oversight",
        0.2,
        0,
        1,
        "0-1",
        0,
        "Standards and oversight",
        "How far codes of conduct stop overruling and grabbing. Weak members are protected; all "
        "members spend time on it.",
        levels=(0.2, 0.5, 0.9),
        price=attention("half a day a month of every member at 1 (assumed)"),
        source="assumed; case: standards-or-purpose",
        process="reckon",
    ),
    number(
        "peer_accountability",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Oversight by peers",
        "Share of oversight done by equals who know each other: less burden where ties are. "
        "Where nobody knows each other it does little.",
        levels=(0.3, 0.6, 1.0),
        price=free("peers take over what overseers did, at a fifth of the burden (assumed)"),
        source="assumed; case: peer-accountability",
        process="reckon",
        aliases=("oversight_by_peers",),
    ),
)
