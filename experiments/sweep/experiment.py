"""An experiment: what is asked, what varies, how often, and what is kept; in one TOML file."""

import hashlib
import json
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from experiments.errors import UserError
from experiments.own_measures import read_measures
from experiments.selection import find_scenario
from experiments.sweep.factor import Factor, read_factor
from model.measures import MEASURES, Measure
from model.scenario import Scenario, ScenarioError

METHODS = ("grid", "list", "latin_hypercube", "sobol", "morris", "one_at_a_time", "calibrated")
type Method = Literal[
    "grid", "list", "latin_hypercube", "sobol", "morris", "one_at_a_time", "calibrated"
]
CALIBRATED = "calibrated"  # the assumptions are those of the calibrated worlds
MOST_REPLICATES = 10_000


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sampling(_Strict):
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
    def _complete(self) -> "Sampling":
        if self.method in ("latin_hypercube", "sobol", "morris") and self.points < 2:
            raise ValueError(f"{self.method} needs `points`, 2 or more")
        if self.method == "sobol" and self.points & (self.points - 1):
            raise ValueError(
                f"sobol's `points` was {self.points}; it must be a power of two, such as "
                f"{1 << (self.points.bit_length() - 1)} or {1 << self.points.bit_length()}"
            )
        if self.method == "morris" and self.levels % 2:
            raise ValueError(f"morris's `levels` was {self.levels}; it must be even")
        if self.method == "list" and not self.file:
            raise ValueError('list needs `file = "POINTS.csv"`, with one column a factor')
        return self


class Stop(_Strict):
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


class Failing(_Strict):
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


class Tipping(_Strict):
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


class Pound(_Strict):
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


class Analysis(_Strict):
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


class Experiment(_Strict):
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
    analysis : Analysis
        What is asked of the runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

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
    analysis: Analysis = Analysis()

    @field_validator("measures")
    @classmethod
    def _once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(given))

    @model_validator(mode="after")
    def _known(self) -> "Experiment":
        known = {**MEASURES, **{measure.name: measure for measure in self.own_measures}}
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
        """Further measures, from the file that `own` names."""
        return () if self.own is None else read_measures(self.own)

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of the measures that are kept, further ones last."""
        names = self.measures or tuple(MEASURES)
        own = tuple(m.name for m in self.own_measures if m.name not in names)
        return (*names, *own)

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
        given = self.model_dump(mode="json", exclude={"name", "question", "factors", "analysis"})
        given["factors"] = [list(map(str, vars(factor).values())) for factor in self.factors]
        for name in ("levers_design", "worlds_design", "joint"):
            if given[name] is not None and given[name]["file"] is not None:
                given[name]["file"] = _content(Path(given[name]["file"]))
        for name in ("name", "description", "months"):
            given["scenario"].pop(name)
        given["scenario"]["place"] = self.scenario.place.make().digest()
        given["own"] = self.own_digest()
        return given

    def own_digest(self) -> str | None:
        """Return a hash of the file of further measures, "network" for the model's; or None."""
        if self.own is None or not Path(self.own).is_file():
            return self.own
        return _content(Path(self.own))

    def digest(self, own: str | None = "") -> str:
        """Return a hash of all that decides on results; of `own`'s, if one is given."""
        document = self.document()
        if own != "":
            document["own"] = own
        text = json.dumps(document, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _content(path: Path) -> str | None:
    return hashlib.blake2b(path.read_bytes()).hexdigest()[:32] if path.is_file() else None


def _sampling(given: dict[str, Any], source: str, base: Path) -> Sampling:
    if "text" in given:
        raise UserError(f"{source}, design, text: {_unknown(Sampling)}")
    try:
        found = Sampling.model_validate(given)
    except ValidationError as error:
        raise UserError(_told(error, f"{source}, design")) from error
    if found.method != "list" or found.file is None:
        return found
    path = (base / found.file).resolve()
    return found.model_copy(update={"file": str(path), "text": _text_of(path, "file of points")})


def _calibrated(designs: dict[str, Sampling | None], given: bool) -> list[Factor]:
    """Put the calibrated worlds into the design that asks for them; return their factors."""
    for part, design in designs.items():
        if design is None or design.method != CALIBRATED:
            continue
        if part != "worlds_design":
            raise UserError(
                'design: method = "calibrated" is for assumptions; put it under [design.worlds], '
                "and the design of the levers under [design.levers]"
            )
        if given:
            raise UserError(
                'worlds: leave [worlds] out with method = "calibrated", as the sample sets the '
                "assumptions; values for all worlds go under [set]"
            )
        from experiments.calibration.prior import world_prior
        from experiments.calibration.sample import calibrated_worlds

        worlds = calibrated_worlds(design.points or None)
        factors = {factor.name: factor for factor in world_prior().factors}
        text = worlds.to_csv(index=False)
        designs[part] = design.model_copy(update={"text": text, "points": len(worlds)})
        return [factors[name] for name in worlds.columns]
    return []


def _designs(document: dict[str, Any], source: str, base: Path) -> dict[str, Sampling | None]:
    given = _table(document, "design", source)
    apart = {
        part: given[part] for part in ("levers", "worlds") if isinstance(given.get(part), dict)
    }
    if apart:
        extra = sorted(set(given) - set(apart))
        if extra:
            raise UserError(
                f"{source}, design: {extra[0]!r} stands beside [design.levers] or [design.worlds]; "
                "give one design for all factors, or one for each of the two"
            )
        return {f"{part}_design": _sampling(given[part], source, base) for part in apart}
    return {"joint": _sampling(given, source, base)}


def parse_experiment(text: str, *, base: Path, source: str) -> Experiment:
    """Read an experiment from TOML.

    Parameters
    ----------
    text : str
        The TOML.
    base : Path
        Folder that file names in it are relative to.
    source : str
        What to call it in messages.

    Raises
    ------
    UserError
        Naming the source, the entry, what was given and what is allowed.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{source} is not TOML: {error}") from error
    for name in ("factors", "joint", "levers_design", "worlds_design"):
        if name in document:
            raise UserError(f"{source}, {name}: {_unknown(Experiment)}")
    varied = {part: _table(document, part, source) for part in ("levers", "worlds")}
    try:
        scenario = _base_scenario(document, base)
        factors = [
            read_factor(name, given, lever=part == "levers")
            for part, table in varied.items()
            for name, given in table.items()
        ]
        designs = _designs(document, source, base)
        factors += _calibrated(designs, bool(varied["worlds"]))
    except (UserError, ScenarioError) as error:
        raise UserError(f"{source}: {error}") from error
    names = [factor.name for factor in factors]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{source}: {name} was given twice, once by another name")
    own = document.get("own")
    if isinstance(own, str) and own != "network":
        document["own"] = str((base / own).resolve())
    document.setdefault("months", scenario.months)
    if "replicates" in document and "stop" in document:
        raise UserError(f"{source}: give `replicates` or [stop], not both")
    try:
        found = Experiment.model_validate(
            {**document, **designs, "scenario": scenario, "factors": tuple(factors)}
        )
    except ValidationError as error:
        raise UserError(_told(error, source)) from error
    _fits(found, source)
    return found


def _base_scenario(document: dict[str, Any], base: Path) -> Scenario:
    settings, without = document.pop("set", {}), document.pop("without", [])
    if not isinstance(settings, dict):
        raise UserError(f"set was {settings!r}; give values by name, [set] with NAME = VALUE")
    if not isinstance(without, list):
        raise UserError(f"without was {without!r}; give a list of mechanisms")
    found = _named_scenario(document, base)
    try:
        if settings:
            found = found.with_values(**settings)
        return found.without(*without) if without else found
    except ValueError as error:
        raise UserError(str(error)) from error


def _named_scenario(document: dict[str, Any], base: Path) -> Scenario:
    given = document.pop("base", None)
    inline = document.pop("scenario", None)
    if inline is not None and given is not None:
        raise UserError("give `base` or [scenario], not both")
    if inline is not None:
        import tomli_w

        if not isinstance(inline, dict):
            raise UserError(f"scenario was {inline!r}; give a table [scenario]")
        from model.scenario import parse_scenario

        return parse_scenario(tomli_w.dumps(inline), base=base, source="scenario")
    if isinstance(given, str) and given.endswith(".toml"):
        return find_scenario(str(base / given))
    if given is not None and not isinstance(given, str):
        raise UserError(f"base was {given!r}; give the name of a case or of a scenario file")
    return find_scenario(given)


def _fits(found: Experiment, source: str) -> None:
    for part, factors, design in (
        ("levers", found.levers, found.levers_design),
        ("worlds", found.worlds, found.worlds_design),
    ):
        if design is not None and not factors:
            raise UserError(f"{source}: [design.{part}] was given, but there are no {part}")
        if found.joint is None and factors and design is None:
            raise UserError(f"{source}: [design.{part}] is missing; how are the {part} tried?")
    if found.joint is not None and not found.factors and found.joint.method != "grid":
        raise UserError(f"{source}: nothing varies; give factors under [levers] or [worlds]")


def _table(document: dict[str, Any], name: str, source: str) -> dict[str, Any]:
    found = document.pop(name, {})
    if not isinstance(found, dict):
        raise UserError(f"{source}: {name} was {found!r}; give a table [{name}]")
    return found


def _unknown(model: type[BaseModel]) -> str:
    """Return what to say of an entry that a table does not know."""
    allowed = set(model.model_fields) - {"text", "factors", "joint"}
    if model is Experiment:
        allowed = {name for name in allowed if not name.endswith("_design")}
        allowed |= {"base", "set", "without", "levers", "worlds", "design"}
    return f"unknown entry; allowed: {', '.join(sorted(allowed))}"


def first_error(error: ValidationError) -> str:
    """Return where the first of some errors lies, and what it is."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        inside = Stop if "stop" in first["loc"] else Experiment
        message = _unknown(Sampling if error.title == "Sampling" else inside)
    elif first["type"] != "missing" and first["type"] != "value_error":
        message += f"; it was {first['input']!r}"
    more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{where}: {message}{more}" if where else f"{message}{more}"


def _told(error: ValidationError, source: str) -> str:
    told = first_error(error)
    where = error.errors()[0]["loc"]
    return f"{source}, {told}" if where else f"{source}: {told}"


def _text_of(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UserError(f"there is no {what} {path}; check its name and folder") from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise UserError(f"{path} cannot be read as UTF-8 text: {error}") from error


def read_experiment(path: str | Path) -> Experiment:
    """Read an experiment file.

    Raises
    ------
    UserError
        If there is no such file or it is not an experiment.
    """
    path = Path(path)
    text = _text_of(path, "experiment file")
    return parse_experiment(text, base=path.resolve().parent, source=str(path))
