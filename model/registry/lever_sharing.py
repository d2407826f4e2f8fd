"""Levers: what organisations share, and how they bind and rescue each other."""

from alliances.model.registry import attention, free, money, number, whole

SHARING = (
    number(
        "shared_understanding",
        0.0,
        0,
        1,
        "0-1",
        0,
        "One language",
        "Common data and training that give partners one language from the start. It makes work "
        "across sectors cheaper; within one sector there is little to gain.",
        levels=(0.2, 0.5, 0.9),
        price=money("data set and training (assumed)", per="place", gbp=25_000),
        source="assumed; cases: shared-data-set, schools-and-camhs",
    ),
    number(
        "paid_participation",
        0.0,
        0,
        1,
        "share",
        0,
        "Paid participation",
        "Share of small members' days in meetings and co-ordination that is paid back. The "
        "small keep their days for their own work; the large pay for theirs themselves.",
        levels=(0.25, 0.5, 1.0),
        price=money(
            "GBP 180 a day, about eleven days a year each (assumed)", per="organisation", gbp=2_000
        ),
        source="assumed; case: place-neutral-funder",
    ),
    number(
        "slack",
        0.0,
        0,
        0.5,
        "share",
        0,
        "Slack",
        "Funded attention that is bound to nothing. It is there for what falls between "
        "everybody's tasks, and it is dear: it pays people to have time.",
        levels=(0.05, 0.1, 0.25),
        price=money(
            "GBP 180 a day, 56 days a month at 1: mean of charities below GBP 10m",
            per="organisation",
            gbp=120_000,
        ),
        source=(
            "assumed; case: night-club-injuries; price: incomes of the UK-CAT sample (Damm "
            "and Kane 2022)"
        ),
    ),
    number(
        "in_kind",
        0.0,
        0,
        1,
        "share",
        0,
        "Sharing in kind",
        "Share of spare capacity that the large lend to small trusted ties: rooms, staff, "
        "skills. The small may gain a lot for little; the lender has the days no more.",
        levels=(0.1, 0.3, 0.6),
        price=attention("the lender's days"),
        source="assumed; cases: hosted-youth-club, rural-action-zone, national-goes-local",
    ),
    number(
        "in_kind_price",
        0.2,
        0,
        1,
        "of cost",
        0,
        "Price of sharing",
        "What is paid for a lent day, as a share of its cost; 0 is a gift. A low price helps "
        "the borrower; a fair one keeps the lender lending.",
        levels=(0.1, 0.3, 0.7),
        price=free("the borrower pays"),
        source="assumed; case: hosted-youth-club (a small fee)",
    ),
    whole(
        "joint_posts",
        0,
        0,
        20,
        "posts",
        0,
        "Joint posts",
        "Posts that serve two organisations and hold their tie. The tie may outlive changes at "
        "the top; the post costs a salary.",
        levels=(1, 3, 8),
        price=money("one salary each (assumed)", per="value", gbp=40_000),
        source="assumed; case: joint-appointments",
    ),
    number(
        "staff_continuity",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Keeping people",
        "Share of departures of key people that better terms prevent. Relationships stay with "
        "the people who hold them, the bad ones too.",
        levels=(0.2, 0.5, 0.8),
        price=money("better terms for one key person (assumed)", per="organisation", gbp=1_500),
        source="assumed; cases: meam-coalition, co-design-first",
    ),
    number(
        "reward_equality",
        0.2,
        0,
        1,
        "0-1",
        0,
        "Pay by contribution",
        "How far pots and credit are split by contribution, not by weight. Those who do more "
        "than their weight gain; the heavy lose what their weight brought them.",
        levels=(0.2, 0.5, 0.9),
        price=free("moves money between members"),
        source=(
            "assumed; cases: profit-clause, standards-or-purpose; risk and reward follow "
            "collective performance in alliance contracts (LH Alliances)"
        ),
    ),
    number(
        "lead_rotation",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Shared lead",
        "Chance that the lead passes by lot and not to the strongest. The small get to lead; "
        "each handing over takes time.",
        levels=(0.2, 0.5, 1.0),
        price=free("handing over costs nothing in the model"),
        source="assumed; cases: city-partnership, three-years-listening",
    ),
    whole(
        "core_size",
        6,
        0,
        12,
        "members",
        0,
        "Core and wider membership",
        "Members of the core; beyond it members are wider and cost little. 0 has no two tiers, "
        "and then everybody co-ordinates with everybody.",
        levels=(4, 6, 10),
        price=free("a rule of the alliance"),
        source=(
            "about five may be the limit (case: five-organisations); alliances of 4, 6 and "
            "8 members in Lambeth, iDream and Plymouth; case: meam-coalition"
        ),
    ),
    whole(
        "recommitment_months",
        0,
        0,
        60,
        "months",
        0,
        "Recommitment",
        "Months after which members renew, mend or leave honestly; 0 is never. The smaller the "
        "number, the more often they ask each other, and the more time it takes.",
        levels=(6, 12, 24),
        price=attention("half a day of each member each time (assumed)"),
        source="yearly in case city-partnership; otherwise assumed; case: meam-coalition",
    ),
    number(
        "no_rival_bids",
        0.0,
        0,
        1,
        "0-1",
        0,
        "No bids against each other",
        "How far members of one alliance step back from bidding against each other. It spares "
        "trust and bids; a payer has fewer bids to choose from.",
        levels=(0.3, 0.6, 1.0),
        price=free("bids not made"),
        source="assumed; cases: meam-coalition, newcastle-single-contract",
    ),
    number(
        "shared_plans",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Plans shared early",
        "How far plans are known, so that a rival bid is no surprise. It asks members to show "
        "their hand.",
        levels=(0.3, 0.6, 1.0),
        price=attention("a quarter of a day a month of members at 1 (assumed)"),
        source="assumed; case: homeless-network",
    ),
    number(
        "joint_plans",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Planning in step",
        "How far planning years are aligned. Partners can then commit in the same months; each "
        "gives up its own calendar.",
        levels=(0.3, 0.6, 1.0),
        price=money("planning (assumed)", per="place", gbp=5_000),
        source="assumed; swept",
    ),
    number(
        "hosting",
        0.3,
        0,
        1,
        "probability",
        0,
        "Hosting",
        "Chance that a failing body is hosted by a larger, trusted tie. It lives on as itself; "
        "those without such a tie find no host.",
        levels=(0.2, 0.5, 0.9),
        price=attention("the host's days"),
        source="assumed; cases: host-and-release, hosted-youth-club",
    ),
    number(
        "absorption",
        0.3,
        0,
        1,
        "probability",
        0,
        "Absorption",
        "Chance that a failing body that nobody hosts is merged into a larger one. Its work "
        "goes on, its voice ends.",
        levels=(0.2, 0.5, 0.9),
        price=free("the larger takes its money and debts"),
        source="assumed; case: we-own-you",
    ),
    number(
        "release_norm",
        0.2,
        0,
        1,
        "0-1",
        0,
        "Hosted and set free",
        "How far hosts set a body free once it can stand. The small one gets its voice back; "
        "the host gives up control without a price.",
        levels=(0.2, 0.5, 0.9),
        price=free("the host gives up control"),
        source="assumed; case: host-and-release",
    ),
)
