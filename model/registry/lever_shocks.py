"""Shocks: they strike once, in the month in which they are set."""

from alliances.model.registry import free, number

SHOCKS = (
    number(
        "restructuring",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Restructuring",
        "Share of public bodies' relations broken by a reorganisation, once. Whoever had grown "
        "together with a public body starts again.",
        pulse=True,
        levels=(0.2, 0.5, 0.9),
        price=free("a shock, not a choice"),
        source="assumed; case: restructuring",
    ),
    number(
        "inquiry",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Outside inquiry",
        "Public and cross-sector trust lost to an adversarial inquiry, once. All agencies lose, "
        "whoever was to blame.",
        pulse=True,
        levels=(0.15, 0.3, 0.6),
        price=free("a shock, not a choice"),
        source="assumed; case: outside-inquiry",
    ),
    number(
        "crisis",
        0.0,
        0,
        2,
        "salience",
        0,
        "Crisis",
        "A common shock: stress up, and shared need more visible; it fades by half in six "
        "months. The two pull in opposite ways, so the sign is open.",
        pulse=True,
        levels=(0.3, 0.7, 1.5),
        price=free("a shock, not a choice"),
        source="half-life of six months and sizes assumed; swept; case: crisis-window",
    ),
    number(
        "criteria_shift",
        0.0,
        0,
        1,
        "share",
        0,
        "Funder's categories change",
        "Share of awards that fall outside the commissioner's new categories, once. Good work "
        "may end because it no longer fits a heading.",
        pulse=True,
        levels=(0.2, 0.4, 0.8),
        price=free("a shock, not a choice"),
        source="assumed; case: funding-category-change",
    ),
    number(
        "trust_reset",
        0.0,
        -1,
        1,
        "0-1",
        0,
        "Collapse or flourish",
        "Moves every trust this share of the way to 0 (negative) or 1 (positive), once: for "
        "two-start tests. If both starts end at the same place, there is one regime.",
        pulse=True,
        levels={"none": 0.0, "collapse": -1.0, "flourish": 1.0},
        price=free("an experiment, not a choice"),
        source="an experiment: both ends of the range",
    ),
)
