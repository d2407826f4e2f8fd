"""Splitting, overruling, judging one another, and power from below (ODD 7.8)."""

from tests.reference.arithmetic import clip, plain_sum
from tests.reference.luck import RECKON
from tests.reference.tie import make_tie


def reckon(place):
    """Let each alliance split, overrule and judge; then move mutuality, records and regimes."""
    for alliance in place.living_alliances():
        if not alliance.members:
            continue
        split(alliance)
        overrule(alliance)
        judge(alliance)
    for i in place.working():
        move_mutuality(i)
        move_record(i)
    for c in place.commissioners:
        push_upward(place, c)


def split(alliance):
    """Split credit and money."""
    params, members = alliance.place.params, alliance.members
    e = params.reward_equality
    value = {seat: seat.weight**params.power_exponent for seat in members}
    worth = plain_sum(value.values())
    for seat in members:
        i = seat.organisation
        seat.credit = (1.0 - e) * value[seat] / worth + e * seat.contribution
        seat.outside = seat.days * i.income / 12.0 / i.attention
    outside = plain_sum(seat.outside for seat in members)
    staked = plain_sum(value[seat] * seat.outside for seat in members)
    for seat in members:
        part = value[seat] / worth
        if staked > 0.0:
            part = value[seat] * seat.outside / staked
        share = (1.0 - e) * part + e * seat.contribution
        if alliance.pot <= 0.0:
            seat.money = share
        elif outside >= alliance.pot:
            seat.money = seat.outside / outside
        else:
            seat.money = (seat.outside + share * (alliance.pot - outside)) / alliance.pot


def overrule(alliance):
    """Let the strongest grab, and the others call it out."""
    place, members = alliance.place, alliance.members
    params, luck, tally = place.params, place.luck, place.model.tally
    strong = alliance.strongest()
    i, n = strong.organisation, len(members)
    if n < 2:
        return
    peers = params.peer_accountability
    watched = clip(params.oversight * (1.0 - peers + 2.0 * peers * i.trust_received), 0.0, 1.0)
    edge = clip((strong.weight - 1.0 / n) / (1.0 - 1.0 / n), 0.0, 1.0)
    p = params.overrule_rate * i.dominance * edge * (1.0 - watched)
    if luck.uniform(RECKON, 0, i.uid, alliance.uid) >= p:
        return
    tally["grabs"] += 1
    others = [seat for seat in members if seat is not strong]
    callers = [seat.organisation for seat in others if calls_out(seat, i)]
    force = clip(plain_sum(0.3 + j.backing() for j in callers), 0.0, 0.9)
    if callers and luck.uniform(RECKON, 2, i.uid, alliance.uid) < force:
        tally["called_out"] += 1
        i.dominance *= 1.0 - params.curb
        return
    for seat in others:
        for share in ("money", "credit"):
            taken = 0.2 * getattr(seat, share)
            setattr(seat, share, getattr(seat, share) - taken)
            setattr(strong, share, getattr(strong, share) + taken)
        seat.voice *= 0.8
        tie = i.tie_to.get(seat.organisation)
        if tie is None:
            continue
        tie.learn(seat.organisation, -1.0 if callers else -0.5, "grab")
        tie.add_grievance(seat.organisation, params.grievance_gain)
        if seat.organisation in callers:
            tie.learn(i, -0.5, "called out")


def calls_out(seat, strong):
    """Whether a member calls a grab out."""
    i, alliance = seat.organisation, seat.alliance
    params = i.params
    p = i.chance_to_speak(
        clip(seat.contribution + 0.2, 0.0, 1.0),
        strong.power_over(i),
        i.trust_in(strong, i.stranger_prior),
        strong.dominance,
        1.0,
        params.facilitation,
    )
    p *= 0.2 + 0.8 * params.solidarity
    order = i.ordered("speak")
    return i.place.luck.uniform(RECKON, 1, i.uid, alliance.uid) < p if order is None else order


def judge(alliance):
    """Let members judge one another, each in its turn."""
    params, members = alliance.place.params, alliance.members
    broken = (1.0 - alliance.consequence) * (1.0 - alliance.success)
    for n, mine in enumerate(members):
        i = mine.organisation
        unfair = unfairness(mine, members)
        for n_other, theirs in enumerate(members):
            if theirs is mine or not (mine.core or theirs.core):
                continue
            j = theirs.organisation
            tie = i.tie_to.get(j)
            if tie is None:
                if n_other < n:
                    continue
                strangers = i.trust_in_strangers(j.sector), j.trust_in_strangers(i.sector)
                tie = make_tie(i, j, *strangers)
                if tie is None:
                    continue
            moved = params.reciprocity * (0.5 * balance(mine, theirs) + 1.5 * (kept(theirs) - 0.5))
            moved = clip(moved - params.fairness * unfair, -1.0, 1.0)
            if moved != 0.0:
                tie.learn(i, moved, "reciprocity")
            if n < n_other:
                tie.grow_familiar(0.5 * params.familiarity_gain)
            if alliance.agreed and mine.stated and j is alliance.lead and broken > 0.5:
                tie.learn(i, -0.5 * broken, "failed promise")


def balance(mine, theirs):
    """Return what the other gave against one's own, each as a share of attention."""
    own = mine.days / mine.organisation.attention
    other = theirs.days / theirs.organisation.attention
    return (other - own) / (other + own) if other + own > 0.0 else 0.0


def kept(seat):
    """Return how much of its pledge a member kept."""
    return clip(seat.days / seat.pledge, 0.0, 1.0) if seat.pledge > 0.0 else 0.5


def unfairness(seat, members):
    """Return how unfair money, credit and voice are to a member."""
    others = [other for other in members if other is not seat]
    if not others:
        return 0.0
    total = 0.0
    for other in others:
        gaps = [
            (getattr(other, share) - other.contribution)
            - (getattr(seat, share) - seat.contribution)
            for share in ("money", "credit")
        ]
        gaps.append(0.5 * (other.voice - seat.voice))
        total += plain_sum(0.8 * gap if gap > 0.0 else -0.3 * gap for gap in gaps)
    return total / (3.0 * len(others))


def move_mutuality(i):
    """Let strain erode mutuality, and success breed it."""
    params = i.params
    i.mutuality -= params.mutuality_erosion * i.stress * i.mutuality
    for seat in i.taken_seats():
        i.mutuality += params.mutuality_gain * seat.alliance.success * (1.0 - i.mutuality)


def move_record(i):
    """Let the track record follow stress and the success of one's alliances."""
    goal = 1.0 - i.stress
    seats = i.taken_seats()
    if seats:
        goal = 0.5 * (goal + plain_sum(seat.alliance.success for seat in seats) / len(seats))
    i.record += (goal - i.record) / 12.0


def push_upward(place, c):
    """Let a coalition move a commissioner from tender to agreement."""
    params = place.params
    c.regime_shift *= 0.99
    if params.solidarity <= 0.0 or params.upward_push <= 0.0:
        return
    working = place.working()
    strength = 0.0
    for i in working:
        if i.taken_seats():
            strength += i.trust_received * (1.0 - c.payer.power_over(i) * (1.0 - i.backing()))
    if working:
        push = params.solidarity * params.upward_push * strength / len(working)
        c.regime_shift += push * (0.5 - c.regime_shift)
