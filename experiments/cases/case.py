"""A case: what a source tells, set up as arms that differ in levers, with the claims that follow.

The library is `experiments/cases/*.toml`. A case holds the place, the assumptions and two or more
arms: as it was, as it was changed, and alternatives. Each arm is a `Scenario`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import Field, field_serializer, field_validator, model_validator

from alliances.experiments.cases.claim import SIZES, Claim, Told
from alliances.model.given import Given
from alliances.model.input.documents import toml_of
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import model_of
from alliances.model.kernel.state import BANDS, SECTORS
from alliances.model.parameters import REGISTRY, Levers, World, checked, lookup
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Change, Scenario

STORY_WORDS = (60, 120)
ABOUT = ("place", "surroundings", "levers", "horizon", "measure")
CaseKind = Literal["told", "disagreement", "against"]
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Source(Given):
    """Where a case is told: title of the work, and the section."""

    work: str = Field(min_length=1)
    section: str = Field(min_length=1)


class Assumption(Given):
    """Something that the source does not tell, or a value that is not the usual one.

    Attributes
    ----------
    about : str
        An assumption of the model by its name, with `value`; or one of place, surroundings, levers,
        horizon, measure.
    value : float or str, optional
        The value of that assumption in all arms.
    reason : str
        Why.
    """

    about: str
    value: float | int | str | None = None
    reason: str = Field(min_length=10)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "about" not in given:
            return given
        about, value = str(given["about"]), given.get("value")
        if value is None:
            if about not in ABOUT:
                raise ValueError(
                    f"about was {about!r} without a value; it must be one of {', '.join(ABOUT)}, "
                    "or an assumption of the model with its value"
                )
            return given
        entry = lookup(about)
        if entry.is_lever:
            raise ValueError(f"{entry.name} is a lever: set it in the arms, not as an assumption")
        return {**given, "about": entry.name, "value": checked({about: value})[entry.name]}


class Arm(Given):
    """One course of things in a case.

    Attributes
    ----------
    name, title : str
        Short name, and what it is in words.
    levers : mapping
        Levers from month 0 that are not as today.
    why : str
        Why these: what is told, and what is assumed.
    timeline : tuple of Change
        Later changes of levers.
    """

    name: str = Field(pattern=SLUG)
    title: str = Field(min_length=1)
    levers: Mapping[str, float | int | str] = {}
    why: str = Field(min_length=5)
    timeline: tuple[Change, ...] = ()

    @field_validator("levers", mode="before")
    @classmethod
    def _are_levers(cls, given: Any) -> dict[str, float | int | str]:
        return _levers_only(checked(given))

    @field_validator("timeline")
    @classmethod
    def _changes_levers(cls, given: tuple[Change, ...]) -> tuple[Change, ...]:
        for change in given:
            _levers_only(dict(change.set))
        return given

    @field_serializer("levers")
    def _plain(self, given: Mapping[str, float | int | str]) -> dict[str, float | int | str]:
        return dict(given)


def _levers_only(values: dict[str, float | int | str]) -> dict[str, float | int | str]:
    for name in values:
        if not REGISTRY[name].is_lever:
            raise ValueError(
                f"{name} is an assumption, and arms differ in levers only: list it under "
                "[[assumptions]]"
            )
    return values


class Case(Given):
    """What a source tells of a partnership, as arms to compare and claims to test.

    Attributes
    ----------
    name, title : str
        Name of the file, and what it is in words.
    kind : {"told", "disagreement", "against"}
        What the sources tell, where they disagree, or a finding of research that cuts against
        their optimism.
    told : tuple of {"O", "S", "V", "I"}
        What the source gives: outcome, situation, view, our inference.
    story : str
        What is told, in 60 to 120 words of our own.
    sources : tuple of Source
        Where.
    figures : mapping
        Names, sizes and figures that are told.
    place : PlaceSource
        Who is there.
    months : int
        Horizon.
    assumptions : tuple of Assumption
        What is not told.
    arms : tuple of Arm
        As it was, as it was changed, and alternatives.
    followed : str
        What the source says followed.
    claims : tuple of Claim
        What is tested.
    lacks : tuple of str
        What of the story the model has no lever or mechanism for.
    """

    name: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=90)
    kind: CaseKind = "told"
    told: tuple[Told, ...] = Field(min_length=1)
    story: str
    sources: tuple[Source, ...] = Field(min_length=1)
    figures: Mapping[str, float | int | str] = {}
    place: PlaceSource
    months: int = Field(default=60, ge=1, le=10_000)
    assumptions: tuple[Assumption, ...] = Field(min_length=1)
    arms: tuple[Arm, ...] = Field(min_length=2)
    followed: str = Field(min_length=10)
    claims: tuple[Claim, ...] = Field(min_length=1)
    lacks: tuple[str, ...] = ()

    @field_validator("story")
    @classmethod
    def _is_a_paragraph(cls, given: str) -> str:
        text = " ".join(given.split())
        least, most = STORY_WORDS
        if not least <= len(text.split()) <= most:
            raise ValueError(
                f"the story has {len(text.split())} words; tell it in {least} to {most}"
            )
        return text

    @model_validator(mode="after")
    def _fits(self) -> "Case":
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names):
            raise ValueError(f"arms are called {', '.join(names)}; their names must differ")
        groups = ("all", *SIZES, *BANDS, *SECTORS, *self.named())
        for number, claim in enumerate(self.claims, 1):
            for name in claim.arms:
                if name not in names:
                    raise ValueError(
                        f"claim {number} compares {name!r}; the arms are {', '.join(names)}"
                    )
            if claim.group not in groups:
                raise ValueError(
                    f"claim {number} is about the group {claim.group!r}; it must be one of "
                    f"{', '.join(groups)}"
                )
            if claim.months > self.months:
                raise ValueError(
                    f"claim {number} looks at month {claim.months}, but the case ends with month "
                    f"{self.months}"
                )
        about = [assumption.about for assumption in self.assumptions]
        twice = {name for name in about if name not in ABOUT and about.count(name) > 1}
        if twice:
            raise ValueError(f"{min(twice)} is assumed twice; assume it once")
        if self.place.kind == "named" and "place" not in about:
            raise ValueError(
                "the place has named organisations: list under [[assumptions]], about = 'place', "
                "what of them is not told"
            )
        return self

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the members of the place: their kind, and the names of each."""
        return {member.name: tuple(member.names()) for member in self.place.members}

    def arm(self, name: str) -> Arm:
        """Return an arm by its name.

        Raises
        ------
        UserError
            If there is none of this name.
        """
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise UserError(
            f"case {self.name!r} has no arm {name!r}; it has "
            f"{', '.join(arm.name for arm in self.arms)}"
        )

    def scenario(self, arm: str | None = None) -> Scenario:
        """Return an arm as a scenario; by default the first: as it was.

        Raises
        ------
        UserError
            If there is no such arm.
        """
        chosen = self.arms[0] if arm is None else self.arm(arm)
        world = {a.about: a.value for a in self.assumptions if a.value is not None}
        return Scenario(
            name=f"{self.title}: {chosen.title}",
            description=f"{chosen.why}",
            place=self.place,
            levers=Levers(**chosen.levers),
            world=World(**world),
            timeline=chosen.timeline,
            months=self.months,
        )

    def changed(self, claim: Claim) -> set[str]:
        """Return the levers in which the two arms of a claim differ."""
        phases = [self.scenario(name).phases() for name in claim.arms]
        timed = {
            name for arm in claim.arms for change in self.arm(arm).timeline for name in change.set
        }
        first, second = (found[1][1] for found in phases)
        levers = (n for n, entry in REGISTRY.items() if entry.is_lever)
        return {n for n in levers if first[n] != second[n]} | (
            timed if phases[0] != phases[1] else set()
        )

    def to_toml(self) -> str:
        """Return the case as TOML: only what differs from the defaults."""
        return tomli_w.dumps(self.model_dump(exclude_defaults=True, exclude_none=True))


def is_case(document: Mapping[str, Any]) -> bool:
    """Whether a TOML document is meant as a case, not as a scenario."""
    return "arms" in document or "claims" in document


def parse_case(text: str, source: str = "case") -> Case:
    """Read a case from TOML.

    Raises
    ------
    UserError
        Naming the source, the entry, what was given and what is allowed.
    """
    return model_of(Case, text, source, "case")


def read_case(path: str | Path) -> Case:
    """Read a case file (TOML).

    Raises
    ------
    UserError
        If there is no such file or it is not a case.
    """
    path = Path(path)
    return parse_case(text_of(path, "case file"), str(path))


Kind = Literal["case", "scenario"]


def kind_of(path: Path) -> Kind:
    """Return whether a TOML file is a case or a scenario; unreadable ones count as scenarios."""
    try:
        return "case" if is_case(toml_of(text_of(path), str(path))) else "scenario"
    except UserError:
        return "scenario"
