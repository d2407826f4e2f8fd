"""Levers: how money is awarded."""

from alliances.model.registry import attention, free, levers, money, number, switch, whole

AWARDS = levers(
    "commission",
    number(
        "competition",
        0.5,
        0,
        1,
        "share",
        0,
        "Put out to tender",
        "Share of new public money that is awarded by competitive tender; the rest goes out as "
        "grants and to alliances. Notice the days that go into bids, won and lost. Those who "
        "bid well may gain, and those with little time to bid may lose.",
        levels=(0.2, 0.5, 0.8),
        price=attention("of bidders, at least `bid_days` a bid, and what rivalry drives it to"),
        source=(
            "range: all of it; default assumed, as contracts made up 12.2 of GBP 15.0bn of "
            "state money for charities in 2013/14 but not all are tendered (NCVO; House of "
            "Lords, Stronger Charities 2017)"
        ),
        question="Who gets the money",
        told="{} of new money that did not go to one lead was put out to tender (usual: {})",
    ),
    whole(
        "round_months",
        12,
        1,
        60,
        "months",
        12,
        "Months between rounds",
        "How often each purse is awarded. Every round costs bids; long gaps leave those without "
        "an award waiting.",
        levels=(6, 24, 48),
        price=attention("of bidders and applicants, one round of bids each time"),
        source=("assumed; swept; funders ask how often to compete and how often to work together"),
        aliases=("re_tender_interval",),
    ),
    whole(
        "term_months",
        24,
        3,
        120,
        "months",
        24,
        "Length of an award",
        "Months for which money is awarded. Short terms keep everybody applying; long ones "
        "leave less new money for newcomers each year.",
        levels=(12, 36, 60),
        price=free("the purse is the same"),
        source=(
            "range: grants of up to five years (National Lottery Community Fund) and six "
            "(Lloyds Bank Foundation, 2018 strategy), ten in A Better Start; default "
            "assumed; case: community-covenant"
        ),
        question="What comes with the money",
        aliases=("grant_length",),
        decides=("term_end",),
    ),
    number(
        "bundling",
        0.2,
        0,
        1,
        "0-1",
        0,
        "Larger lots",
        "Fewer and larger lots, and the saving that is booked for them. The large may gain, "
        "because few others are big enough to bid.",
        levels=(0.1, 0.4, 0.8),
        price=free("books a saving of `bundling_saving` x bundling of the purse"),
        source=(
            "assumed; cases: newcastle-single-contract; Plymouth made 1 contract of 25 in 2019"
        ),
        question="Who gets the money",
    ),
    number(
        "turnover_test",
        1.0,
        0,
        10,
        "lot / income",
        0,
        "Turnover test",
        "Bars bidders whose income is below the lot's yearly value divided by the test; 0 is no "
        "test. At 1 a lot may be as large as the bidder's income, at 0.25 only a quarter of it: "
        "the smaller the number, the stricter the test, and the fewer small bidders pass.",
        levels=(4.0, 1.0, 0.25),
        price=free("a rule of the tender"),
        source=(
            "assumed; swept; in a study of 120 tenders more than half were kept out or lost "
            "(Commissioning in Crisis 2016)"
        ),
    ),
    number(
        "intensity",
        1.0,
        0,
        3,
        "exponent",
        0,
        "Intensity of the contest",
        "How decisively effort wins a tender (Tullock); 0 is a lottery. The more decisive, the "
        "more everybody spends on winning.",
        levels=(0.5, 1.0, 2.0),
        price=attention("of bidders, what they spend to win"),
        source="form: Tullock contest, exponent 1 as its usual case; swept",
    ),
    number(
        "collaboration_weight",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Marks for working together",
        "Advantage that a tender gives to bids handed in together. It may bring partners "
        "together for the marks alone, so watch what they do afterwards.",
        levels=(0.1, 0.3, 0.6),
        price=free("a rule of the tender"),
        source="assumed; swept",
        told="joint bids got {} extra marks (usual: {})",
    ),
    number(
        "single_lead",
        0.3,
        0,
        1,
        "share",
        0,
        "One lead contractor",
        "Share of new money paid through one lead, which passes on what it chooses to. It is "
        "simple for the payer; the partners come to depend on the lead.",
        levels=(0.1, 0.4, 0.8),
        price=free("the lead keeps `lead_fee`"),
        source=(
            "assumed; cases: single-gateway, money-held-by-one; funders ask whether one "
            "lead is the only way (London Funders 2013)"
        ),
        question="Who gets the money",
        aliases=("single_gateway",),
    ),
    number(
        "lead_fee",
        0.1,
        0,
        0.4,
        "share",
        0,
        "Fee of the lead",
        "Share of what it passes on that the lead keeps. It pays for real work; above that the "
        "partners may lose by it.",
        levels=(0.05, 0.1, 0.25),
        price=free("paid by the partners"),
        source="range: fees of 0 to 25 % are what funders ask about; default assumed",
        aliases=("management_fee",),
    ),
    number(
        "ring_fence",
        0.0,
        0,
        1,
        "share",
        0,
        "Ring-fence for small partners",
        "Least share of a contract that must reach small partners. It moves money; watch "
        "whether control and voice move with it.",
        levels=(0.1, 0.2, 0.4),
        price=free("moves money inside the contract"),
        source=(
            "case: nhs-trust-and-twelve-charities (GBP 4.5m of 24m, .1875); 23 % of an "
            "emergency fund reached charities of 10-100k, 47 % those of 100k-1m (a fund of "
            "GBP 200m, Civil Society 2021)"
        ),
        question="Who gets the money",
        told="at least {} of each large body's contract was for small partners (usual: {})",
    ),
    number(
        "grant_share",
        0.85,
        0,
        1,
        "share",
        1,
        "Grants among the untendered",
        "Share of untendered money given as grants; the rest goes to alliances. At 1 no "
        "alliance is funded as such and each body is paid alone.",
        levels=(0.4, 0.7, 1.0),
        price=attention("of applicants, half a bid's least effort each (assumed)"),
        source=(
            "assumed; swept; grants fell from GBP 6.1bn to 2.8bn between 2003/04 and "
            "2013/14 (House of Lords, Stronger Charities 2017)"
        ),
        question="Who gets the money",
        decides=("alliance", "alliance_award"),
    ),
    number(
        "devolved_pots",
        0.0,
        0,
        1,
        "share",
        0,
        "Small devolved pots",
        "Share of new money given out locally in pots of at most GBP 8,000. Small groups can "
        "apply easily; each pot buys little, and somebody must give them out.",
        levels=(0.05, 0.15, 0.4),
        price=money(
            "an officer (GBP 40,000, assumed) for each GBP 400,000 given out", per="purse", gbp=0.1
        ),
        source=(
            "size: GBP 8,000 for each councillor (case: councillor-pots); share assumed; "
            "cases: community-covenant, volunteer-scheme"
        ),
        aliases=("local_pots",),
    ),
    whole(
        "commissioners",
        2,
        1,
        3,
        "count",
        1,
        "Commissioners",
        "How many purses the place has: council, health body, independent funder. More purses "
        "mean more places to turn to, and more forms to fill in.",
        levels=(1, 2, 3),
        price=free("the same money in more hands"),
        source=(
            "assumed; case: grant-makers-alliance; commodified and collaborative modes run "
            "in parallel (Sheaff et al. 2024)"
        ),
        aliases=("several_commissioners",),
    ),
    switch(
        "commissioner_is_member",
        0,
        "Commissioner in the alliance",
        "Whether a public body that holds a purse may also sit in alliances. It shares the work "
        "and the risk; its power over the others comes to the table with it.",
        price=attention("its share of co-ordination"),
        source=(
            "alliance contracts, where the commissioner is a member and shares the risk "
            "(Lambeth; LH Alliances); default assumed"
        ),
        process="ally",
    ),
)
