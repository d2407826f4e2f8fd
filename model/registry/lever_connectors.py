"""Levers: connectors, the trusted brokers of a place."""

from alliances.model.registry import attention, choice, free, levers, money, number, switch, whole

CONNECTORS = levers(
    "connect",
    whole(
        "connectors",
        0,
        0,
        12,
        "a place",
        0,
        "Connectors",
        "Trusted brokers at work in the place; the number does not grow with the place. They "
        "bring together those who would not meet; each costs what could have been spent on "
        "services.",
        levels=(1, 3, 6),
        price=money("salary and support (assumed)", per="value", gbp=50_000),
        source=(
            "assumed; cases: healthy-communities, place-neutral-funder; funders tend to see "
            "such posts as overhead (collaborationforimpact, FSG, SSIR)"
        ),
        question="Who connects",
        aliases=("connector",),
        decides=("convening",),
    ),
    choice(
        "connector_host",
        "independent",
        ("independent", "funder", "partner"),
        "Who employs the connectors",
        "Who employs the connectors. An outsider is neutral but knows the place less; a "
        "partner's own is less neutral, and the funder's own is paid by the one with the money.",
        neutral="independent",
        price=free("the same salary"),
        source=(
            "cases: place-neutral-funder, rural-action-zone; the sources disagree, so all "
            "three are swept"
        ),
        question="Who connects",
    ),
    number(
        "connector_skill",
        0.7,
        0,
        1,
        "0-1",
        0,
        "Skill of connectors",
        "How well connectors judge and facilitate. The unskilled introduce the wrong people, "
        "and pay for it with the trust that both had in them.",
        levels=(0.3, 0.6, 0.9),
        price=money("training (assumed)", per="value", gbp=4_000, counts="connectors"),
        source="assumed; swept",
        aliases=("connector_skills",),
    ),
    whole(
        "connector_caseload",
        8,
        0,
        40,
        "a month",
        0,
        "Caseload",
        "Introductions that one connector can make in a month. More introductions also take "
        "more of both parties' time.",
        levels=(4, 8, 16),
        price=attention("both parties' meetings"),
        source="assumed: about two a week; swept",
        told="each connector had time for {} introductions a month (usual: {})",
    ),
    whole(
        "connector_months",
        0,
        0,
        240,
        "months",
        0,
        "Months that connectors are funded",
        "Connectors leave after this many months; 0 keeps them to the end. Watch what lasts "
        "once they are gone.",
        levels=(24, 60, 120),
        price=free("shortens what connectors cost"),
        source=(
            "five years of core costs for six backbones in Cincinnati "
            "(collaborationforimpact, FSG, SSIR); range assumed; case: place-neutral-funder"
        ),
        question="Who connects",
        decides=("funding_lapses",),
    ),
    whole(
        "funder_patience",
        0,
        0,
        120,
        "months",
        0,
        "Patience of the funder",
        "Months after which connectors without visible results lose their funding; 0 is endless "
        "patience. Slow beginnings may be cut off before they bear fruit.",
        levels=(12, 36, 60),
        price=free("shortens what connectors cost"),
        source="assumed; case: place-neutral-funder",
        decides=("impatience",),
    ),
    switch(
        "connector_introduces",
        1,
        "Connectors introduce",
        "Whether connectors introduce organisations to one another. Turn it off to see what "
        "mediation alone does.",
        neutral=0,
        price=attention("both parties' meetings"),
        source="assumed; case: mediation-service is the case without introductions",
    ),
    switch(
        "connector_mediates",
        1,
        "Connectors mediate",
        "Whether connectors mend open conflicts. Turn it off to see what introductions alone do.",
        neutral=0,
        price=attention("one meeting of the two each time"),
        source="assumed; cases: mediation-service, profit-clause",
        aliases=("connector_as_mediator",),
    ),
)
