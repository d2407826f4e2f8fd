"""World: how trust, familiarity and grievance move between two organisations."""

from alliances.model.registry import choice, number

TRUST = (
    choice(
        "trust_rule",
        "asymmetric",
        ("asymmetric", "confirmatory", "beta", "reinforcing"),
        "Rule by which trust learns",
        "How one good or bad experience moves trust: four rival rules from the literature. Try "
        "all four: what holds under one rule only says more about that rule than about "
        "partnerships.",
        source=(
            "`reinforcing`: Kim 2009; the other three: common forms, assumed; all four are swept"
        ),
    ),
    number(
        "trust_gain",
        0.16,
        0,
        0.5,
        "per experience",
        0,
        "Gain of trust",
        "Share of the remaining distance to full trust that one good experience covers. Notice "
        "how many good meetings it takes to make up for a bad one.",
        levels=(0.05, 0.3),
        source="assumed; swept: trust is to take years to build",
    ),
    number(
        "loss_ratio",
        3.0,
        0,
        10,
        "ratio",
        1,
        "Loss over gain",
        "How many times heavier a bad experience weighs than a good one; 1 is the null. Whether "
        "bad is stronger than good depends on the setting and is no law, so look at 1 as well.",
        levels=(1.0, 4.0),
        source="assumed; swept from the null of 1 upwards",
    ),
    number(
        "trust_memory",
        0.97,
        0.8,
        1,
        "per experience",
        1,
        "Memory of experience",
        "Share of old evidence kept at each new experience under the rule `beta`. With a short "
        "memory the last few meetings decide; with a long one a good or bad past stays.",
        levels=(0.9, 0.99),
        source="assumed; swept",
    ),
    number(
        "stranger_trust",
        0.45,
        0.05,
        0.95,
        "0-1",
        None,
        "Trust in strangers",
        "Mean disposition to trust somebody never met. It sets where every new tie starts, so "
        "check how much of the later trust is only this starting value.",
        levels=(0.3, 0.6),
        source=(
            "assumed below the .59 measured among working partners (estuary networks, "
            "Berardo and Scholz 2010); swept"
        ),
        aliases=("t0",),
    ),
    number(
        "stranger_spread",
        0.2,
        0,
        0.3,
        "0-1",
        0,
        "Spread of trust in strangers",
        "Standard deviation of that disposition between organisations: how far the wary and the "
        "trusting lie apart.",
        levels=(0.03, 0.2),
        source=(
            "assumed near the SD of .2 measured among working partners (estuary networks, "
            "Berardo and Scholz 2010); swept"
        ),
    ),
    number(
        "stranger_weight",
        4.0,
        0.5,
        50,
        "meetings",
        None,
        "Weight of the disposition",
        "How many first meetings the disposition counts for. A low weight lets one stranger "
        "stand for a whole sector; a high one makes people slow to learn about others.",
        levels=(1.0, 12.0),
        source="assumed; swept",
    ),
    number(
        "stranger_learning",
        1.0,
        0,
        1,
        "0-1",
        0,
        "Learning about strangers",
        "Weight of a first meeting in the trust in its sector; 0 leaves the disposition alone. "
        "Newcomers of a sector may gain or lose by what others of that sector did before them.",
        levels=(0.25, 1.0),
        source="assumed; swept; case: business-summit",
    ),
    number(
        "stranger_memory",
        0.99,
        0.8,
        1,
        "a month",
        1,
        "Memory of first meetings",
        "Share of remembered first meetings kept each month. With little memory a tainted "
        "sector gets a new chance soon.",
        levels=(0.95, 0.998),
        source="assumed; swept",
    ),
    number(
        "familiarity_gain",
        0.15,
        0,
        1,
        "per meeting",
        0,
        "Gain of familiarity",
        "Share of the remaining distance to full familiarity covered by a good meeting. "
        "Familiarity is having grown up together; it grows apart from trust.",
        levels=(0.08, 0.3),
        source="assumed; swept",
        decides=("familiarity",),
    ),
    number(
        "familiarity_decay",
        0.03,
        0,
        0.3,
        "a month",
        0,
        "Fading of familiarity",
        "Share of familiarity lost in a month. Organisations with little time to meet may lose "
        "their ties first.",
        levels=(0.01, 0.05),
        source="assumed; swept",
    ),
    number(
        "grievance_gain",
        0.25,
        0,
        1,
        "per conflict",
        0,
        "Growth of grievance",
        "What one avoided conflict adds to the grievance held. A grievance is what was left to "
        "fester; it burdens the next meeting.",
        levels=(0.1, 0.5),
        source="assumed; swept",
    ),
    number(
        "grievance_decay",
        0.03,
        0,
        0.3,
        "a month",
        0,
        "Fading of grievance",
        "Share of a grievance that fades in a month without anybody doing anything about it.",
        levels=(0.01, 0.1),
        source="assumed; swept",
    ),
    number(
        "tie_capacity",
        24.0,
        4,
        60,
        "ties",
        None,
        "Ties of a mean organisation",
        "Ties that an organisation with 40 staff-days a month can keep; concave in staff, 8 to "
        "120. When an organisation is full, its least familiar tie without a grievance goes, "
        "for both sides.",
        levels=(12.0, 40.0),
        source=(
            "assumed; swept; the density of 19 networks between organisations, .09 to .56, "
            "is the check (bands from published data sets)"
        ),
    ),
)
