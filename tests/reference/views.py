"""One picture of both models: the same tables of numbers, from the columns and from the objects.

A table is a mapping from a row's key to that row's values by column name. What the two keep in
different ways (rows and objects, codes and names) is told apart here and nowhere else.
"""

import numpy as np

from model.measures import MEASURES
from model.state import ACCOUNTS, ACTIVE, CAUSES, HOSTED, INDEPENDENT, MEMBERS, NONE, SEATS
from tests.reference.beginning import CONNECTOR_POSTS

NEVER = -1_000  # the month of what has not happened
HOSTS = ("independent", "funder", "partner")

_ORGANISATION = (
    *("uid", "body", "sector", "band", "born", "status", "phase", "income", "commissioned"),
    *("own_income", "own_income_start", "costs", "reserves", "capital", "months_below_zero"),
    *("mutuality", "openness", "dominance", "stranger_prior", "record", "attention", "free"),
    *("load", "reach", "stress", "ideas", "bound", "core", "report_due", "bid_effort"),
    *("win_chance", "losses", "trust_received", "tie_capacity", "met", "received", "earmarked"),
    *("solo_days", "joint_days", "bid_days", "report_days", "coordination_days", "lent"),
    *("borrowed", "bid_cost_year", "solo_worked"),
)
_LISTS = ("expertise", "mission", "priorities", "good", "bad", "channelled")
_TRAITS = ("mutuality", "openness", "dominance")
_ALLIANCE = (
    *("uid", "born", "pot", "success", "months_failing", "conflicts", "understanding"),
    *("delivered", "pledged", "consequence"),
)
_SEAT = (
    *("joined", "days", "pledge", "effective", "money", "credit", "contribution", "weight"),
    *("raw", "outside", "voice"),
)
_AGREEMENT = ("amount", "start", "end", "core", "bound", "kind")
_MONTHS = ("met", "co_bid")
_PLACE = (
    *("public_trust", "crisis", "purse", "attainable", "solo_capacity", "alliance_money"),
    *("impact", "unpaid", "serial", "built"),
)
_PLACE_LISTS = ("needs", "money", "need_met")


def compiled_view(state):
    """Return the tables of the compiled model."""
    rows = state.organisations.view(np.ndarray)
    view = {"organisation": {}, "tie": {}, "alliance": {}, "seat": {}, "agreement": {}}
    for row in np.flatnonzero((rows["status"] == ACTIVE) | (rows["status"] == HOSTED)).tolist():
        view["organisation"][row] = _compiled_organisation(state, rows[row])
    ties = state.ties.view(np.ndarray)
    for tie in ties[ties["a"] >= 0]:
        view["tie"][int(tie["a"]), int(tie["b"])] = {
            **{n: tie[n].item() for n in tie.dtype.names if n not in ("a", "b", "introduced")},
            **{n: max(tie[n].item(), NEVER) for n in _MONTHS},
        }
    _compiled_alliances(state, view)
    for p, place in enumerate(state.places.view(np.ndarray)):
        for position in range(int(place["agreement_count"])):
            agreement = state.agreements.view(np.ndarray)[place["agreement_start"] + position]
            values = {n: agreement[n].item() for n in (*_AGREEMENT, "payer", "via", "need")}
            paid = agreement["alliance"].item()
            values["payee"] = ("alliance", paid) if paid != NONE else agreement["payee"].item()
            view["agreement"][p, position] = values
    view["commissioner"] = {
        c: {"regime_shift": one["regime_shift"].item(), "channelled": one["channelled"].tolist()}
        for c, one in enumerate(state.commissioners.view(np.ndarray))
    }
    view["connector"] = {}
    for c, one in enumerate(state.connectors.view(np.ndarray)):
        if one["active"]:
            count = int(one["contacts"])
            view["connector"][c] = {
                "uid": one["uid"].item(),
                "host": HOSTS[one["host"]],
                "host_row": one["host_row"].item(),
                **{n: one[n].item() for n in ("neutrality", "arrived", "worked")},
                "contacts": one["contact"][:count].tolist(),
                "trusted": one["trusted"][:count].tolist(),
            }
    view["place"] = {
        p: {n: place[n].item() for n in _PLACE} | {n: place[n].tolist() for n in _PLACE_LISTS}
        for p, place in enumerate(state.places.view(np.ndarray))
    }
    now = state.now.view(np.ndarray)[0]
    view["accounts"] = {"all": dict(zip(ACCOUNTS, now["accounts"].tolist(), strict=True))}
    view["moved"] = {"all": {"moved": now["turnover"].item()}}
    tally = state.tally.view(np.ndarray)[0]
    view["tally"] = {"all": {n: _plain(tally[n]) for n in COUNTED}}
    return view


def _plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value.item()


COUNTED = (
    *("meetings", "meetings_well", "raised", "avoided", "new_ties", "dropped_ties"),
    *("introductions", "introductions_well", "turnovers", "prizes", "tender_cost", "declined"),
    *("bids", "small_commissioned", "micro_commissioned", "commissioned", "formed"),
    *("dissolved", "exits", "sour_exits", "stated", "positions", "acceptability", "equity"),
    *("decisions", "decided", "grabs", "called_out", "mergers", "hosted", "released"),
    *("founded", "saving", "policy"),
)


def _compiled_organisation(state, me):
    values = {name: me[name].item() for name in _ORGANISATION}
    values |= {name: me[name].tolist() for name in _LISTS}
    values["disposition"] = [me[f"{trait}_disposition"].item() for trait in _TRAITS]
    values["host"] = me["host"].item() if me["status"] == HOSTED else NONE
    values["lender"] = me["lender"].item() if me["borrowed"] else NONE
    values["out_until"] = max(me["out_until"].item(), NEVER)
    values["patrons"] = me["patron"].tolist()
    values["patron_money"] = me["patron_money"].tolist()
    first, count = int(me["tie_start"]), int(me["tie_count"])
    values["ties"] = state.slots["partner"][first : first + count].tolist()
    values["seats"] = [
        [m // MEMBERS, m % MEMBERS] if m != NONE else NONE for m in me["seat"].tolist()
    ]
    return values


def _compiled_alliances(state, view):
    alliances, members = state.alliances.view(np.ndarray), state.members.view(np.ndarray)
    for a in np.flatnonzero(alliances["alive"]).tolist():
        one = alliances[a]
        view["alliance"][a] = {
            **{name: one[name].item() for name in (*_ALLIANCE, "lead", "connector")},
            "shared": one["shared"].tolist(),
            "blank_sheet": int(one["blank_sheet"]),
            "agreed": int(one["agreed"]),
            "last_delivery": max(one["last_delivery"].item(), NEVER),
        }
        for s in range(MEMBERS):
            seat = members[a * MEMBERS + s]
            if seat["organisation"] != NONE:
                view["seat"][a, s] = {
                    **{name: seat[name].item() for name in _SEAT},
                    **{n: int(seat[n]) for n in ("organisation", "core", "compelled", "stated")},
                }


def reference_view(model):
    """Return the tables of the reference."""
    view = {"organisation": {}, "tie": {}, "alliance": {}, "seat": {}, "agreement": {}}
    view |= {"commissioner": {}, "connector": {}, "place": {}}
    first_alliance = 0
    for p, place in enumerate(model.places):
        for i in place.working():
            view["organisation"][i.row] = _reference_organisation(i, first_alliance)
        for tie in place.ties():
            a, b = tie.ends
            view["tie"][a.row, b.row] = {
                "trust_ab": tie.trust[a],
                "trust_ba": tie.trust[b],
                "grievance_ab": tie.grievance[a],
                "grievance_ba": tie.grievance[b],
                "familiarity": tie.familiarity,
                "evidence_ab": tie.evidence[a],
                "evidence_ba": tie.evidence[b],
                **{n: NEVER if getattr(tie, n) is None else getattr(tie, n) for n in _MONTHS},
                "post": int(tie.post),
            }
        _reference_alliances(place, first_alliance, p, view)
        for position, agreement in enumerate(place.agreements):
            values = {n: getattr(agreement, n) for n in _AGREEMENT}
            values["payer"] = code_of(agreement.payer, p)
            values["via"] = NONE if agreement.via is None else agreement.via.row
            values["need"] = NONE if agreement.need is None else agreement.need
            paid = agreement.payee
            alliance = hasattr(paid, "shared")
            values["payee"] = ("alliance", first_alliance + paid.row) if alliance else paid.row
            view["agreement"][p, position] = values
        for c in place.commissioners:
            values = {"regime_shift": c.regime_shift, "channelled": c.channelled}
            view["commissioner"][3 * p + c.number] = values
        for one in place.working_connectors():
            host = one.host_organisation
            view["connector"][p * CONNECTOR_POSTS + one.post] = {
                "uid": one.uid,
                "host": one.host,
                "host_row": NONE if host is None else host.row,
                **{n: getattr(one, n) for n in ("neutrality", "arrived", "worked")},
                "contacts": [i.row for i in one.contacts],
                "trusted": list(one.contacts.values()),
            }
        view["place"][p] = {n: getattr(place, n) for n in (*_PLACE, *_PLACE_LISTS)}
        first_alliance += len(place.alliances)
    view["accounts"] = {"all": dict(model.books.accounts)}
    view["moved"] = {"all": {"moved": model.books.moved}}
    view["tally"] = {"all": {n: model.tally[n] for n in COUNTED}}
    return view


def code_of(payer, p):
    """Return how the compiled model writes a payer."""
    if payer is None:
        return NONE
    return payer.row if hasattr(payer, "row") else -2 - (3 * p + payer.number)


def _reference_organisation(i, first_alliance):
    p = i.model.places.index(i.place)
    values = {name: getattr(i, name) for name in (*_ORGANISATION, *_LISTS)}
    values["disposition"] = [i.disposition[trait] for trait in _TRAITS]
    values["host"] = NONE if i.host is None else i.host.row
    values["lender"] = i.lender.row if i.borrowed else NONE
    values["out_until"] = NEVER if i.out_until is None else i.out_until
    values["patrons"] = [code_of(payer, p) for payer, _ in i.patrons]
    values["patron_money"] = [money for _, money in i.patrons]
    values["ties"] = [tie.other(i).row for tie in i.ties]
    values["seats"] = [
        NONE
        if seat is None
        else [first_alliance + seat.alliance.row, seat.alliance.seats.index(seat)]
        for seat in i.seats
    ]
    return values


def _reference_alliances(place, first_alliance, p, view):
    for one in place.living_alliances():
        a = first_alliance + one.row
        connector = one.connector
        view["alliance"][a] = {
            **{name: getattr(one, name) for name in _ALLIANCE},
            "lead": NONE if one.lead is None else one.lead.row,
            "connector": NONE if connector is None else p * CONNECTOR_POSTS + connector.post,
            "shared": one.shared,
            "blank_sheet": int(one.blank_sheet),
            "agreed": int(one.agreed),
            "last_delivery": NEVER if one.last_delivery is None else one.last_delivery,
        }
        for s, seat in enumerate(one.seats):
            if seat is not None:
                view["seat"][a, s] = {
                    **{name: getattr(seat, name) for name in _SEAT},
                    "organisation": seat.organisation.row,
                    **{n: int(getattr(seat, n)) for n in ("core", "compelled", "stated")},
                }


__all__ = ["CAUSES", "INDEPENDENT", "MEASURES", "SEATS", "compiled_view", "reference_view"]
