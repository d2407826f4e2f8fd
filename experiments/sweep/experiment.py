"""An experiment: what is asked, what varies, how often, and what is kept."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from alliances.experiments.input.own_measures import read_measures
from alliances.experiments.worlds.factor import Factor
from alliances.model.given import Given
from alliances.model.input.errors import UserError
from alliances.model.input.files import bytes_of
from alliances.model.measures import MEASURES, Measure
from alliances.model.scenario import Scenario

type Method = Literal[
    "grid", "list", "latin_hypercube", "sobol", "morris", "one_at_a_time", "calibrated"
]
# What each method goes by.
METHODS: Mapping[str, tuple[str, ...]] = {
    "grid": (),
    "list": ("file",),
    "latin_hypercube": ("points", "seed"),
    "sobol": ("points", "second_order", "seed"),
    "morris": ("points", "levels", "seed"),
    "one_at_a_time": (),
    "calibrated": ("points",),
}
CALIBRATED = "calibrated"  # the assumptions are those of the calibrated worlds
MOST_REPLICATES = 10_000
# What decides on no result, or is put down in another way.
ASIDE = {"name", "question", "factors", "analysis", "own_names"}


class Sampling(Given):
    """At which values factors are tried.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    points : int
        Latin hypercube: points. Sobol: base samples N, a power of two, for N (D + 2) points, or
        N (2 D + 2) with `second_order`. Morris: trajectories of D + 1 points each. Calibrated: how
        many worlds of the sample, the first ones; all by default.
    file : str or None
        List: a CSV file with one column a factor.
    text : str or None
        What stood in that file when the experiment was read; calibrated: the worlds.
    levels : int
        Morris: levels of each factor, an even number.
    second_order : bool
        Sobol: whether to sample for interactions of two.
    seed : int
        Of the sampling, apart from the runs'.
    """

    method: Method = "grid"
    points: int = Field(default=0, ge=0, le=1_000_000)
    file: str | None = None
    text: str | None = None
    levels: int = Field(default=4, ge=2, le=64)
    second_order: bool = False
    seed: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _complete(self, info: ValidationInfo) -> "Sampling":
        every = dict.fromkeys(name for names in METHODS.values() for name in names)
        self.uses_only(METHODS[self.method], every, f"method {self.method!r}", info)
        if self.method in ("latin_hypercube", "sobol", "morris") and self.points < 2:
            raise ValueError(f"{self.method} needs `points`, 2 or more")
        if self.method == "sobol" and self.points & (self.points - 1):
            raise ValueError(
                f"sobol's `points` was {self.points}; it must be a power of two, such as "
                f"{1 << (self.points.bit_length() - 1)} or {1 << self.points.bit_length()}"
            )
        if self.method == "morris" and self.levels % 2:
            raise ValueError(f"morris's `levels` was {self.levels}; it must be even")
        if self.method == "list" and not (self.file or self.text):
            raise ValueError('list needs `file = "POINTS.csv"`, with one column a factor')
        return self


class Stop(Given):
    """Until when replicates are added at each point.

    Attributes
    ----------
    half_width : mapping of str to float
        For each measure, the half-width of the 95 % interval of the paired difference to the
        reference that is aimed at (at the reference: of its own mean).
    minimum, maximum : int
        Replicates of each point.
    block : int
        Replicates that are added at a time; the rule is looked at between blocks only.
    look_ahead : int
        For so many looks in a row all measures must be inside, as the first time may be luck.
    """

    half_width: dict[str, float]
    minimum: int = Field(default=8, ge=2)
    maximum: int = Field(default=256, ge=2, le=MOST_REPLICATES)
    block: int = Field(default=8, ge=1)
    look_ahead: int = Field(default=2, ge=1)

    @model_validator(mode="after")
    def _sound(self) -> "Stop":
        if not self.half_width:
            raise ValueError("stop needs `half_width = { MEASURE = ... }`, one or more")
        for name, width in self.half_width.items():
            if not 0.0 < width < float("inf"):
                raise ValueError(f"half_width of {name} was {width}; it must be above 0")
        if self.maximum < self.minimum:
            raise ValueError(f"maximum ({self.maximum}) is below minimum ({self.minimum})")
        return self


class Failing(Given):
    """What counts as failing, for the question in which worlds it does.

    Attributes
    ----------
    measure : str
        What fails.
    threshold : float
        Where failing begins, in units of the measure.
    below : bool
        Whether low values fail.
    paired : bool
        Whether it is the difference to the reference that fails.
    """

    measure: str
    threshold: float
    below: bool = True
    paired: bool = False


class Tipping(Given):
    """A lever whose tipping value is looked for between two others.

    Attributes
    ----------
    lever : str
        What is moved.
    low, high : float
        Between which values.
    measure : str
        What tips.
    threshold : float or None
        The value at which it has tipped; half of the way from one end to the other by default.
    replicates : int
        Matched runs at each value.
    hold : int
        Months at each of five values on the way up and down again; 0 leaves the way back out.
    """

    lever: str
    low: float
    high: float
    measure: str
    threshold: float | None = None
    replicates: int = Field(default=32, ge=4, le=MOST_REPLICATES)
    hold: int = Field(default=0, ge=0, le=600)


class Pound(Given):
    """Levers to be compared at equal cost.

    Attributes
    ----------
    levers : tuple of str
        Which.
    budget : float
        GBP a year a place.
    replicates : int
        Matched runs of each.
    """

    levers: tuple[str, ...]
    budget: float = Field(gt=0.0)
    replicates: int = Field(default=64, ge=4, le=MOST_REPLICATES)


class Analysis(Given):
    """What is asked of the runs when they are there; it decides on no run.

    Attributes
    ----------
    measures : tuple of str
        What answers are about; the headlines by default.
    choices : tuple of str
        Levers whose values are choices, for regret; all levers by default.
    fails : tuple of Failing
        What counts as failing.
    tips : tuple of Tipping
        Where to look for tipping values.
    pound : Pound or None
        Levers at equal cost.
    """

    measures: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    fails: tuple[Failing, ...] = ()
    tips: tuple[Tipping, ...] = ()
    pound: Pound | None = None


class Experiment(Given):
    """A question to the model, and the runs that answer it.

    Attributes
    ----------
    name, question : str
        For people.
    scenario : Scenario
        What everything starts from: its values are those of the reference.
    factors : tuple of Factor
        What varies, levers first.
    levers_design, worlds_design : Sampling or None
        How levers and assumptions are tried. Both together are crossed in full; `joint` samples
        all factors as one.
    joint : Sampling or None
        One design over all factors.
    paired : bool
        Whether each world also runs its reference: the base scenario's levers, to compare with.
        Sampling levers and assumptions together makes every point a world of its own; leave it out
        there unless differences are asked for.
    replicates : int
        Runs at each point, if there is no stopping rule.
    stop : Stop or None
        The stopping rule.
    months : int
        Horizon.
    last : int
        Each run is averaged over its so many last months.
    seed : int
        Base seed: replicate r has the same luck at every point.
    keep : {"final", "yearly", "monthly"}
        Means of the last months alone, or yearly or monthly means as well.
    groups : bool
        Whether to keep each run's figures by size band and sector at the end.
    organisations : bool
        Whether to keep every organisation of the last month.
    measures : tuple of str
        Which measures to keep; all by default.
    own : str or None
        A Python file of further measures, or "network".
    own_names : tuple of str or None
        What the measures of that file are called, where the file is not to be run: in a folder
        that is only read.
    analysis : Analysis
        What is asked of the runs.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str
    question: str = ""
    scenario: Scenario
    factors: tuple[Factor, ...] = ()
    levers_design: Sampling | None = None
    worlds_design: Sampling | None = None
    joint: Sampling | None = None
    paired: bool = True
    replicates: int = Field(default=16, ge=1, le=MOST_REPLICATES)
    stop: Stop | None = None
    months: int = Field(default=120, ge=1, le=10_000)
    last: int = Field(default=12, ge=1)
    seed: int = Field(default=0, ge=0, lt=2**64)
    keep: Literal["final", "yearly", "monthly"] = "final"
    groups: bool = False
    organisations: bool = False
    measures: tuple[str, ...] = ()
    own: str | None = None
    own_names: tuple[str, ...] | None = None
    analysis: Analysis = Analysis()

    @field_validator("measures")
    @classmethod
    def _once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(given))

    @model_validator(mode="after")
    def _known(self) -> "Experiment":
        known = {*MEASURES, *self.further}
        wanted = [*self.measures, *(self.stop.half_width if self.stop else ())]
        asked = [*self.analysis.measures, *(f.measure for f in self.analysis.fails)]
        wanted += [*asked, *(t.measure for t in self.analysis.tips)]
        for name in wanted:
            if name not in known:
                raise ValueError(f"there is no measure {name!r}; `alliances measures` lists them")
        missing = [n for n in (self.stop.half_width if self.stop else ()) if n not in self.kept]
        if missing:
            raise ValueError(
                f"the stopping rule needs {', '.join(missing)}, which `measures` leaves out; "
                "add it there"
            )
        unkept = [name for name in asked if name not in self.kept]
        if unkept:
            raise ValueError(
                f"the analysis needs {', '.join(unkept)}, which `measures` leaves out; add it there"
            )
        if self.last > self.months:
            raise ValueError(f"last ({self.last}) is more than months ({self.months})")
        return self

    @property
    def levers(self) -> tuple[Factor, ...]:
        """The levers among the factors."""
        return tuple(factor for factor in self.factors if factor.is_lever)

    @property
    def worlds(self) -> tuple[Factor, ...]:
        """The assumptions among the factors."""
        return tuple(factor for factor in self.factors if not factor.is_lever)

    @cached_property
    def own_measures(self) -> tuple[Measure, ...]:
        """Further measures, from the file that `own` names, which is run for it.

        Raises
        ------
        UserError
            If this was read from a folder whose code nobody has said to trust.
        """
        if self.own_names is not None:
            raise UserError(
                f"this experiment brings Python of its own ({Path(str(self.own)).name}), which "
                "running it again would run: look into that file, then give --trust"
            )
        return () if self.own is None else read_measures(self.own)

    @property
    def further(self) -> tuple[str, ...]:
        """Names of the further measures."""
        if self.own_names is not None:
            return self.own_names
        return tuple(measure.name for measure in self.own_measures)

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of the measures that are kept, further ones last."""
        names = self.measures or tuple(MEASURES)
        return (*names, *(name for name in self.further if name not in names))

    @property
    def most_replicates(self) -> int:
        """Runs at a point at most."""
        return self.stop.maximum if self.stop else self.replicates

    def __getstate__(self) -> dict[str, Any]:
        """Leave out functions from a researcher's file: who unpickles it reads the file anew."""
        state = super().__getstate__()
        content = {n: v for n, v in state["__dict__"].items() if n in type(self).model_fields}
        return {**state, "__dict__": content}

    def document(self) -> dict[str, Any]:
        """Return all that decides on results, as JSON can hold it.

        Names, and where files lie, do not; what is in them does. A place is known by its digest.
        """
        given = self.model_dump(mode="json", exclude=ASIDE)
        given["factors"] = [list(map(str, vars(factor).values())) for factor in self.factors]
        for name in ("levers_design", "worlds_design", "joint"):
            if given[name] is not None and given[name]["file"] is not None:
                given[name]["file"] = content_digest(Path(given[name]["file"]))
        for name in ("name", "description", "months"):
            given["scenario"].pop(name)
        given["scenario"]["place"] = self.scenario.place.make().digest()
        given["own"] = self.own_digest()
        return given

    def own_digest(self) -> str | None:
        """Return a hash of the file of further measures, "network" for the model's; or None."""
        if self.own is None or not Path(self.own).is_file():
            return self.own
        return content_digest(Path(self.own))

    def digest(self, own: str | None = "") -> str:
        """Return a hash of all that decides on results; of `own`'s, if one is given."""
        document = self.document()
        if own != "":
            document["own"] = own
        text = json.dumps(document, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def content_digest(path: Path) -> str | None:
    """Return a hash of what is in a file; None if there is no such file."""
    return hashlib.blake2b(bytes_of(path)).hexdigest()[:32] if path.is_file() else None
