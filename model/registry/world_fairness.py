"""World: how partners answer to one another and to power."""

from alliances.model.registry import number

FAIRNESS = (
    number(
        "reciprocity",
        0.5,
        0,
        2,
        "per unit",
        0,
        "Reciprocity",
        "How strongly a partner's contribution against one's own moves trust. Those who give "
        "much notice those who give little.",
        levels=(0.2, 1.0),
        source="assumed; swept",
    ),
    number(
        "fairness",
        0.5,
        0,
        2,
        "per unit",
        0,
        "Sense of fairness",
        "How strongly unequal money, credit and voice move trust (Fehr and Schmidt 1999). "
        "Having less than one's part hurts more than having more.",
        levels=(0.2, 1.0),
        source="form: Fehr and Schmidt 1999; value assumed; swept",
    ),
    number(
        "mutuality_gain",
        0.02,
        0,
        0.3,
        "a month",
        0,
        "Success breeds mutuality",
        "How fast success raises mutuality. Together with erosion it says whether partners grow "
        "more generous or more guarded.",
        levels=(0.005, 0.05),
        source="assumed; swept",
    ),
    number(
        "mutuality_erosion",
        0.02,
        0,
        0.3,
        "a month",
        0,
        "Strain erodes mutuality",
        "How fast stress and rivalry erode mutuality. Pressed organisations may look after "
        "their own first.",
        levels=(0.005, 0.05),
        source="assumed; swept",
    ),
    number(
        "overrule_rate",
        0.3,
        0,
        1,
        "a month",
        0,
        "Overruling and grabbing",
        "Chance a month that a fully dominant, all-powerful member overrules the others or "
        "grabs. Oversight lowers it, and being called out may stop it.",
        levels=(0.05, 0.4),
        source="assumed; swept; case: we-own-you",
    ),
    number(
        "curb",
        0.2,
        0,
        1,
        "0-1",
        0,
        "Effect of calling out",
        "Share of the will to dominate that being called out takes away. Calling out that fails "
        "costs those who spoke.",
        levels=(0.1, 0.5),
        source="assumed; swept; case: call-it-out",
    ),
    number(
        "upward_push",
        0.02,
        0,
        0.2,
        "a month",
        0,
        "Power from below",
        "How far a full coalition moves the commissioner in a month. It needs solidarity, trust "
        "among members, and many of them; at 0 power only comes from above.",
        levels=(0.005, 0.08),
        source="assumed; swept; cases: tenants-campaign, standards-fund-58",
    ),
    number(
        "weight_floor",
        0.05,
        0.001,
        1,
        "power",
        None,
        "Weight of the powerless",
        "Weight in a group that everybody has. The lower it is, the less a member counts on "
        "whom nobody depends.",
        levels=(0.02, 0.2),
        source="assumed; swept",
    ),
    number(
        "standing_weight",
        0.5,
        0,
        2,
        "ratio",
        0,
        "Weight of standing",
        "How much the trust of the others counts beside money. It is the one road to weight for "
        "those without money.",
        levels=(0.2, 1.0),
        source="assumed; swept",
    ),
)
