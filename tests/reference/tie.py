"""Ties: what two organisations have of each other (ODD 2, "Tie"; ODD 7, before 7.1)."""

from tests.reference.arithmetic import clip


class Tie:
    """One record for both directions; `trust[i]` is the trust that i has in the other."""

    def __init__(self, one, other, trust_one, trust_other, evidence):
        self.ends = (one, other) if one.row < other.row else (other, one)
        self.trust = {one: trust_one, other: trust_other}
        self.grievance = {one: 0.0, other: 0.0}
        self.evidence = {one: evidence, other: evidence}
        self.familiarity = 0.0
        self.met = None
        self.co_bid = None
        self.post = False

    def other(self, i):
        """Return the end that is not i."""
        a, b = self.ends
        return b if i is a else a

    def set_trust(self, i, value, cause):
        """Set i's trust in the other, limited to 0-1."""
        value = clip(value, 0.0, 1.0)
        i.model.note_trust(cause, i, self.other(i), self.trust[i], value)
        self.trust[i] = value

    def learn(self, i, x, cause):
        """Let i have an experience of strength x in [-1, 1] (ODD 7, "Learning trust")."""
        params = i.params
        trust = self.trust[i]
        a = params.trust_gain * abs(x)
        loss = params.loss_ratio
        rule = params.trust_rule
        if rule == "asymmetric":
            learned = trust + a * (1.0 - trust) if x > 0.0 else trust - a * loss * trust
        elif rule == "confirmatory":
            step = 2.0 * a if x > 0.0 else -2.0 * a * loss
            learned = trust + step * trust * (1.0 - trust)
        elif rule == "reinforcing":
            step = 4.0 * a * trust * (1.0 - trust)
            learned = trust + step if x > 0.0 else trust - step * loss
        else:  # beta
            old = params.trust_memory * self.evidence[i]
            weight = abs(x) if x > 0.0 else loss * abs(x)
            good = abs(x) if x > 0.0 else 0.0
            learned = (old * trust + good) / (old + weight)
            self.evidence[i] = old + weight
        self.set_trust(i, learned, cause)

    def both_learn(self, x, cause):
        """Let both ends have the same experience."""
        for i in self.ends:
            self.learn(i, x, cause)

    def grow_familiar(self, g):
        """Grow familiar by g (ODD 7, "Familiarity, grievance")."""
        self.familiarity += g * (1.0 - self.familiarity)

    def add_grievance(self, i, x):
        """Add x to what i holds against the other."""
        self.grievance[i] += x * (1.0 - self.grievance[i])

    def ease(self, s):
        """Ease both grievances by s."""
        for i in self.ends:
            self.grievance[i] *= 1.0 - s


def make_tie(one, other, trust_one, trust_other):
    """Make a tie; None if there is no room for it (ODD 7, "Making a tie")."""
    for i in (one, other):
        if len(i.ties) >= i.tie_capacity and not drop_weakest(i):
            return None
    place = one.place
    if place.tie_count >= place.tie_room:
        return None
    tie = Tie(one, other, trust_one, trust_other, one.params.stranger_weight)
    for i in (one, other):
        i.ties.append(tie)
        i.tie_to[tie.other(i)] = tie
        i.model.note_trust("new tie", i, tie.other(i), 0.0, tie.trust[i])
    place.tie_count += 1
    one.model.tally["new_ties"] += 1
    return tie


def drop_weakest(i):
    """Drop i's weakest tie without a joint post; False if there is none."""
    droppable = [tie for tie in i.ties if not tie.post]
    if not droppable:
        return False
    tie = min(droppable, key=lambda tie: max(tie.familiarity, tie.grievance[i]))
    for end in tie.ends:
        sector = tie.other(end).sector
        end.good[sector] += 0.5 * tie.trust[end]
        end.bad[sector] += 0.5 * (1.0 - tie.trust[end])
    end_tie(tie)
    return True


def end_tie(tie):
    """Take a tie out of both lists; the last of a list takes its place."""
    for end in tie.ends:
        end.model.note_trust("dropped tie", end, tie.other(end), tie.trust[end], 0.0)
        end.ties[end.ties.index(tie)] = end.ties[-1]
        end.ties.pop()
        del end.tie_to[tie.other(end)]
    tie.ends[0].place.tie_count -= 1
    tie.ends[0].model.tally["dropped_ties"] += 1
