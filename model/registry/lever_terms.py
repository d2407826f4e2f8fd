"""Levers: the terms that come with money."""

from alliances.model.registry import attention, free, levers, money, number, switch, whole

TERMS = levers(
    "commission",
    number(
        "core_share",
        0.2,
        0,
        1,
        "share",
        0,
        "Core funding",
        "Share of each award that pays for the organisation, not for a project. Project money "
        "ends with the project; core money can be held back for bad times. Small bodies without "
        "other income may gain most.",
        levels=(0.2, 0.5, 0.8),
        price=free("the same money, fewer strings"),
        source=(
            "range: all of it; some charities would take over 30 % less money if it were "
            "unrestricted (foundationalthinking.org); default assumed; cases: "
            "meam-coalition, place-neutral-funder"
        ),
        question="What comes with the money",
        told="{} of each award was core money (usual: {})",
        aliases=("core_funding", "unrestricted_share"),
    ),
    number(
        "capital_share",
        0.0,
        0,
        1,
        "share",
        0,
        "Capital",
        "Share of each award that may only be spent on buildings and equipment. It is easily "
        "given, but it pays no running costs.",
        levels=(0.1, 0.25, 0.5),
        price=free("the same money, other strings"),
        source="assumed; case: rural-action-zone",
        aliases=("capital",),
    ),
    whole(
        "renewal_notice",
        0,
        0,
        12,
        "months",
        0,
        "Notice of renewal",
        "Months before its end at which an award on good record is renewed. Holders may plan "
        "ahead; newcomers find less money that is free.",
        levels=(3, 6, 12),
        price=free("commits the purse earlier"),
        source=(
            "assumed; case: funding-category-change; 92 % of 1,241 charities put multi-year "
            "funding high (IVAR 2022-24)"
        ),
        decides=("renewal_on_record",),
    ),
    number(
        "additionality",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Only new things",
        "How far those already funded are passed over in favour of new work. Newcomers may "
        "gain; proven work may end.",
        levels=(0.2, 0.5, 0.9),
        price=free("a rule of the award"),
        source="assumed; case: funding-category-change",
    ),
    number(
        "targets",
        0.3,
        0,
        1,
        "0-1",
        0,
        "Imposed targets",
        "Share of an award's work bound by targets. The payer gains control; the work narrows "
        "to what is counted, and checking takes time.",
        levels=(0.2, 0.5, 0.9),
        price=attention("half a day a month for each full-time post bound (assumed)"),
        source="assumed; cases: school-targets, integrated-care-committees, guidelines-return",
        question="What comes with the money",
        aliases=("imposed_targets", "own_targets", "targets_imposed"),
    ),
    number(
        "targets_owned",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Targets set together",
        "Share of targets that the organisations set themselves. Such targets bring no control "
        "from outside, but setting them takes time.",
        levels=(0.3, 0.6, 1.0),
        price=attention("half a day a month of each member for setting them (assumed)"),
        source="assumed; cases: sure-start, city-partnership",
        aliases=("owned_targets",),
    ),
    number(
        "payment_by_results",
        0.0,
        0,
        1,
        "share",
        0,
        "Payment by results",
        "Share of an award paid only in proportion to success. The payer risks less; bodies "
        "without reserves carry that risk.",
        levels=(0.1, 0.25, 0.5),
        price=free("unpaid money stays in the purse"),
        source=(
            "assumed; charities have less working capital and struggle between work and "
            "payment (NAO 2015); case: bed-blocking"
        ),
        process="account",
    ),
    number(
        "payment_delay",
        1.0,
        0,
        12,
        "months",
        0,
        "Paid in arrears",
        "Months by which each award's first payment comes late. It is bridged from reserves, so "
        "those with thin reserves may not survive it.",
        levels=(1.0, 3.0, 6.0),
        price=free("payees bridge it from reserves"),
        source=(
            "assumed; charities have less working capital and struggle between work and "
            "payment (NAO 2015)"
        ),
    ),
    number(
        "reporting",
        0.077,
        0,
        0.3,
        "share",
        0,
        "Reporting",
        "Share of an award's value that reporting on it costs. These days are taken from "
        "delivery; many strings may also keep some from taking the money.",
        levels=(0.03, 0.08, 0.15),
        price=attention("of the receiver, reporting x award / GBP 180 in days"),
        source=(
            "default: reporting costs 7.7 % of GBP 5.4bn of grants, a quarter of it "
            "duplicated (NPC); range assumed; case: paper-trail"
        ),
        process="account",
        question="What comes with the money",
        decides=("right_to_decline",),
    ),
    number(
        "pooled_forms",
        0.0,
        0,
        1,
        "0-1",
        0,
        "One form for all",
        "How far commissioners share forms for bids and reports. It matters where there is more "
        "than one purse, and most to those with little staff.",
        levels=(0.3, 0.6, 1.0),
        price=money("a shared office (assumed)", per="place", gbp=20_000),
        source=(
            "assumed; a quarter of reporting is duplicated (NPC); cases: "
            "grant-makers-alliance, standards-fund-58"
        ),
        aliases=("reporting_pooled",),
    ),
    number(
        "full_cost",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Full cost recovery",
        "Share of the uncovered cost of contracts that commissioners pay. Those who are paid no "
        "longer pay in; with the same purse fewer awards are made.",
        levels=(0.3, 0.6, 1.0),
        price=free("awards are larger by what they cover: fewer of them"),
        source=(
            "62 % of charities are not paid the full cost (NPC, State of the Sector 2024); "
            "default assumed"
        ),
        process="account",
        aliases=("full_cost_recovery",),
    ),
    number(
        "match_funding",
        0.0,
        0,
        1,
        "share",
        0,
        "Match funding",
        "Share of an award that the receiver must find from its own income. Money may go "
        "further; those without other income cannot take part.",
        levels=(0.1, 0.25, 0.5),
        price=free("the receiver's reserves"),
        source="default: no match needed (National Lottery Community Fund 2019); range assumed",
        process="account",
    ),
    number(
        "joint_measures",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Measuring what lies between",
        "How far joint results, not each body's own, are what is looked at. What lies between "
        "organisations comes into view; it is harder to say who did what.",
        levels=(0.3, 0.6, 1.0),
        price=money("data and evaluation (assumed)", per="place", gbp=15_000),
        source="assumed; cases: best-value-inspection, kent-learning-set, sure-start",
        process="deliver",
    ),
    number(
        "overhead",
        0.08,
        0,
        0.6,
        "share",
        0,
        "Central staff",
        "Share of every award and alliance spent on the centre: it takes over part of the "
        "co-ordination and leaves less to deliver. Partners with little time may gain by it, up "
        "to a point.",
        levels=(0.05, 0.1, 0.25),
        price=free("taken from the awards"),
        source=(
            "assumed; swept; cases: city-partnership, authority-at-the-front, volunteer-scheme"
        ),
        process="account",
    ),
    number(
        "reallocation",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Moving underspend",
        "Share of unpaid money moved at mid-term to partners who deliver. Those who deliver may "
        "gain; those who had a bad half-year lose the rest.",
        levels=(0.3, 0.6, 1.0),
        price=free("money that would have gone back"),
        source="assumed; case: city-partnership",
        process="account",
    ),
    number(
        "pass_through",
        0.7,
        0,
        1,
        "share",
        1,
        "Leaders who can commit",
        "Share of a member's staff bound by what its leader agreed. Below 1, part of the staff "
        "go on with their own work as if nothing had been agreed.",
        levels=(0.3, 0.6, 0.9),
        price=free("an agreement inside each member"),
        source="assumed; case: kent-learning-set",
        process="deliver",
    ),
    number(
        "duty_to_join",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Duty to join",
        "Chance that an invitation compels the seat; it does not compel the contribution. "
        "Tables fill up, and their co-ordination costs all who sit there.",
        levels=(0.2, 0.5, 1.0),
        price=attention("of the unwilling, for co-ordination"),
        source="assumed; case: money-held-by-one",
        process="ally",
    ),
    switch(
        "new_money",
        0,
        "New money",
        "Whether levers are paid for on top of the purse instead of out of it. Compare levers "
        "with this off, or the gain of more money is mixed into theirs.",
        price=free("the sum of the other prices"),
        source=(
            "a choice of the comparison, not a figure; a backbone is best paid with new "
            "money (collaborationforimpact, FSG, SSIR)"
        ),
    ),
    number(
        "purse_change",
        0.0,
        -0.9,
        2,
        "share",
        0,
        "More or less money",
        "Change of the public purse: 0.1 is a tenth more, -0.1 a tenth less. Use it to ask what "
        "the same money buys without any other change.",
        levels=(0.1, 0.25, 0.5),
        price=money("the money itself", per="purse", gbp=1.0),
        source="range assumed; the yardstick for equal-cost comparisons",
    ),
    number(
        "funding_cut",
        0.0,
        0,
        0.9,
        "share",
        0,
        "Cut",
        "Share of the public purse that is taken away. Bodies that live on the purse feel it "
        "most; watch size bands apart.",
        levels={"none": 0.0, "low": 0.1, "medium": 0.2, "high": 0.4},
        price=money("saves the money itself", per="purse", gbp=-1.0),
        source=(
            "range: state income of charities of GBP 25k-1m fell by up to 38 % from 2008 to "
            "2013 while that of charities above GBP 100m rose by 38 % (House of Lords, "
            "Stronger Charities 2017)"
        ),
    ),
)
