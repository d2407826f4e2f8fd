"""A chapter: a true story, one choice, a bet, what the model says, one knob, a twist, three lines.

Chapters are TOML files: those that come with the model in `chapters/`, and any that a trainer
writes. Answers are not in them: the runs decide which sentences are said.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, field_validator, model_validator

from alliances.dashboards.learn.checks import check_arms, check_findings, check_sources, check_use
from alliances.dashboards.learn.finding import AGAINST, CHOSEN, ChapterFinding
from alliances.experiments.cases.case import SLUG, Case, Source
from alliances.experiments.cases.choose import find_case, find_scenario
from alliances.model.given import Given
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import model_of
from alliances.model.parameters import REGISTRY, checked
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Change, Scenario, ScenarioError

CHAPTERS = Path(__file__).parent / "chapters"
STEPS = ("story", "choice", "bet", "run", "reveal", "rule", "knob", "twist", "recap")
MOST_MONTHS, MOST_RUNS = 240, 96


class _Part(Given):
    model_config = ConfigDict(ignored_types=(cached_property,))


class ChapterArm(_Part):
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

    @field_validator("levers", mode="before")
    @classmethod
    def _known(cls, given: Any) -> dict[str, Any]:
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


class ChapterChoice(_Part):
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
    """One lever or assumption, and the values that it is turned through.

    `text` says what is turned, `axis` the same in a few words; `after` is said only once it has
    been.
    """

    lever: str
    values: tuple[float | int | str, ...] = Field(min_length=3, max_length=7)
    arm: str = CHOSEN
    question: str
    finding: str
    text: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    axis: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _known(self) -> "Knob":
        for value in self.values:
            checked({self.lever: value})
        return self


class LastLine(_Part):
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
    arms : tuple of ChapterArm
        Courses of things.
    choice, bet, reveal, rule, knob, twist : see there
        What happens at these steps; the rule is how the model has it, hidden until then.
    findings : mapping of str to ChapterFinding
        What is asked of the model.
    recap : tuple of LastLine
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
    arms: tuple[ChapterArm, ...] = Field(min_length=2)
    choice: ChapterChoice
    bet: Bet
    reveal: Scene
    rule: Scene
    knob: Knob
    twist: Scene
    findings: Mapping[str, ChapterFinding]
    recap: tuple[LastLine, LastLine, LastLine]
    debrief: tuple[str, ...] = Field(min_length=2)
    cues: Mapping[str, Cue]

    @model_validator(mode="after")
    def _fits(self) -> "Chapter":
        check_sources(self)
        check_use(self)
        check_arms(self)
        check_findings(self)
        missing = [step for step in STEPS if step not in self.cues]
        unknown = [step for step in self.cues if step not in STEPS]
        if missing or unknown:
            wrong = f"has nothing for {missing[0]!r}" if missing else f"has {unknown[0]!r}"
            raise ValueError(f"cues {wrong}; it needs {', '.join(STEPS)}")
        for number, arm in enumerate(self.arms, 1):  # whatever cannot be run is said now
            try:
                self.scenario_of(arm.name)
            except UserError as error:
                raise ValueError(f"arms {number}: {error}") from error
        return self

    @cached_property
    def _case(self) -> Case | None:
        return None if self.case is None else find_case(self.case)

    @property
    def has_case(self) -> bool:
        """Whether the case that it names, if it names one, is there."""
        return self.case is None or self._case is not None

    def told_in(self) -> tuple[Source, ...]:
        """Return where the story is told."""
        if self.sources or self._case is None:
            return self.sources
        return self._case.sources

    def arm(self, name: str) -> ChapterArm:
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


def parse_chapter(text: str, name: str, source: str = "chapter") -> Chapter:
    """Read a chapter from TOML.

    Raises
    ------
    UserError
        Naming the source, the entry, what was given and what is allowed.
    """
    return model_of(Chapter, text, source, "chapter", {"name": name})


def read_chapter(path: str | Path) -> Chapter:
    """Read a chapter file (TOML).

    Raises
    ------
    UserError
        If there is no such file or it is not a chapter.
    """
    path = Path(path)
    name = re.sub("[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return parse_chapter(text_of(path, "chapter file"), name, str(path))


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
