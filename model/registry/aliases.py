"""Other names of parameters: how the cases, funders and the ODD's symbols speak of them.

A name in `SAME` means the same quantity in the same direction: setting it sets the parameter. A
name in `DECIDED_BY` is decided by a parameter on a scale of its own, often the other way round:
looking it up finds that parameter, setting it is an error that says so.
"""

from collections.abc import Mapping

SAME: Mapping[str, str] = {
    # --- the cases' words --------------------------------------------------------------------
    "bridging": "bridging_bonus",
    "capital": "capital_share",
    "common_shock": "crisis",
    "connector": "connectors",
    "connector_as_mediator": "connector_mediates",
    "connector_skills": "connector_skill",
    "credit_to_income": "visibility",
    "criteria": "criteria_shift",
    "deliberation_early": "deliberation",
    "distributed_lead": "lead_rotation",
    "dominance": "dominance_mean",
    "funded_deliberation": "deliberation",
    "high_mutuality_seeds": "mutuality_mean",
    "imposed_targets": "targets",
    "in_kind_sharing": "in_kind",
    "interdependent_needs": "interdependence",
    "key_person_exit": "merger_exit",
    "local_pots": "devolved_pots",
    "mutuality": "mutuality_mean",
    "mutuality_seeds": "mutuality_mean",
    "openness": "openness_mean",
    "oversight_by_peers": "peer_accountability",
    "own_targets": "targets",  # those of each body's own payer, against joint ones
    "owned_targets": "targets_owned",
    "public_trust": "public_trust_start",
    "reporting_pooled": "pooled_forms",
    "several_commissioners": "commissioners",
    "shared_purpose": "deliberation",
    "shared_purpose_days": "deliberation",
    "shock_to_public_and_cross_sector_trust": "inquiry",
    "single_gateway": "single_lead",
    "size_of_core": "core_size",
    "skill_sharing": "in_kind",
    "solidarity_upward": "solidarity",
    "stranger_ring": "exploration",
    "targets_imposed": "targets",
    "turnover": "turnover_rate",
    "voice": "voice_equality",
    # --- funders' words ----------------------------------------------------------------------
    "core_funding": "core_share",
    "full_cost_recovery": "full_cost",
    "grant_length": "term_months",
    "management_fee": "lead_fee",
    "re_tender_interval": "round_months",
    "unrestricted_share": "core_share",
    # --- the ODD's symbols -------------------------------------------------------------------
    "b0": "meeting_base",
    "b_a": "meeting_power",
    "b_c": "meeting_common",
    "b_g": "meeting_grievance",
    "b_s": "meeting_stress",
    "b_t": "meeting_trust",
    "c0": "pledge_floor",
    "c1": "pledge_trust",
    "chi": "interdependence",
    "eta": "power_exponent",
    "gamma": "visibility",
    "h_sector": "homophily_sector",
    "h_size": "homophily_size",
    "kappa": "autonomy_cost",
    "phi": "turnover_loss",
    "rho": "own_reversion",
    "sigma": "income_noise",
    "t0": "stranger_trust",
}

DECIDED_BY: Mapping[str, str] = {
    "alliance": "grant_share",  # alliances receive what is neither tendered nor granted
    "alliance_award": "grant_share",
    "attention": "slack",
    "continuity_of_people": "staff_continuity",
    "convening": "connectors",
    "core_periphery": "core_size",  # 0 members have no two tiers
    "exploration_from_trusted_pairs": "friend_ring",
    "familiarity": "familiarity_gain",
    "familiarity_first": "exploration",  # time to meet before anything is agreed
    "funding_lapses": "connector_months",
    "impatience": "funder_patience",
    "low_price": "in_kind_price",
    "preset_agenda": "blank_sheet",  # what there is without a blank sheet
    "renewal_on_record": "renewal_notice",
    "right_to_decline": "reporting",  # any award may be declined: strings decide whether it is
    "safety_in_speaking_up": "conflict_practice",
    "salience": "crisis",
    "term_end": "term_months",
}

ALIASES: Mapping[str, str] = {**SAME, **DECIDED_BY}
