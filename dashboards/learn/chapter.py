"""A chapter: a true story, one choice, a bet, what the model says, one knob, a twist, three lines.

Chapters are TOML files: those that come with the model in `chapters/`, and any that a trainer
writes. Answers are not in them: the runs decide which sentences are said.
"""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from dashboards.learn.finding import AGAINST, CHOSEN, OUTCOMES, Finding, check_sentences
from experiments.case import SLUG, Case, Source
from experiments.errors import UserError
from experiments.selection import CASES, find_case, find_scenario
from experiments.text_file import text_of
from model.parameters import REGISTRY, checked
from model.scenario import Change, PlaceSource, Scenario, ScenarioError

CHAPTERS = Path(__file__).parent / "chapters"
STEPS = ("story", "choice", "bet", "run", "reveal", "rule", "knob", "twist", "recap")
MOST_ORGANISATIONS, MOST_MONTHS, MOST_RUNS = 200, 240, 96


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Arm(_Part):
    """One course of things.

    Attributes
    ----------
    name, title : str
        Short name, and what it is in a few words.
    arm : str, optional
        Arm of the case to start from; by default the first.
    levers : mapping
        What is set besides.
    timeline : tuple of Change, optional
        Later changes; by default those of the case's arm.
    """

    name: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=60)
    arm: str | None = None
    levers: Mapping[str, float | int | str] = {}
    timeline: tuple[Change, ...] | None = None

    @field_validator("levers")
    @classmethod
    def _known(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        return checked(given)


class Option(_Part):
    """Something to choose.

    Attributes
    ----------
    arm : str
        The arm that it leads to.
    text : str
        What it is, in one sentence.
    """

    arm: str
    text: str = Field(min_length=1, max_length=160)


class Choice(_Part):
    """The choice: what is asked, what is there, and with what it is compared."""

    question: str
    against: str
    options: tuple[Option, ...] = Field(min_length=2, max_length=4)


class Stake(_Part):
    """One thing to bet on: a clause without a full stop, and the outcomes that prove it right."""

    text: str = Field(min_length=1, max_length=120)
    outcomes: tuple[str, ...] = Field(min_length=1)

    @field_validator("text")
    @classmethod
    def _is_a_clause(cls, given: str) -> str:
        if given.endswith("."):
            raise ValueError(f"{given!r} ends with a full stop; it is put into a sentence")
        return given


class Bet(_Part):
    """The bet: on which finding, what is asked, and what can be bet on."""

    question: str
    finding: str
    options: tuple[Stake, ...] = Field(min_length=2, max_length=5)


class Scene(_Part):
    """What is shown and said at one step: findings by name, text around them, what is drawn."""

    text: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    arms: tuple[str, ...] = ()
    measure: str | None = None


class Knob(_Part):
    """One lever or assumption, and the values that it is turned through."""

    lever: str
    values: tuple[float | int | str, ...] = Field(min_length=3, max_length=7)
    arm: str = CHOSEN
    question: str
    finding: str
    text: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Knob":
        for value in self.values:
            checked({self.lever: value})
        return self


class Line(_Part):
    """A line of the recap: about a finding, with a sentence for each outcome."""

    finding: str
    say: Mapping[str, str]


class Cue(_Part):
    """What the facilitator says, asks and looks out for at a step, and how long it takes."""

    minutes: float = Field(gt=0, le=30)
    say: str = ""
    ask: str = ""
    watch: str = ""


class Chapter(_Part):
    """A chapter.

    Attributes
    ----------
    name : str
        Name of the file.
    order : int
        Its place among the others.
    title, question : str
        What it is called and what it asks.
    case : str, optional
        The case whose story, place and assumptions it uses.
    scenario : str
        Without a case: the scenario to start from.
    place : PlaceSource, optional
        Another place than that of the case or scenario.
    months, runs, seed : int
        Horizon, matched runs, and the luck that the stage begins with.
    story : tuple of str
        The story, a few sentences at a time.
    sources : tuple of Source
        Where it is told; those of the case by default.
    arms : tuple of Arm
        Courses of things.
    choice, bet, reveal, rule, knob, twist : see there
        What happens at these steps; the rule is how the model has it, hidden until then.
    findings : mapping of str to Finding
        What is asked of the model.
    recap : tuple of Line
        Three lines.
    debrief : tuple of str
        Questions to talk about.
    cues : mapping of str to Cue
        What the facilitator says, by step.
    """

    name: str = Field(pattern=SLUG)
    order: int = 99
    title: str = Field(min_length=1, max_length=60)
    question: str = Field(min_length=1, max_length=120)
    case: str | None = None
    scenario: str = "today"
    place: PlaceSource | None = None
    months: int = Field(default=60, ge=12, le=MOST_MONTHS)
    runs: int = Field(default=48, ge=8, le=MOST_RUNS)
    seed: int = Field(default=0, ge=0)
    story: tuple[str, ...] = Field(min_length=1, max_length=4)
    sources: tuple[Source, ...] = ()
    arms: tuple[Arm, ...] = Field(min_length=2)
    choice: Choice
    bet: Bet
    reveal: Scene
    rule: Scene
    knob: Knob
    twist: Scene
    findings: Mapping[str, Finding]
    recap: tuple[Line, Line, Line]
    debrief: tuple[str, ...] = Field(min_length=2)
    cues: Mapping[str, Cue]

    @model_validator(mode="after")
    def _fits(self) -> "Chapter":
        _check_sources(self)
        _check_arms(self)
        _check_findings(self)
        missing = [step for step in STEPS if step not in self.cues]
        unknown = [step for step in self.cues if step not in STEPS]
        if missing or unknown:
            wrong = f"has nothing for {missing[0]!r}" if missing else f"has {unknown[0]!r}"
            raise ValueError(f"cues {wrong}; it needs {', '.join(STEPS)}")
        for arm in self.arms:  # whatever cannot be run is said now
            self.scenario_of(arm.name)
        return self

    @cached_property
    def _case(self) -> Case | None:
        return None if self.case is None else find_case(self.case)

    def told_in(self) -> tuple[Source, ...]:
        """Return where the story is told."""
        if self.sources or self._case is None:
            return self.sources
        return self._case.sources

    def arm(self, name: str) -> Arm:
        """Return an arm by its name."""
        return next(arm for arm in self.arms if arm.name == name)

    def named(self, name: str, chosen: str) -> str:
        """Return the arm that a name stands for once a choice is made."""
        return {CHOSEN: chosen, AGAINST: self.choice.against}.get(name, name)

    def start_of(self, name: str) -> str:
        """Return what an arm starts from: CASE:ARM, or a scenario."""
        if self._case is None:
            return self.scenario
        return f"{self.case}:{self.arm(name).arm or self._case.arms[0].name}"

    def scenario_of(self, name: str, **values: float | int | str) -> Scenario:
        """Return an arm as a scenario, with further values set.

        Raises
        ------
        UserError
            If it cannot be run.
        """
        arm = self.arm(name)
        case = self._case
        start = case.scenario(arm.arm) if case is not None else find_scenario(self.scenario)
        changes: dict[str, Any] = {"months": self.months, "name": f"{self.title}: {arm.title}"}
        if self.place is not None:
            changes["place"] = self.place
        if arm.timeline is not None:
            changes["timeline"] = arm.timeline
        try:
            found = start.model_copy(update=changes).with_values(**{**arm.levers, **values})
            found.phases()
        except (ValueError, ScenarioError) as error:
            raise UserError(f"arm {name!r} cannot be run: {error}") from error
        return found

    @property
    def minutes(self) -> float:
        """How long the chapter takes."""
        return sum(cue.minutes for cue in self.cues.values())


def _check_sources(chapter: Chapter) -> None:
    if chapter.case is not None and chapter._case is None:
        names = sorted(path.stem for path in CASES.glob("*.toml"))
        raise ValueError(f"case was {chapter.case!r}, which is none; there are {', '.join(names)}")
    if not chapter.told_in():
        raise ValueError("sources are missing: say where the story is told, or give a case")
    size = chapter.place.organisations if chapter.place is not None else 0
    if (size or 0) > MOST_ORGANISATIONS:
        raise ValueError(f"the place has {size} organisations; at most {MOST_ORGANISATIONS}")


def _check_arms(chapter: Chapter) -> None:
    names = [arm.name for arm in chapter.arms]
    if len(set(names)) < len(names):
        raise ValueError(f"arms are called {', '.join(names)}; their names must differ")
    wanted = {
        "choice.against": [chapter.choice.against],
        "choice.options": [option.arm for option in chapter.choice.options],
        "knob.arm": [chapter.knob.arm],
        "reveal.arms": list(chapter.reveal.arms),
        "twist.arms": list(chapter.twist.arms),
        **{f"findings.{name}.arms": list(found.arms) for name, found in chapter.findings.items()},
    }
    for where, given in wanted.items():
        for name in given:
            if name not in names and (name not in (CHOSEN, AGAINST) or where.startswith("choice")):
                raise ValueError(
                    f"{where} has {name!r}; the arms are {', '.join(names)}"
                    + ("" if where.startswith("choice") else f", and {CHOSEN!r} and {AGAINST!r}")
                )


def _check_findings(chapter: Chapter) -> None:
    found = chapter.findings
    asked = {
        "bet": [chapter.bet.finding],
        "knob": [chapter.knob.finding],
        "reveal": list(chapter.reveal.findings),
        "rule": list(chapter.rule.findings),
        "twist": list(chapter.twist.findings),
        "recap": [line.finding for line in chapter.recap],
    }
    for where, names in asked.items():
        for name in names:
            if name not in found:
                raise ValueError(f"{where} asks for finding {name!r}; there are {', '.join(found)}")
    for name, one in found.items():
        if max(one.at or 1, one.since + 1) > chapter.months:
            raise ValueError(
                f"findings.{name} looks past month {chapter.months}, the chapter's last"
            )
    if (found[chapter.knob.finding].kind == "knob") is not True:
        raise ValueError("knob.finding must be a finding of kind 'knob'")
    if any(f.kind == "knob" and n != chapter.knob.finding for n, f in found.items()):
        raise ValueError("only the finding that knob.finding names may be of kind 'knob'")
    covered = [outcome for option in chapter.bet.options for outcome in option.outcomes]
    kind = found[chapter.bet.finding].kind
    if sorted(covered) != sorted(OUTCOMES[kind]):
        raise ValueError(
            f"bet.options cover {', '.join(covered)}; between them they must have each of "
            f"{', '.join(OUTCOMES[kind])} once"
        )
    for number, line in enumerate(chapter.recap, 1):
        check_sentences(line.say, found[line.finding].kind, f"recap {number}")


def parse_chapter(text: str, name: str, source: str = "chapter") -> Chapter:
    """Read a chapter from TOML.

    Raises
    ------
    UserError
        Naming the source, the entry, what was given and what is allowed.
    """
    try:
        return Chapter.model_validate({"name": name, **tomllib.loads(text)})
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{source} is not TOML: {error}") from error
    except ValidationError as error:
        first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        message = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            message = f"unknown entry; a chapter has {', '.join(Chapter.model_fields)}"
        elif first["type"] == "missing":
            message = "is missing; every chapter gives it"
        more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise UserError(f"{source}, {where}: {message}{more}") from error


def read_chapter(path: str | Path) -> Chapter:
    """Read a chapter file (TOML).

    Raises
    ------
    UserError
        If there is no such file or it is not a chapter.
    """
    path = Path(path)
    return parse_chapter(text_of(path, "chapter file"), path.stem.lower(), str(path))


def read_chapters(folder: Path | None = None) -> dict[str, Chapter]:
    """Return the chapters that come with the model, and those of a folder, in order, by name.

    Raises
    ------
    UserError
        If the folder is not there or has a file that is not a chapter.
    """
    paths = sorted(CHAPTERS.glob("*.toml"))
    if folder is not None:
        if not folder.is_dir():
            raise UserError(f"there is no folder {folder}; check its name")
        paths += sorted(folder.glob("*.toml"))
    found = [read_chapter(path) for path in paths]
    found.sort(key=lambda chapter: (chapter.order, chapter.name))
    names = [chapter.name for chapter in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise UserError(f"two chapters are called {min(twice)!r}; give one file another name")
    return {chapter.name: chapter for chapter in found}


def value_text(lever: str, value: float | int | str) -> str:
    """Return a knob's value as people read it.

    Examples
    --------
    >>> value_text("competition", 0.5), value_text("connectors", 2)
    ('50 %', '2')
    """
    entry = REGISTRY[lever]
    if isinstance(value, str):
        return value
    if entry.unit == "share":
        return f"{100 * value:.0f} %"
    return f"{value:g}"
