"""What of a chapter must fit together: its sources, its arms, its findings and its bet."""

from typing import TYPE_CHECKING

from alliances.dashboards.learn.finding import AGAINST, CHOSEN, OUTCOMES, check_sentences
from alliances.experiments.cases.choose import case_names

if TYPE_CHECKING:
    from alliances.dashboards.learn.chapter import Chapter

MOST_ORGANISATIONS = 200


def check_sources(chapter: "Chapter") -> None:
    """Check that its case is one, that it says where its story is told, and that it is not too big.

    Raises
    ------
    ValueError
        Saying what is wrong.
    """
    if not chapter.has_case:
        raise ValueError(
            f"case was {chapter.case!r}, which is none; there are {', '.join(case_names())}"
        )
    if not chapter.told_in():
        raise ValueError("sources are missing: say where the story is told, or give a case")
    size = chapter.place.organisations if chapter.place is not None else 0
    if (size or 0) > MOST_ORGANISATIONS:
        raise ValueError(f"the place has {size} organisations; at most {MOST_ORGANISATIONS}")


def check_use(chapter: "Chapter") -> None:
    """Check that nothing is given that does nothing here.

    Raises
    ------
    ValueError
        Naming it.
    """
    if chapter.case is not None and "scenario" in chapter.model_fields_set:
        raise ValueError("case and scenario are both given; give one of them to start from")
    for number, arm in enumerate(chapter.arms, 1):
        if chapter.case is None and arm.arm is not None:
            raise ValueError(
                f"arms {number}.arm was {arm.arm!r}, but there is no case to have such an arm; "
                "leave it out, or give the case"
            )


def check_arms(chapter: "Chapter") -> None:
    """Check that every arm that is named is there.

    Raises
    ------
    ValueError
        Saying what is wrong.
    """
    names = [arm.name for arm in chapter.arms]
    if len(set(names)) < len(names):
        raise ValueError(f"arms are called {', '.join(names)}; their names must differ")
    wanted = {
        "choice.against": [chapter.choice.against],
        "choice.options": [option.arm for option in chapter.choice.options],
        "knob.arm": [chapter.knob.arm],
        "reveal.arms": list(chapter.reveal.arms),
        "rule.arms": list(chapter.rule.arms),
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


def check_findings(chapter: "Chapter") -> None:
    """Check that what is asked for is found, and that every outcome can be bet on and is said.

    Raises
    ------
    ValueError
        Saying what is wrong.
    """
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
    if found[chapter.knob.finding].kind != "knob":
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
