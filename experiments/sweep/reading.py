"""Reading an experiment from its TOML file, with messages that say what to change."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from alliances.experiments.cases.choose import find_scenario
from alliances.experiments.input.own_measures import NETWORK
from alliances.experiments.sweep.experiment import CALIBRATED, Experiment, Sampling
from alliances.experiments.worlds.factor import Factor, read_factor
from alliances.model.input.documents import toml_of
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import told
from alliances.model.parameters import World, checked, lookup
from alliances.model.scenario import Scenario, ScenarioError, cut_by

# Entries that programs write, and no file gives.
HIDDEN = {"text", "factors", "joint", "own_names"}
STEPPED = ("grid", "one_at_a_time")  # methods that take a range in steps


def _beside(base: Path, name: str) -> Path:
    """Return where a file lies that is named relative to another."""
    try:
        return (base / name).resolve()
    except (ValueError, RuntimeError) as error:  # no name that a file could have; links in a ring
        raise UserError(f"there is no file {name!r}: {error}") from error


def _sampling(given: dict[str, Any], base: Path) -> Sampling:
    if "text" in given:
        raise UserError(f"design, text: {_unknown(Sampling)}")
    try:
        found = Sampling.model_validate(given)
    except ValidationError as error:
        raise UserError(_told(error, "design")) from error
    if found.method != "list" or found.file is None:
        return found
    path = _beside(base, found.file)
    return found.model_copy(update={"file": str(path), "text": text_of(path, "file of points")})


def _calibrated(
    designs: dict[str, Sampling | None], given: bool, held: Collection[str]
) -> list[Factor]:
    """Put the calibrated worlds into the design that asks for them; return their factors.

    What is held stays in every world as it was set, or switched off.
    """
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
        from alliances.experiments.worlds.prior import world_prior
        from alliances.experiments.worlds.sample import calibrated_worlds

        worlds = calibrated_worlds(design.points or None, held)
        factors = {factor.name: factor for factor in world_prior().factors}
        text = worlds.to_csv(index=False)
        designs[part] = design.model_copy(update={"text": text, "points": len(worlds)})
        return [factors[name] for name in worlds.columns]
    return []


def _designs(document: dict[str, Any], base: Path) -> dict[str, Sampling | None]:
    given = _table(document, "design")
    apart = {
        part: given[part] for part in ("levers", "worlds") if isinstance(given.get(part), dict)
    }
    if apart:
        extra = sorted(set(given) - set(apart))
        if extra:
            raise UserError(
                f"design: {extra[0]!r} stands beside [design.levers] or [design.worlds]; "
                "give one design for all factors, or one for each of the two"
            )
        return {f"{part}_design": _sampling(given[part], base) for part in apart}
    return {"joint": _sampling(given, base)}


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
    document = toml_of(text, source)
    for name in ("factors", "joint", "levers_design", "worlds_design", "own_names"):
        if name in document:
            raise UserError(f"{source}, {name}: {_unknown(Experiment)}")
    try:
        varied = {part: _table(document, part) for part in ("levers", "worlds")}
        scenario, set_here, cut = _base_scenario(document, base)
        factors = [
            read_factor(name, given, lever=part == "levers")
            for part, table in varied.items()
            for name, given in table.items()
        ]
        designs = _designs(document, base)
        usual = World().model_dump()
        held = {name for name, value in scenario.world.model_dump().items() if value != usual[name]}
        factors += _calibrated(designs, bool(varied["worlds"]), {*held, *set_here, *cut})
        own = document.get("own")
        if isinstance(own, str) and own != NETWORK:
            document["own"] = str(_beside(base, own))
    except (UserError, ScenarioError) as error:
        raise UserError(f"{source}: {error}") from error
    names = [factor.name for factor in factors]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{source}: {name} was given twice, once by another name")
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
    _is_obeyed(found, set_here, cut, source)
    try:
        _can_be_asked(found)
    except ValueError as error:
        raise UserError(f"{source}, analysis: {error}") from error
    return found


def _base_scenario(
    document: dict[str, Any], base: Path
) -> tuple[Scenario, Collection[str], Collection[str]]:
    """Return the base scenario, and names of what the file sets in it and switches off."""
    settings, without = document.pop("set", {}), document.pop("without", [])
    if not isinstance(settings, dict):
        raise UserError(f"set was {settings!r}; give values by name, [set] with NAME = VALUE")
    if not isinstance(without, list):
        raise UserError(f"without was {without!r}; give a list of mechanisms")
    found = _named_scenario(document, base)
    try:
        found = found.with_values(**settings).without(*without)
        return found, checked(settings), cut_by(*without)
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
        if "months" in document and document["months"] != inline.get("months", document["months"]):
            raise UserError("`months` and scenario.months differ; give one of them")
        from alliances.model.scenario import parse_scenario

        if "months" in document and "timeline" in inline:
            inline = {**inline, "months": document["months"]}
        return parse_scenario(tomli_w.dumps(inline), base=base, source="scenario")
    if isinstance(given, str) and given.endswith(".toml"):
        return find_scenario(str(base / given))
    if given is not None and not isinstance(given, str):
        raise UserError(f"base was {given!r}; give the name of a case or of a scenario file")
    return find_scenario(given)


def _fits(found: Experiment, source: str) -> None:
    late = [c.month for c in found.scenario.timeline if c.month >= found.months]
    if late:
        raise UserError(
            f"{source}: months was {found.months}, but the scenario has a change of month "
            f"{late[0]}; give at least {late[-1] + 1}"
        )
    for part, factors, design in (
        ("levers", found.levers, found.levers_design),
        ("worlds", found.worlds, found.worlds_design),
    ):
        if design is not None and not factors:
            raise UserError(f"{source}: [design.{part}] was given, but there are no {part}")
        if found.joint is None and factors and design is None:
            raise UserError(f"{source}: [design.{part}] is missing; how are the {part} tried?")
        method = (design or found.joint or Sampling()).method
        for factor in factors:
            if factor.steps and method not in STEPPED:
                raise UserError(
                    f"{source}: {factor.name} has `steps`, which method {method!r} does not use; "
                    "leave them out"
                )
    if found.joint is not None and not found.factors and found.joint.method != "grid":
        raise UserError(f"{source}: nothing varies; give factors under [levers] or [worlds]")


def _can_be_asked(found: Experiment) -> None:
    """Refuse questions about levers before anything is run for them."""
    analysis, varied = found.analysis, [factor.name for factor in found.levers]
    for name in analysis.choices:
        if name not in varied:
            told = ", ".join(varied) or "none"
            raise UserError(f"choices: {name!r} is no lever that varies here; these are: {told}")
    for tip in analysis.tips:
        low, high = (checked({tip.lever: value}) for value in (tip.low, tip.high))
        if tip.low >= tip.high:
            raise UserError(f"tips: low was {tip.low:g} and high {tip.high:g}; low is the lesser")
        if lookup(tip.lever).kind not in ("number", "whole") or low == high:
            raise UserError(f"tips: {tip.lever} cannot be raised step by step; name a number")
    if analysis.pound and not analysis.pound.levers:
        raise UserError("pound: levers was []; name one or more")
    compared = analysis.pound.levers if analysis.pound else ()
    for what, names in (("choices", analysis.choices), ("pound", compared)):
        own = [lookup(name).name for name in names]
        if len(set(own)) < len(own):
            raise UserError(f"{what}: a lever stands there twice: {', '.join(names)}")
    for name in (*compared, *(tip.lever for tip in analysis.tips)):
        if not lookup(name).is_lever:
            raise UserError(f"{name} is an assumption that nobody decides; name a lever")


def _is_obeyed(
    found: Experiment, set_here: Collection[str], cut: Collection[str], source: str
) -> None:
    """Refuse to vary, or to set, what something else in the file decides."""
    varied = {factor.name: factor for factor in found.factors}
    analysis = found.analysis
    moved = {*varied, *(t.lever for t in analysis.tips)}
    moved |= {*set_here, *(analysis.pound.levers if analysis.pound else ())}
    for name in sorted(moved.intersection(cut)):
        how = "set" if name in set_here else "varied"
        raise UserError(
            f"{source}: {name} is {how}, but `without` switches it off; leave one of the two out"
        )
    for name in {*set_here} & {*varied}:
        lever = varied[name].is_lever
        design = found.joint or (found.levers_design if lever else found.worlds_design)
        stays = design is not None and design.method == "one_at_a_time"  # where others vary
        if not stays and not (found.paired and lever):
            raise UserError(
                f"{source}: [set] gives {name}, but it varies, so that no run would have the value "
                "that was set; leave one of the two out"
            )


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.pop(name, {})
    if not isinstance(found, dict):
        raise UserError(f"{name} was {found!r}; give a table [{name}]")
    return found


def _unknown(model: type[BaseModel]) -> str:
    """Return what to say of an entry that a table does not know."""
    allowed = set(model.model_fields) - HIDDEN
    if model is Experiment:
        allowed = {name for name in allowed if not name.endswith("_design")}
        allowed |= {"base", "set", "without", "levers", "worlds", "design"}
    return f"unknown entry; allowed: {', '.join(sorted(allowed))}"


def first_error(error: ValidationError) -> str:
    """Return where the first of some errors lies, and what it is."""
    kind = Sampling if error.title == "Sampling" else Experiment
    strange = [e["loc"] for e in error.errors() if e["type"] == "extra_forbidden"]
    if any(len(where) == 1 for where in strange):
        return f"{strange[0][0]}: {_unknown(kind)}"
    return told(error, kind, "experiment", HIDDEN)


def _told(error: ValidationError, source: str) -> str:
    between = ", " if any(fault["loc"] for fault in error.errors()) else ": "
    return f"{source}{between}{first_error(error)}"


def read_experiment(path: str | Path) -> Experiment:
    """Read an experiment file.

    Raises
    ------
    UserError
        If there is no such file or it is not an experiment.
    """
    path = Path(path)
    text = text_of(path, "experiment file")
    return parse_experiment(text, base=path.resolve().parent, source=str(path))
