"""World: incomes, costs, closures and contests for money."""

from alliances.model.registry import choice, number, whole

MONEY = (
    number(
        "own_reversion",
        0.03,
        0,
        0.5,
        "a month",
        None,
        "Reversion of own income",
        "Share of the way back to its usual level that own income covers in a month. Own income "
        "is what comes from donors, members and sales, not from the purse.",
        levels=(0.01, 0.1),
        source="assumed; swept",
        aliases=("rho",),
    ),
    number(
        "visibility",
        0.01,
        0,
        0.1,
        "a month",
        0,
        "Credit drives income",
        "How fast credit beyond one's share of income raises own income. Where visibility is "
        "money, whoever serves without seeking credit may pay for it.",
        levels=(0.003, 0.03),
        source="assumed; swept; case: national-goes-local",
        aliases=("credit_to_income", "gamma"),
    ),
    number(
        "income_noise",
        0.062,
        0,
        0.2,
        "a month",
        0,
        "Noise of own income",
        "Standard deviation of the monthly change of own income, in log units: luck, good and "
        "bad. Thin reserves make bad luck dangerous.",
        levels=(0.02, 0.08),
        source="assumed; swept",
        aliases=("sigma",),
    ),
    number(
        "cost_lag",
        0.15,
        0.02,
        1,
        "a month",
        None,
        "Costs follow income",
        "Share of the gap between income and costs closed in a month. Slow costs eat reserves "
        "after a loss; fast ones mean that people are let go at once.",
        levels=(0.05, 0.4),
        source="assumed; swept",
    ),
    number(
        "cost_gap",
        0.22,
        0,
        0.5,
        "0-1",
        0,
        "Costs that contracts do not cover",
        "Share of the true cost that a contract leaves to the organisation. It is paid from "
        "reserves and own income, so those without either may lose most.",
        levels=(0.05, 0.3),
        source=(
            "range: the average charity adds 35 % of a contract's value, about a quarter of "
            "its true cost, and 62 % are not paid the full cost (NPC, State of the Sector "
            "2024); default assumed; swept"
        ),
    ),
    whole(
        "grace_months",
        4,
        1,
        36,
        "months",
        None,
        "Grace below zero",
        "Months that an organisation survives without reserves. Time in which it may be hosted, "
        "absorbed, or recover.",
        levels=(3, 12),
        source=(
            "assumed; swept; check: about 3.1 % of charities are removed a year (McDonnell "
            "et al. 2020)"
        ),
    ),
    number(
        "founding_rate",
        0.033,
        0,
        0.2,
        "a year",
        0,
        "New organisations",
        "Organisations founded a year, as a share of those the place was built with. The new "
        "ones are small and know nobody.",
        levels=(0.015, 0.06),
        source=(
            "about 3.3 % of charities registered and 3.1 % removed a year (McDonnell et al. 2020)"
        ),
    ),
    number(
        "merger_exit",
        0.5,
        0,
        1,
        "probability",
        0,
        "Leaving after a merger",
        "Chance that the key person leaves when a body is absorbed. What that person knew, and "
        "whom, goes too.",
        levels=(0.2, 0.9),
        source="assumed; swept; case: we-own-you",
        aliases=("key_person_exit",),
    ),
    number(
        "hosting_spread",
        2.0,
        1,
        20,
        "ratio",
        None,
        "Size of a host",
        "How many times larger a host must be than the body that it takes in. A high ratio "
        "leaves few possible hosts.",
        levels=(1.5, 6.0),
        source="assumed; swept",
    ),
)

CONTESTS = (
    choice(
        "rival_rule",
        "best_response",
        ("best_response", "escalate"),
        "Rule by which bidders learn",
        "Damped best response to the last rivals, or escalation after losses and then giving up "
        "(Geard and Noble 2010). Notice how much time goes into bids that win nothing.",
        source=(
            "`escalate`: Geard and Noble 2010; `best_response`: contest theory after "
            "Tullock; both are swept"
        ),
    ),
    number(
        "muscle",
        0.3,
        0,
        1,
        "exponent",
        0,
        "Bidding muscle",
        "How much more a day of bidding by a body of ten times the income is worth, as an "
        "exponent: 0.3 is twice. The small may lose contests by it; 0 gives every day the "
        "same worth.",
        levels=(0.15, 0.5),
        source="assumed; swept",
    ),
    number(
        "bid_sensitivity",
        1.5,
        0,
        10,
        "per unit",
        0,
        "Decisiveness of bidding",
        "Slope of the choice to bid in the expected gain; 0 makes it a coin toss. With a steep "
        "slope only those who expect to win will bid.",
        levels=(0.5, 4.0),
        source="assumed; swept",
    ),
    number(
        "lot_spread",
        1.7,
        0,
        2.5,
        "log units",
        0,
        "Spread of lots",
        "Standard deviation of the log value of lots in a round. A wide spread means many small "
        "lots and a few very large ones.",
        levels=(1.0, 2.2),
        source=(
            "grants .5-1.7 (Trafford Council, Lloyds Bank Foundation, Wolfson, Power to "
            "Change; 360Giving), council and health contracts 2.2 (Contracts Finder 2025)"
        ),
    ),
    number(
        "rivalry",
        0.1,
        0,
        0.5,
        "0-1",
        0,
        "Rivalry",
        "Trust lost in a known co-bidder, and more in the winner. It touches only those who bid "
        "for the same lot.",
        levels=(0.02, 0.15),
        source="assumed; swept; case: homeless-network",
    ),
    number(
        "bundling_saving",
        0.1,
        0,
        0.5,
        "0-1",
        0,
        "Saving of bundling",
        "Share of the purse saved when all lots are bundled. It is the saving that is booked, "
        "which must be set against what is lost.",
        levels=(0.0, 0.2),
        source="assumed; swept; case: newcastle-single-contract",
    ),
    number(
        "purse_scale",
        1.0,
        0,
        4,
        "ratio",
        None,
        "Commissioned money",
        "Commissioned money against the measured share of incomes; 1 is as measured. Where the "
        "purse is larger, more organisations depend on it.",
        levels=(0.6, 1.5),
        source=(
            "at 1, the state's share of income by band: micro 8, small 19, medium 31, large "
            "35, major 42 % (UK charities)"
        ),
    ),
    number(
        "failing_bar",
        0.4,
        0,
        1,
        "0-1",
        0,
        "Bar to going on",
        "Share of what was pledged below which an alliance that stays there for six months "
        "ends. A high bar ends weak alliances early; a low one lets them linger.",
        levels=(0.1, 0.4),
        source="assumed; swept",
    ),
    whole(
        "burn_in",
        24,
        0,
        120,
        "months",
        0,
        "Burn-in",
        "Months at today's practice before month 0, left out of the measures. They let ties and "
        "trust settle before anything is changed.",
        levels=(12, 60),
        source="assumed; a choice of the experiment, not a fact",
    ),
)
