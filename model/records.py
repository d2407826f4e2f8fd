"""The columns of the tables: one row an organisation, a tie, an alliance, an agreement.

A process declares columns that are its own; they stand behind those of its table here.
"""

import numpy as np

import alliances.model.processes  # noqa: F401  (what they declare is known from here on)
from alliances.model.kernel.process import DECLARED
from alliances.model.kernel.state import ACCOUNTS, BANDS, CONTACTS, NEEDS, PATRONS, SEATS, SECTORS

# Rows, months and switches take four bytes where there are many of them;
# `alliances.model.kernel.compiled` hands them on as int64, as a function called with two widths
# would be compiled twice.
_F, _I, _U, _B, _L = "f8", "i4", "u8", "i4", "i8"


def _record(table: str, *fields: tuple) -> np.dtype:
    declared = (found.columns.get(table, ()) for found in DECLARED.values())
    return np.dtype([*fields, *(field for columns in declared for field in columns)], align=True)


# Columns that are used together lie together: one step of a process then reads few lines of memory.
ORGANISATION = _record(
    "organisations",
    # Who it is, and what others look up.
    ("uid", _U),  # never reused
    ("income", _F),  # GBP a year, 12-month mean of all income
    ("tie_start", _L),
    ("degree", _F),  # familiar ties, while measures are taken
    ("trust_sum", _F),
    ("trusting", _F),  # 1 while measures are taken if it has a familiar, trusted tie
    ("status", _B),
    ("sector", _B),
    ("band", _B),  # size stratum, fixed when the place is built
    ("tie_count", _I),
    # What a meeting is about.
    ("priorities", _F, (NEEDS,)),
    ("stress", _F),
    ("free", _F),  # what is left of it
    # How it behaves.
    ("load", _F),  # days spent last month on commitments
    ("openness", _F),
    ("mutuality", _F),
    ("dominance", _F),
    ("trust_received", _F),  # mean trust that its ties have in it
    ("reach", _F),  # (attention / 40) ** (1/2): meetings and ties grow with it
    ("place", _I),
    ("tie_capacity", _I),  # slots that it can fill
    ("met", _I),  # meetings this month
    ("order_speak", _B),
    ("seat", _I, (SEATS,)),  # member rows
    # Who pays it.
    ("patron", _I, (PATRONS,)),  # row of a payer, or -2 - commissioner
    ("patron_money", _F, (PATRONS,)),  # GBP a month, 12-month mean
    ("record", _F),  # track record 0-1
    ("ideas", _F),  # productivity gained from new ideas
    # Trust in strangers.
    ("good", _F, (len(SECTORS),)),  # remembered good first meetings by sector
    ("bad", _F, (len(SECTORS),)),
    ("stranger_prior", _F),
    # Its month.
    ("attention", _F),  # stock of this month
    ("received", _F),  # GBP of agreements received this month
    ("bound", _F),  # staff share bound by targets of running agreements
    ("core", _F),  # share of income that is core funding
    ("earmarked", _F),  # GBP received this month that may only buy things, or were matched
    ("report_due", _F),  # staff-days that this month's awards will take to report on
    ("solo_days", _F),  # effective days delivered alone this month
    ("joint_days", _F),
    ("bid_days", _F),
    ("report_days", _F),
    ("coordination_days", _F),
    ("solo_worked", _F),  # staff-days delivered with alone this month
    ("lent", _F),  # staff-days lent this month
    ("borrowed", _F),
    ("lender", _I),
    ("order_bid", _B),  # orders of a player for this month; NONE is the model's own choice
    # Its books.
    ("reserves", _F),  # GBP
    ("costs", _F),  # GBP a year
    ("own_income", _F),  # GBP a year from own sources
    ("own_income_start", _F),
    ("commissioned", _F),  # GBP a year, 12-month mean, from agreements
    ("capital", _F),  # GBP of buildings and equipment paid by capital awards
    ("bid_cost_year", _F),  # GBP, 12-month mean of bidding
    ("months_below_zero", _I),
    # What it can do.
    ("expertise", _F, (NEEDS,)),
    ("channelled", _F, (NEEDS,)),  # GBP a month paid by or through it, 12-month mean
    ("bid_effort", _F),  # effort as a share of the lot's value
    ("win_chance", _F),  # its chance in the last contest
    ("losses", _I),  # tenders lost in a row
    ("out_until", _I),  # month until which it sits tenders out
    # What it is by nature.
    ("mission", _F, (NEEDS,)),
    ("mutuality_disposition", _F),
    ("openness_disposition", _F),
    ("dominance_disposition", _F),
    # The rest.
    ("body", _U),  # uid of the whole organisation; branches in several places share it
    ("next_branch", _I),  # row of the next branch of the same body, NONE at the last
    ("first_branch", _I),  # row that keeps the body's books
    ("phase", _B),  # planning phase 0-11
    ("host", _I),  # row of the hosting organisation
    ("born", _I),  # month
    ("tie_room", _I),  # slots laid out for it
    ("order_join", _B),
    ("order_leave", _B),
    ("order_contribute", _F),
)

TIE = _record(
    "ties",
    ("a", _I),  # row of one end; NONE in a free record
    ("b", _I),  # row of the other end; in a free record the next free one
    ("trust_ab", _F),  # trust that a has in b
    ("trust_ba", _F),
    ("grievance_ab", _F),  # what a holds against b
    ("grievance_ba", _F),
    ("familiarity", _F),
    ("evidence_ab", _F),  # effective number of experiences, used by the rule `beta`
    ("evidence_ba", _F),
    ("met", _I),  # month of the last meeting
    ("co_bid", _I),  # month in which the two last bid against each other
    ("post", _B),  # a joint post holds the tie
    ("introduced", _B),  # made by a connector
)

SLOT = _record("slots", ("partner", _I), ("tie", _I))

ALLIANCE = _record(
    "alliances",
    ("uid", _U),
    ("place", _I),
    ("alive", _B),
    ("blank_sheet", _B),
    ("lead", _I),
    ("connector", _I),  # convened by; NONE without
    ("born", _I),
    ("members", _I),
    ("taken", _I),  # seats up to the last one that is taken
    ("core", _I),
    ("shared", _F, (NEEDS,)),
    ("pot", _F),  # GBP paid in this month
    ("success", _F),  # 6-month moving mean of delivered / pledged
    ("months_failing", _I),
    ("conflicts", _F),  # open conflicts
    ("understanding", _F),  # shared understanding 0-1
    ("delivered", _F),  # effective days this month
    ("pledged", _F),
    ("last_delivery", _I),
    ("consequence", _F),
    ("agreed", _B),
)

MEMBER = _record(
    "members",
    ("organisation", _I),  # NONE in a free seat
    ("alliance", _I),
    ("core", _B),
    ("compelled", _B),
    ("joined", _I),
    ("days", _F),  # staff-days given this month
    ("pledge", _F),
    ("effective", _F),  # effective days this month
    ("money", _F),  # share of the pot
    ("credit", _F),  # share of the credit
    ("contribution", _F),  # share of effective days
    ("weight", _F),  # share of weight in the group
    ("raw", _F),  # weight before it is made a share
    ("standing", _F),
    ("outside", _F),  # GBP a month that its days would have earned alone
    ("voice", _F),  # running share of positions stated and adopted
    ("stated", _B),
)

AGREEMENT = _record(
    "agreements",
    ("payer", _I),  # -2 - commissioner, a row, or NONE for an outside account
    ("via", _I),  # row through which it is paid, NONE when direct
    ("payee", _I),  # row; NONE when paid to an alliance's pot; -2 in a free record
    ("alliance", _I),
    ("alliance_uid", _U),
    ("amount", _F),  # GBP a month
    ("start", _I),
    ("end", _I),  # first month without payment
    ("core", _F),  # share that pays for running costs
    ("bound", _F),  # share bound by targets
    ("need", _I),
    ("kind", _B),
)

# What the input says was there before the first month.
OPENING_TIE = _record(
    "opening_ties", ("a", _I), ("b", _I), ("strength_ab", _F), ("strength_ba", _F)
)
OPENING_GRANT = _record(
    "opening_grants",
    ("payee", _I),
    ("payer", _I),  # a row, or -2 - commissioner
    ("monthly", _F),
    ("months_left", _I),
)

COMMISSIONER = _record(
    "commissioners",
    ("uid", _U),
    ("place", _L),
    ("body", _L),  # organisation row, NONE for an outside funder
    ("share", _F),  # of the place's purse
    ("offset", _L),  # month of the year in which its round falls
    ("channelled", _F, (NEEDS,)),
    ("regime_shift", _F),  # how far a coalition has moved it from tender to agreement
    ("criteria", _L),  # how far its categories have been shifted
    ("partners", _L, (8,)),  # scratch: whom the contract at hand is passed on to
)

CONNECTOR = _record(
    "connectors",
    ("uid", _U),
    ("place", _I),
    ("active", _B),
    ("host", _B),
    ("host_row", _I),
    ("neutrality", _F),
    ("funded_until", _I),
    ("contacts", _I),
    ("contact", _I, (CONTACTS,)),
    ("contact_uid", _U, (CONTACTS,)),
    ("arrived", _I),
    ("closed", _B),  # its funding ended before its post
    ("trusted", _F, (CONTACTS,)),  # trust that each contact has in the connector
    ("introductions", _I),
    ("worked", _F),  # running share of introductions that went well
)

PLACE = _record(
    "places",
    ("uid", _U),
    ("start", _L),  # organisation rows
    ("stop", _L),
    ("built", _L),  # organisations it was built with; all scales are fixed on it
    ("forums", _L),
    ("lots", _L),
    ("active", _L),  # rows in this month's order
    ("gone", _L),  # bodies that ended this month
    ("row_free", _L),  # first free organisation row, linked by `host`
    ("tie_start", _L),
    ("tie_stop", _L),
    ("tie_top", _L),  # no tie lies at or behind it
    ("tie_free", _L),
    ("alliance_start", _L),
    ("alliance_stop", _L),
    ("alliance_hint", _L),  # no free row of alliances lies before it
    ("alliances", _L),  # alive
    ("agreement_start", _L),
    ("agreement_stop", _L),  # end of the capacity
    ("agreement_count", _L),
    ("commissioner_start", _L),
    ("commissioner_stop", _L),
    ("connector_start", _L),
    ("connector_stop", _L),
    ("needs", _F, (NEEDS,)),  # effective days a month
    ("needs_start", _F, (NEEDS,)),
    ("public_trust", _F),
    ("public_trust_start", _F),
    ("crisis", _F),  # salience added by a crisis, fading
    ("money", _F, (NEEDS,)),  # GBP a month of commissioned money by need, 12-month mean
    ("purse", _F),  # GBP a year
    ("attainable", _F),  # impact of all capacity, everyone heard, no overheads
    ("solo_capacity", _F),
    ("alliance_money", _F),  # GBP a month paid to alliances, 12-month mean
    ("unpaid", _F),  # GBP held back this month from payment by results
    ("serial", _U),  # counts what was founded, for uids
    ("impact", _F),
    ("need_met", _F, (NEEDS,)),
    ("joint_met", _F, (NEEDS,)),
)

NOW = _record(
    "now",
    ("seed", _U),
    ("month", _L),
    ("phase", _L),  # row of the parameters in force
    ("pulse", _L),  # first month of that phase: shocks strike now
    ("branched", _L),  # whether some body is in several places
    ("log_on", _L),
    ("log_count", _L),
    ("log_lost", _L),
    ("accounts", _F, (len(ACCOUNTS),)),
    ("turnover", _F),  # GBP moved, the scale of the balance check
)

EVENT = _record(
    "events",
    ("month", _I),
    ("kind", _B),  # 0 trust, 1 money
    ("cause", _B),
    ("a", _U),  # who trusts, or who pays (0: an outside account)
    ("b", _U),  # who is trusted, or who is paid
    ("before", _F),
    ("after", _F),  # trust after, or the amount
    ("account", _B),  # outside account, NONE without
)

# Counts and sums of a month that the measures divide; one row for the world.
_COUNTED = (
    "meetings meetings_well raised avoided new_ties dropped_ties introductions "
    "introductions_well turnovers prizes tender_cost declined bids small_commissioned "
    "micro_commissioned commissioned formed dissolved exits sour_exits stated positions "
    "acceptability equity decisions decided grabs called_out mergers hosted released founded "
    "saving policy "
)
# Sums over ties, bodies and alliances at the end of the month.
_SUMMED = (
    "ties familiar trust trust_gap grievance unequal trust_up trust_down cross trust_cross "
    "trust_familiar trust_squares directed mutual sector_out size_out organisations allied "
    "hosted_bodies solo_days joint_days stress mutuality dominance ideas reserve_months "
    "bid_days report_days coordination_days attention income income_squares income_largest "
    "income_small bid_cost_year commissioned_year held trusting pairs pairs_sector pairs_size "
    "spread centrality central_bodies alliances age success conflicts understanding seats voice "
    "voice_squares weight_largest weight_gap small_seats small_leads small_voice small_credit "
    "small_pot small_contribution impact attainable needs needs_met unmet_least public_trust "
    "regime_shift commissioners "
)
TALLY = _record(
    "tally",
    ("closures", _F, (len(BANDS),)),
    *((name, _F) for name in (_COUNTED + _SUMMED).split()),
)

# Scratch space of one place, reused by every place.
WORK = _record(
    "work",
    ("hash", _U),
    ("order", _I),  # rows in this month's keyed order
    ("sorted", _I),
    ("forum", _I),
    ("seat", _I),
    ("bucket", _I),
    ("value", _F),
    ("value_2", _F),
    ("choice", _I),
    ("choice_2", _I),
    ("choice_3", _I),
    ("vector", _F, (NEEDS,)),
)

# One intended meeting or one bid.
PAIR = _record(
    "pairs",
    ("i", _I),
    ("j", _I),
    ("via", _I),  # who carried the trust, or the lot
    ("chance", _F),
    ("common", _F),
    ("draw", _F),
    ("draw_2", _F),
    ("value", _F),
    ("value_2", _F),
    ("facilitation", _F),
    ("mate", _I),
)
