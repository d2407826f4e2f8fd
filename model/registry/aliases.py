"""Other names of parameters."""

# The names by which the case library speaks of things the model calls otherwise.
ALIASES = {
    "shared_purpose_days": "deliberation",
    "funded_deliberation": "deliberation",
    "turnover": "staff_continuity",
    "alliance_award": "grant_share",
    "alliance": "grant_share",
    "core_periphery": "core_size",
    "openness": "openness_mean",
    "dominance": "dominance_mean",
    "mutuality": "mutuality_mean",
    "convening": "connectors",
    "connector": "connectors",
    "credit_to_income": "visibility",
    "distributed_lead": "lead_rotation",
    "interdependent_needs": "interdependence",
    "voice": "voice_equality",
    "criteria": "criteria_shift",
    "own_targets": "targets",
    "key_person_exit": "merger_exit",
    "right_to_decline": "reporting",
    "familiarity": "familiarity_gain",
    "size_of_core": "core_size",
    "public_trust": "public_trust_start",
    "stranger_ring": "exploration",
}
