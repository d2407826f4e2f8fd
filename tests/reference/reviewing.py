"""Members take stock: who leaves, who leads, which alliances end (ODD 7.5, "Review")."""

from tests.reference.arithmetic import clip
from tests.reference.joining import utility_of_staying
from tests.reference.luck import ALLY


def review(alliance):
    """Let an alliance go through a month's review."""
    place = alliance.place
    params = place.params
    alliance.conflicts *= 0.85
    months = int(params.recommitment_months)
    recommitment = months > 0 and alliance.age > 0 and alliance.age % months == 0
    if recommitment:
        recommit(alliance)
    for seat in alliance.members:
        take_stock(alliance, seat, recommitment=recommitment)
    if alliance.lead is None or recommitment:
        choose_lead(alliance)
    failing = alliance.success < params.failing_bar
    alliance.months_failing = alliance.months_failing + 1 if failing else 0
    failed = alliance.months_failing >= 6 and alliance.age >= 6
    if len(alliance.members) < 2 or alliance.lead is None or failed:
        alliance.end()


def recommit(alliance):
    """Let members renew: conflicts are closed, grievances eased, half a day is spent."""
    alliance.place.model.tally["recommitments"] += 1
    alliance.conflicts = 0.0
    members = alliance.organisations
    for n, i in enumerate(members):
        for j in members[n + 1 :]:
            if j in i.tie_to:
                i.tie_to[j].ease(0.5)
    for i in members:
        i.spend(0.5)


def unhappiness(seat):
    """Return how unhappy a member is."""
    unhappy = clip(0.5 - seat.alliance.success, 0.0, 0.5)
    behind = clip(seat.contribution - 0.5 * (seat.money + seat.credit), 0.0, 1.0)
    return unhappy + 0.5 * behind * (1.0 - seat.voice)


def take_stock(alliance, seat, *, recommitment):
    """Let a member stay or leave."""
    i, place = seat.organisation, alliance.place
    if seat.compelled:
        return
    params, month = place.params, place.model.month
    unhappy = unhappiness(seat)
    u, v = place.luck.uniforms(ALLY, 10, i.uid, alliance.uid)
    goes = u < 0.25 * unhappy + 0.02 * min(alliance.conflicts, 5.0)
    yearly = (month - seat.joined) % 12 == 0 and alliance.age > 0
    if not goes and yearly and i is not alliance.lead:
        goes = utility_of_staying(seat) < v * params.alternatives
    order = i.ordered("leave")
    if not (goes if order is None else order):
        return
    sour = not recommitment and alliance.conflicts + unhappy > 0.3
    alliance.leave_seat(seat)
    place.model.tally["exits"] += 1
    if sour:
        place.model.tally["sour_exits"] += 1
        for j in alliance.organisations:
            tie = i.tie_to.get(j)
            if tie is not None:
                for one in tie.ends:
                    tie.set_trust(one, tie.trust[one] * (1.0 - params.exit_sourness), "exit")


def choose_lead(alliance):
    """Choose the lead: the strongest of the core, or by lot."""
    place = alliance.place
    core = [seat for seat in alliance.members if seat.core]
    if not core:
        return
    place.model.tally["leads chosen"] += 1
    luck = place.luck
    if luck.uniform(ALLY, 11, alliance.uid) < place.params.lead_rotation:
        chosen = max(core, key=lambda s: luck.uniform(ALLY, 12, s.organisation.uid, alliance.uid))
    else:
        chosen = max(core, key=lambda s: s.weight)
    alliance.lead = chosen.organisation
