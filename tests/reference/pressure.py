"""Attention, stress, needs, shocks, people leaving, fading (ODD 7.1)."""

import math

from alliances.model.kernel.state import COUNCIL, HEALTH
from tests.reference.arithmetic import NEEDS, clip, plain_sum, towards
from tests.reference.luck import PRESSURE
from tests.reference.organisation import attention_of, reach_of

TRAITS = ("mutuality", "openness", "dominance")


def renew_attention(i):
    """Give an organisation this month's attention and charge its duties."""
    params = i.params
    i.attention, i.reach = attention_of(i.income), reach_of(i.income)
    imposed = min(1.0, i.bound) * (1.0 - params.targets_owned)
    target = params.reserve_target * i.costs / 12.0
    gap = clip(1.0 - i.reserves / target, 0.0, 1.0) if target > 0.0 else 0.0
    i.stress = clip(
        params.stress_load * min(1.0, i.load / i.attention)
        + params.stress_reserve * gap
        + params.stress_targets * imposed
        + params.crisis_stress * i.place.crisis,
        0.0,
        1.0,
    )
    i.free = i.attention * (1.0 + params.slack) * (1.0 - params.stress_loss * i.stress)
    i.load = 0.0
    i.start_counts()
    duties = (
        0.1 * params.solidarity
        + 0.5 * params.targets_owned * min(1.0, i.bound)
        + i.report_due
        + imposed * i.attention / 40.0
    )
    i.spend(duties, "report_days")


def pressure(place):
    """Let needs drift, shocks strike, people leave and ties fade."""
    drift_needs(place)
    place.crisis *= 0.5 ** (1.0 / 6.0)
    if place.model.pulse:
        strike(place)
    for i in place.working():
        go_through_month(i)
    fade(place)


def drift_needs(place):
    """Let needs drift."""
    drift = place.params.needs_drift
    if drift <= 0.0:
        return
    before = plain_sum(place.needs)
    for k in range(NEEDS):
        u, v = place.luck.uniforms(PRESSURE, 10 + k, place.uid)
        need = place.needs[k] * (1.0 + drift * math.sqrt(6.0) * (u + v - 1.0))
        need += 0.02 * (place.needs_start[k] - place.needs[k])
        place.needs[k] = max(need, 0.0)
    after = plain_sum(place.needs)
    if after > 0.0:
        place.needs = [need * (before / after) for need in place.needs]


def strike(place):
    """Let the shocks of the first month of a phase strike, and place joint posts anew."""
    params = place.params
    if params.crisis > 0.0:
        place.crisis = params.crisis
    place.public_trust *= 1.0 - params.inquiry
    if params.restructuring > 0.0:
        for i in place.working():
            if i.sector in (COUNCIL, HEALTH):
                replace_person(i, params.restructuring, (4, 5), "restructuring")
    for tie in place.ties():
        shake_tie(tie)
    shake_strangers(place)
    place_posts(place)


def shake_tie(tie):
    """Let inquiry and reset of trust move a tie."""
    a, b = tie.ends
    inquiry, reset = a.params.inquiry, a.params.trust_reset
    if inquiry > 0.0 and a.sector != b.sector:
        for i in (a, b):
            tie.set_trust(i, tie.trust[i] * (1.0 - inquiry), "inquiry")
    if reset == 0.0:
        return
    goal = 1.0 if reset > 0.0 else 0.0
    for i in (a, b):
        tie.set_trust(i, tie.trust[i] + abs(reset) * (goal - tie.trust[i]), "opening")
        if reset < 0.0:
            tie.add_grievance(i, -reset)
    if reset > 0.0:
        tie.ease(reset)


def shake_strangers(place):
    """Let a reset of trust move what is remembered of strangers; a deep one ends alliances."""
    reset = place.params.trust_reset
    if reset == 0.0:
        return
    for i in place.working():
        more, less = (i.good, i.bad) if reset > 0.0 else (i.bad, i.good)
        for sector in range(5):
            more[sector] += 10.0 * abs(reset)
            less[sector] *= 1.0 - abs(reset)
    if reset < -0.5:
        for alliance in place.living_alliances():
            alliance.end()


def place_posts(place):
    """Take joint posts away and place them anew."""
    for tie in place.ties():
        tie.post = False
    left = int(place.params.joint_posts)
    for i in place.order:
        if left <= 0:
            break
        best = None
        for tie in i.ties:
            free = not tie.post and tie.other(i).sector != i.sector and tie.familiarity > 0.0
            if free and (best is None or tie.familiarity > best.familiarity):
                best = tie
        if best is not None:
            i.model.tally["joint posts"] += 1
            best.post = True
            left -= 1


def go_through_month(i):
    """Let memories fade, values come back to their anchors, and the key person perhaps leave."""
    params = i.params
    i.good = [x * params.stranger_memory for x in i.good]
    i.bad = [x * params.stranger_memory for x in i.bad]
    for trait in TRAITS:
        value = getattr(i, trait)
        setattr(i, trait, value + params.anchor_rate * (i.disposition[trait] - value))
    i.priorities = towards(i.priorities, i.mission, params.anchor_rate)
    i.ideas *= 1.0 - params.idea_decay
    hazard = params.turnover_rate / 12.0 * (1.0 - params.staff_continuity)
    hazard *= 1.0 + params.turnover_stress * i.stress
    if i.place.luck.uniform(PRESSURE, 0, i.uid) < hazard:
        i.model.tally["turnovers"] += 1
        replace_person(i, params.turnover_loss, (1, 2), "turnover")


def replace_person(i, loss, attempts, cause):
    """Replace the person who holds an organisation's relations."""
    params, luck = i.params, i.place.luck
    for tie in i.ties:
        kept = 1.0 - (loss / 4.0 if tie.post else loss)
        for end in tie.ends:
            stranger = end.trust_in_strangers(tie.other(end).sector)
            tie.set_trust(end, stranger + kept * (tie.trust[end] - stranger), cause)
        tie.familiarity *= kept
    u, v = luck.uniforms(PRESSURE, attempts[0], i.uid)
    w = luck.uniform(PRESSURE, attempts[1], i.uid)
    for trait, draw in zip(TRAITS, (u, v, w), strict=True):
        spread = getattr(params, f"{trait}_spread") * math.sqrt(12.0)
        setattr(i, trait, clip(i.disposition[trait] + spread * (draw - 0.5), 0.0, 1.0))


def fade(place):
    """Let familiarity and grievances fade; say how far each is trusted."""
    params = place.params
    for tie in place.ties():
        tie.familiarity *= 1.0 - params.familiarity_decay
        if tie.post:
            tie.familiarity = max(tie.familiarity, 0.5)
        for i in tie.ends:
            tie.grievance[i] *= 1.0 - params.grievance_decay
    for i in place.working():
        received = [tie.trust[tie.other(i)] for tie in i.ties]
        i.trust_received = plain_sum(received) / len(received) if received else 0.0
