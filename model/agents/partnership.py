"""The model as Mesa sees it: `step()` is a month, agents are live views of the state.

Stepping month by month gives the same bits as `simulate`. Only what Mesa 4 keeps is used.
"""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import mesa
import numpy as np
import pandas as pd
from mesa.discrete_space import Network

from alliances.model.agents.collector import Reporter, collector
from alliances.model.agents.kinds import KINDS, Alliance, Commissioner, Connector, Organisation
from alliances.model.agents.mesa_page import redraw, tie_network
from alliances.model.agents.view import View
from alliances.model.kernel import events as log
from alliances.model.kernel.state import State, is_working, table
from alliances.model.measures import MEASURES, OBSERVATION
from alliances.model.orders import Order, OrderError, step_month
from alliances.model.orders import order as order_of
from alliances.model.places.place import COMMISSIONERS, Place
from alliances.model.scenario import Scenario
from alliances.model.schedule import run_months
from alliances.model.simulation import new_state, start
from alliances.model.snapshot import Snapshot


class PartnershipModel(mesa.Model):
    """A place of unequal organisations, for those who know Mesa.

    Parameters
    ----------
    scenario : Scenario, optional
        What to run; today's mixed practice by default. Kept as `plan`.
    seed : int
        Base seed, as in `simulate`.
    replicate : int
        Number of the replicate.
    rng : int, SeedSequence or Generator, optional
        Mesa's name for the seed; give this or `seed`.
    events : bool
        Whether to log every change of trust and money; see `events`.
    collect : sequence of str or mapping, optional
        Names of measures, or names and reporters (a measure's name, or a function of the model),
        that `datacollector` collects after every month; its row k is month k.
    collect_agents : mapping, optional
        For a kind of agent the attributes to collect, e.g. ``{Organisation: ["income"]}``.
    place : Place, optional
        The place, if it is at hand.
    **settings
        Levers or assumptions by name, set from month 0 on, e.g. ``competition=0.2``.

    Attributes
    ----------
    plan : Scenario
        The scenario with `settings`. (`scenario` is a class of Mesa's own that is not used here.)
    state : State
        The columns that everything lies in.
    place : Place
        What the state was laid out from.
    month : int
        Months run since the burn-in; the month that `step` runs next.
    running : bool
        Whether the scenario's last month is still to come. `step` goes on regardless.

    Examples
    --------
    >>> model = PartnershipModel(Scenario(months=3), collect=["trust"])
    >>> model.run_model()
    >>> model.month, len(model.datacollector.get_model_vars_dataframe())
    (3, 3)
    >>> 0.0 < model.organisations.agg("mutuality", min) < 1.0
    True
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        seed: int = 0,
        replicate: int = 0,
        rng: Any = None,
        *,
        events: bool = False,
        collect: Sequence[str] | Mapping[str, Reporter] | None = None,
        collect_agents: Mapping[type[View], Sequence[str]] | None = None,
        place: Place | None = None,
        **settings: float | int | str,
    ) -> None:
        if rng is not None:
            if seed:
                raise ValueError(f"seed was {seed} and rng {rng!r}; give one of them")
            seed = _seed_of(rng)
        super().__init__(rng=seed)
        plan = Scenario() if scenario is None else scenario
        self.plan: Scenario = plan.with_values(**settings) if settings else plan
        self.seed, self.replicate = seed, replicate
        self.place: Place = self.plan.place.make() if place is None else place
        self.state: State = new_state(self.plan, self.place)
        self._logged: list[np.ndarray] | None = None
        if events:
            self.state = log.with_log(self.state)
            self._logged = []
        self._column_cache: dict[str, dict[str, np.ndarray]] = {}
        self._names = dict(zip(self.place.uid.tolist(), self.place.names, strict=True))
        self._by_uid: dict[int, Organisation] = {}
        self._orders: dict[int, Order] = {}
        self._row: np.recarray | None = None
        self._grid: Network | None = None
        self._begin()
        self._shown = {kind._table: self._no_agents(kind) for kind in KINDS}
        self._known = {name: np.zeros(len(shown), "u8") for name, shown in self._shown.items()}
        self._sync()
        self.datacollector: mesa.DataCollector | None = None
        if collect is not None or collect_agents is not None:
            self.datacollector = collector(collect or (), collect_agents or {})

    def _begin(self) -> None:
        """Populate, and run the months before month 0."""
        start(self.state, self.plan, self.seed, self.replicate)
        self._keep_log()
        nothing = table(0, OBSERVATION)
        while self.state.now[0].month < 0:
            run_months(self.state, 1, nothing, -1)
            self._keep_log()
        self.month = int(self.state.now[0].month)

    # Time -----------------------------------------------------------------------------------

    def step(self) -> None:
        """Run a month, with the orders that were given for it."""
        orders, self._orders = self._orders, {}
        self._row = step_month(self.state, orders.values())
        self._keep_log()
        self.month = int(self.state.now[0].month)
        self._sync()
        if self._grid is not None:
            redraw(self, self._grid)
        if self.datacollector is not None:
            self.datacollector.collect(self)
        self.running = self.month < self.plan.months

    def order(self, organisation: "Organisation | int | Order", **decisions: Any) -> None:
        """Give an organisation orders for the next month; new ones replace earlier ones.

        Parameters
        ----------
        organisation : Organisation, int or Order
            Who, or its uid, or a whole order.
        **decisions
            `bid`, `join`, `speak`, `leave`, `contribute`; see `alliances.model.orders.Order`.

        Raises
        ------
        OrderError
            For an unknown decision, a value that is not allowed, or an organisation not at work.
        GoneError
            For an agent that is gone.
        """
        given = organisation
        if isinstance(given, Organisation):
            assert given.row >= 0  # or it is gone
            given = order_of(given.uid, **decisions)
        elif not isinstance(given, Order):
            given = order_of(given, **decisions)
        elif decisions:
            raise OrderError("give an Order, or decisions by name, not both")
        self.organisation(given.organisation)
        self._orders[given.organisation] = given

    # Looking --------------------------------------------------------------------------------

    @property
    def measures(self) -> dict[str, float]:
        """All measures of the last month; a LookupError before the first."""
        return dict(zip(MEASURES, self.record[0].tolist(), strict=True))

    @property
    def record(self) -> np.recarray:
        """The measures of the last month as one row of OBSERVATION; see `measures`."""
        if self._row is None:
            raise LookupError("there are no measures before the first month: call step()")
        return self._row

    def snapshot(self) -> Snapshot:
        """Return tables of this moment; they are of no use after the next step."""
        return Snapshot(self.state, self.place)

    @property
    def events(self) -> pd.DataFrame:
        """Every change of trust and money since the beginning of the burn-in.

        Raises
        ------
        EventLogError
            If the model was made without `events=True`.
        """
        if self._logged is None:
            raise log.EventLogError("no events were logged: make the model with events=True")
        pending = log.records(self.state)  # what was changed by hand since the last month
        return log.frame_of(np.concatenate([*self._logged, pending]))

    def _keep_log(self) -> None:
        if self._logged is not None:
            self._logged.append(log.records(self.state))
            log.clear(self.state)

    # Agents ---------------------------------------------------------------------------------

    @property
    def organisations(self) -> Any:
        """AgentSet of the organisations at work."""
        return self._set_of(Organisation)

    @property
    def alliances(self) -> Any:
        """AgentSet of the living alliances."""
        return self._set_of(Alliance)

    @property
    def connectors(self) -> Any:
        """AgentSet of the connectors in post."""
        return self._set_of(Connector)

    @property
    def commissioners(self) -> Any:
        """AgentSet of the purses."""
        return self._set_of(Commissioner)

    def _set_of(self, kind: type[View]) -> Any:
        found = self.agents_by_type.get(kind)
        return mesa.agentset.AgentSet([], random=self.random) if found is None else found

    def organisation(self, who: int | str) -> Organisation:
        """Return the organisation with that uid or name.

        Raises
        ------
        LookupError
            If none at work is called so, or several are.
        """
        if not isinstance(who, str):
            found = [self._by_uid[int(who)]] if int(who) in self._by_uid else []
        else:
            found = [agent for agent in self._by_uid.values() if agent.name == who]
        if len(found) != 1:
            names = [agent.name for agent in self._by_uid.values()]
            close = difflib.get_close_matches(str(who), names, n=3)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            many = f"{len(found)} organisations are called" if found else "no organisation is"
            raise LookupError(f"{many} {who!r} in month {self.month}{hint}")
        return found[0]

    def organisation_at(self, row: int) -> Organisation | None:
        """Return the organisation in a row of the state, None where nobody works."""
        agent = self._shown["organisations"][row] if row >= 0 else None
        return agent if agent is not None and agent.alive else None

    def alliance_at(self, row: int) -> Alliance:
        """Return the alliance in a row of the state."""
        return cast(Alliance, self._shown["alliances"][row])

    def connector_at(self, row: int) -> Connector | None:
        """Return the connector in a row of the state, None where nobody is in post."""
        agent = self._shown["connectors"][row] if row >= 0 else None
        return agent if agent is not None and agent.alive else None

    def payer_at(self, code: int) -> Organisation | Commissioner | None:
        """Return who pays under that code: a row, or -2 - c for commissioner c."""
        if code >= 0:
            return self.organisation_at(code)
        return self._shown["commissioners"][-2 - code]

    def column(self, table_name: str, name: str) -> np.ndarray:
        """Return a column of the state, to read and write."""
        return self.columns(table_name)[name]

    def columns(self, table_name: str) -> dict[str, np.ndarray]:
        """Return all columns of a table of the state by name."""
        found = self._column_cache.get(table_name)
        if found is None:
            plain = getattr(self.state, table_name).view(np.ndarray)
            found = {name: plain[name] for name in plain.dtype.names}
            self._column_cache[table_name] = found
        return found

    def name_of(self, table_name: str, row: int) -> str:
        """Return the name of what is in a row of the state."""
        columns = self.columns(table_name)
        uid = int(columns["uid"][row])
        if table_name == "organisations":
            return self._names.get(uid, f"founded {columns['born'][row]}")
        if table_name == "commissioners":
            return COMMISSIONERS[row % len(COMMISSIONERS)]
        if table_name == "connectors":
            return f"connector {row + 1}"
        return f"alliance {uid % 10**6:06d}"

    def _no_agents(self, kind: type[View]) -> list[View | None]:
        return [None] * len(getattr(self.state, kind._table))

    def _living(self, table_name: str) -> np.ndarray:
        columns = self.columns(table_name)
        if table_name == "organisations":
            works = is_working(columns["status"])
        elif table_name == "commissioners":
            works = np.ones(len(columns["uid"]), bool)
        else:
            works = columns["alive" if table_name == "alliances" else "active"] == 1
        return np.where(works, columns["uid"], np.uint64(0))

    def _sync(self) -> None:
        """Part with agents whose rows are gone, and greet new ones, in the order of their uids."""
        for kind in KINDS:
            name = kind._table
            living, known, shown = self._living(name), self._known[name], self._shown[name]
            changed = np.flatnonzero(living != known)
            for row in changed[known[changed] != 0].tolist():
                gone = shown[row]
                shown[row] = None
                if gone is not None:
                    gone._leave(self.month - 1)
                    self._by_uid.pop(gone.uid, None)
            new = changed[living[changed] != 0]
            for row in new[np.argsort(living[new], kind="stable")].tolist():
                agent = shown[row] = kind(self, row)
                if isinstance(agent, Organisation):
                    self._by_uid[agent.uid] = agent
                    if self._grid is not None:
                        agent.cell = self._grid[row]
            known[:] = living

    # Mesa's page ----------------------------------------------------------------------------

    @property
    def grid(self) -> Network:
        """Organisations as a network of familiar ties, for Mesa's space drawers.

        A node is a row of the state, so that a position never changes; its place on the page is
        laid out once, from the model's seed. Draw it with ``make_space_component(portrayal,
        layout_alg=placed)``.
        """
        if self._grid is None:
            self._grid = tie_network(self)
        return self._grid

    @property
    def scenario(self) -> Any:
        """Not here: Mesa's page would rebuild the model from a scenario class of Mesa's own."""
        raise AttributeError("the scenario of a PartnershipModel is its `plan`")

    @scenario.setter
    def scenario(self, given: Any) -> None:
        """Let Mesa's base class set its own."""

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what a copy must make anew: views of columns."""
        return {**self.__dict__, "_column_cache": {}}


def _seed_of(rng: Any) -> int:
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(1, np.uint64)[0])
    if isinstance(rng, int | np.integer):
        return int(rng)
    raise ValueError(f"rng was {rng!r}; it must be a whole number, a SeedSequence or a Generator")
