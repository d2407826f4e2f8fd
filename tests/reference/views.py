"""One picture of both models: the same tables of numbers, from the columns and from the objects.

A table is a mapping from a row's key to that row's values by column name. What the two keep in
different ways (rows and objects, codes and names) is told apart here and nowhere else.
"""

import numpy as np

from alliances.model.kernel.events import TRUST, records
from alliances.model.kernel.state import ACCOUNTS, ACTIVE, CAUSES, HOSTED, MEMBERS, NONE
from tests.reference.beginning import CONNECTOR_POSTS

HOSTS = ("independent", "funder", "partner")
NEVER = -1_000  # the month of what has not happened
TRAITS = ("mutuality", "openness", "dominance")

ORGANISATION = (
    *("uid", "body", "sector", "band", "born", "status", "phase", "income", "commissioned"),
    *("own_income", "own_income_start", "costs", "reserves", "capital", "months_below_zero"),
    *("mutuality", "openness", "dominance", "stranger_prior", "record", "attention", "free"),
    *("load", "reach", "stress", "ideas", "bound", "core", "report_due", "bid_effort"),
    *("win_chance", "losses", "trust_received", "tie_capacity", "met", "received", "earmarked"),
    *("solo_days", "joint_days", "bid_days", "report_days", "coordination_days", "lent"),
    *("borrowed", "bid_cost_year", "solo_worked", "expertise", "mission", "priorities"),
    *("good", "bad", "channelled"),
)
TIE = (
    *("trust_ab", "trust_ba", "grievance_ab", "grievance_ba", "familiarity", "evidence_ab"),
    *("evidence_ba", "met", "co_bid", "post"),
)
ALLIANCE = (
    *("uid", "born", "pot", "success", "months_failing", "conflicts", "understanding"),
    *("delivered", "pledged", "consequence", "shared", "lead", "connector", "blank_sheet"),
    *("agreed", "last_delivery"),
)
SEAT = (
    *("joined", "days", "pledge", "effective", "money", "credit", "contribution", "weight"),
    *("raw", "outside", "voice", "core", "compelled", "stated", "organisation"),
)
AGREEMENT = ("amount", "start", "end", "core", "bound", "kind", "payer", "via", "need")
PLACE = (
    *("public_trust", "crisis", "purse", "attainable", "solo_capacity", "alliance_money"),
    *("impact", "unpaid", "serial", "built", "needs", "needs_start", "money", "need_met"),
)
CONNECTOR = ("uid", "host_row", "neutrality", "arrived", "worked")
COUNTED = (
    *("meetings", "meetings_well", "raised", "avoided", "new_ties", "dropped_ties"),
    *("introductions", "introductions_well", "turnovers", "prizes", "tender_cost", "declined"),
    *("bids", "small_commissioned", "micro_commissioned", "commissioned", "formed"),
    *("dissolved", "exits", "sour_exits", "stated", "positions", "acceptability", "equity"),
    *("decisions", "decided", "grabs", "called_out", "mergers", "hosted", "released"),
    *("founded", "saving", "policy", "closures"),
)


def compiled_view(state):
    """Return the tables of the compiled model."""
    alliances = np.flatnonzero(state.alliances["alive"])
    return {
        "organisation": _compiled_organisations(state),
        "tie": _compiled_ties(state),
        "alliance": dict(zip(alliances.tolist(), _alliances(state, alliances), strict=True)),
        "seat": _compiled_seats(state),
        "agreement": _compiled_agreements(state),
        "commissioner": dict(
            enumerate(_rows(state.commissioners, slice(None), ("regime_shift", "channelled")))
        ),
        "connector": _compiled_connectors(state),
        "place": dict(enumerate(_rows(state.places, slice(None), PLACE))),
        "accounts": {"all": dict(zip(ACCOUNTS, state.now["accounts"][0].tolist(), strict=True))},
        "moved": {"all": {"moved": state.now["turnover"][0].item()}},
        "tally": {"all": _rows(state.tally, slice(0, 1), COUNTED)[0]},
        "event": _numbered(_compiled_events(state)),
    }


def _rows(table, where, names):
    """Return rows of a table as mappings."""
    columns = [table[name][where].tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _numbered(events):
    """Return events by what they are and the how-manieth of their kind they are."""
    found, seen = {}, {}
    for *key, values in events:
        key = tuple(key)
        seen[key] = seen.get(key, 0) + 1
        found[*key, seen[key]] = values
    return found


def _compiled_events(state):
    logged = records(state)
    names = ("kind", "cause", "a", "b", "before", "after", "account")
    for kind, cause, a, b, before, after, account in zip(
        *(logged[name].tolist() for name in names), strict=True
    ):
        if kind == TRUST:
            yield "trust", CAUSES[cause], a, b, {"before": before, "after": after}
            continue
        if after == 0.0:  # nothing was paid, in either direction
            continue
        payer = a or ACCOUNTS[account]
        payee = b or ACCOUNTS[int(before)]
        ends = (payer, payee) if after >= 0.0 else (payee, payer)
        yield "money", CAUSES[cause], *ends, {"amount": abs(after)}


def _compiled_organisations(state):
    table = state.organisations
    status = table["status"]
    where = np.flatnonzero((status == ACTIVE) | (status == HOSTED))
    rows = _rows(table, where, ORGANISATION)
    more = _rows(
        table,
        where,
        (
            *("host", "lender", "out_until", "patron", "patron_money", "tie_start", "tie_count"),
            *("seat", *(f"{trait}_disposition" for trait in TRAITS)),
        ),
    )
    partners = state.slots["partner"].tolist()
    for row, raw in zip(rows, more, strict=True):
        row["disposition"] = [raw[f"{trait}_disposition"] for trait in TRAITS]
        row["host"] = raw["host"] if row["status"] == HOSTED else NONE
        row["lender"] = raw["lender"] if row["borrowed"] else NONE
        row["out_until"] = max(raw["out_until"], NEVER)
        row["patrons"], row["patron_money"] = raw["patron"], raw["patron_money"]
        row["ties"] = partners[raw["tie_start"] : raw["tie_start"] + raw["tie_count"]]
        row["seats"] = [[m // MEMBERS, m % MEMBERS] if m != NONE else NONE for m in raw["seat"]]
    return dict(zip(where.tolist(), rows, strict=True))


def _compiled_ties(state):
    where = np.flatnonzero(state.ties["a"] >= 0)
    rows = _rows(state.ties, where, TIE)
    for row in rows:
        row["met"], row["co_bid"] = max(row["met"], NEVER), max(row["co_bid"], NEVER)
    ends = zip(state.ties["a"][where].tolist(), state.ties["b"][where].tolist(), strict=True)
    return dict(zip(ends, rows, strict=True))


def _alliances(state, where):
    rows = _rows(state.alliances, where, ALLIANCE)
    for row in rows:
        row["last_delivery"] = max(row["last_delivery"], NEVER)
    return rows


def _compiled_seats(state):
    where = np.flatnonzero(state.members["organisation"] != NONE)
    keys = [(m // MEMBERS, m % MEMBERS) for m in where.tolist()]
    return dict(zip(keys, _rows(state.members, where, SEAT), strict=True))


def _compiled_agreements(state):
    found = {}
    for p, place in enumerate(_rows(state.places, slice(None), _BOUNDS)):
        first, count = place["agreement_start"], place["agreement_count"]
        where = slice(first, first + count)
        payees = _rows(state.agreements, where, ("payee", "alliance"))
        for n, row in enumerate(_rows(state.agreements, where, AGREEMENT)):
            one = payees[n]
            paid = ("alliance", one["alliance"]) if one["alliance"] != NONE else one["payee"]
            found[p, n] = row | {"payee": paid}
    return found


_BOUNDS = ("agreement_start", "agreement_count")


def _compiled_connectors(state):
    where = np.flatnonzero(state.connectors["active"])
    rows = _rows(state.connectors, where, CONNECTOR)
    more = _rows(state.connectors, where, ("host", "contacts", "contact", "trusted"))
    for row, raw in zip(rows, more, strict=True):
        row["host"] = HOSTS[raw["host"]]
        row["contacts"] = raw["contact"][: raw["contacts"]]
        row["trusted"] = raw["trusted"][: raw["contacts"]]
    return dict(zip(where.tolist(), rows, strict=True))


def reference_view(model):
    """Return the tables of the reference."""
    names = ("organisation", "tie", "alliance", "seat", "agreement", "commissioner", "connector")
    view = {name: {} for name in (*names, "place")}
    first_alliance = 0
    for p, place in enumerate(model.places):
        for i in place.working():
            view["organisation"][i.row] = _reference_organisation(i, p, first_alliance)
        for tie in place.ties():
            a, b = tie.ends
            view["tie"][a.row, b.row] = _reference_tie(tie, a, b)
        for one in place.living_alliances():
            a = first_alliance + one.row
            view["alliance"][a] = _reference_alliance(one, p)
            for s, seat in enumerate(one.seats):
                if seat is not None:
                    view["seat"][a, s] = {name: getattr(seat, name) for name in SEAT} | {
                        "organisation": seat.organisation.row
                    }
        for n, agreement in enumerate(place.agreements):
            view["agreement"][p, n] = _reference_agreement(agreement, p, first_alliance)
        for c in place.commissioners:
            values = {"regime_shift": c.regime_shift, "channelled": c.channelled}
            view["commissioner"][3 * p + c.number] = values
        for one in place.working_connectors():
            view["connector"][p * CONNECTOR_POSTS + one.post] = _reference_connector(one)
        view["place"][p] = {name: getattr(place, name) for name in PLACE}
        first_alliance += len(place.alliances)
    view["accounts"] = {"all": dict(model.books.accounts)}
    view["moved"] = {"all": {"moved": model.books.moved}}
    closures = [model.tally["closures", band] for band in range(6)]
    view["event"] = _numbered([*model.log, *model.books.log])
    counts = {name: model.tally[name] for name in COUNTED} | {"closures": closures}
    view["tally"] = {"all": counts}
    return view


def code_of(payer, p):
    """Return how the compiled model writes a payer."""
    if payer is None:
        return NONE
    return payer.row if hasattr(payer, "row") else -2 - (3 * p + payer.number)


def _row_of(i):
    return NONE if i is None else i.row


def _month_of(month):
    return NEVER if month is None else month


def _reference_organisation(i, p, first_alliance):
    values = {name: getattr(i, name) for name in ORGANISATION}
    values["disposition"] = [i.disposition[trait] for trait in TRAITS]
    values["host"] = _row_of(i.host)
    values["lender"] = i.lender.row if i.borrowed else NONE
    values["out_until"] = _month_of(i.out_until)
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


def _reference_tie(tie, a, b):
    values = {"familiarity": tie.familiarity, "post": tie.post}
    for name in ("trust", "grievance", "evidence"):
        values[f"{name}_ab"] = getattr(tie, name)[a]
        values[f"{name}_ba"] = getattr(tie, name)[b]
    return values | {"met": _month_of(tie.met), "co_bid": _month_of(tie.co_bid)}


def _reference_alliance(one, p):
    values = {name: getattr(one, name) for name in ALLIANCE}
    post = None if one.connector is None else one.connector.post
    values["connector"] = NONE if post is None else p * CONNECTOR_POSTS + post
    values["lead"] = _row_of(one.lead)
    values["last_delivery"] = _month_of(one.last_delivery)
    return values


def _reference_agreement(agreement, p, first_alliance):
    values = {n: getattr(agreement, n) for n in ("amount", "start", "end", "core", "bound", "kind")}
    values["payer"] = code_of(agreement.payer, p)
    values["via"] = _row_of(agreement.via)
    values["need"] = NONE if agreement.need is None else agreement.need
    paid = agreement.payee
    alliance = hasattr(paid, "shared")
    values["payee"] = ("alliance", first_alliance + paid.row) if alliance else paid.row
    return values


def _reference_connector(one):
    values = {name: getattr(one, name) for name in ("uid", "neutrality", "arrived", "worked")}
    values["host"], values["host_row"] = one.host, _row_of(one.host_organisation)
    values["contacts"] = [i.row for i in one.contacts]
    values["trusted"] = list(one.contacts.values())
    return values
