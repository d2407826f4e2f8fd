"""Alliances are reviewed, founded and extended, and cost co-ordination (ODD 7.5)."""

from tests.reference.joining import answer, gather, invite
from tests.reference.reviewing import review


def ally(place):
    """Review all alliances, let organisations invite and answer, and charge co-ordination."""
    for alliance in place.living_alliances():
        review(alliance)
    leads = invite(place)
    gather(place, leads, answer(place, leads))
    for alliance in place.living_alliances():
        for seat in alliance.members:
            i = seat.organisation
            i.spend(coordination_days(seat), "coordination_days")


def coordination_days(seat):
    """Return the days that a member spends on co-ordination this month."""
    alliance, i = seat.alliance, seat.organisation
    params = alliance.place.params
    days = 0.05
    if seat.core:
        for other in alliance.members:
            if other is seat or not other.core:
                continue
            apart = i.sector != other.organisation.sector
            friction = params.sector_friction * (1.0 - alliance.understanding) if apart else 0.0
            days += 0.5 * params.coordination_days * (1.0 + friction)
    days *= 1.0 - min(1.0, 2.0 * params.overhead)
    days += 0.25 * params.shared_plans
    days += 0.5 * params.oversight * (1.0 - 0.8 * params.peer_accountability)
    return days * (1.0 - params.paid_participation) if i.small else days
