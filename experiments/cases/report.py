"""A case, and what its runs say, as text for a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alliances.experiments.cases.case import Arm, Case
from alliances.experiments.cases.claim import BUILT_IN, TOLD, Finding
from alliances.experiments.cases.weigh import finding_lines
from alliances.experiments.output.terminal import NOT_A_PREDICTION
from alliances.model.places.place import pounds

VERDICT_STYLES = {"supported": "green", "contradicted": "red", "open": "dim"}


def case_row(case: Case) -> dict[str, str]:
    """Return a case as a row of the list of cases."""
    first = case.claims[0]
    return {
        "name": case.name,
        "title": case.title,
        "told": ", ".join(case.told),
        "built in": first.built_in,
        "claim": first.says,
    }


def case_report(case: Case) -> RenderableType:
    """Return the whole case in readable form."""
    text = Text()
    text.append(f"{case.title}\n", style="bold")
    text.append(f"{case.story}\n\n")
    text.append("Told in\n", style="bold")
    for source in case.sources:
        text.append(f"  {source.work}: {source.section}\n")
    text.append(f"  The source gives {'; '.join(TOLD[letter] for letter in case.told)}.\n")
    if case.figures:
        text.append("Figures told\n", style="bold")
        for name, value in case.figures.items():
            text.append(f"  {name}: {_figure(value)}\n")
    text.append("Place\n", style="bold")
    for line in place_lines(case):
        text.append(f"  {line}\n")
    text.append("Assumed\n", style="bold")
    for assumption in case.assumptions:
        value = "" if assumption.value is None else f" = {_figure(assumption.value)}"
        text.append(f"  {assumption.about}{value}: {assumption.reason}\n")
    text.append(f"Arms, over {case.months} months\n", style="bold")
    for arm in case.arms:
        for line in arm_lines(arm):
            text.append(f"  {line}\n")
    text.append("What followed, as it is told\n", style="bold")
    text.append(f"  {case.followed}\n")
    text.append("Claims\n", style="bold")
    for number, claim in enumerate(case.claims, 1):
        text.append(f"  {number}. {claim.says}\n")
        text.append(f"     Tested: {claim.tested()}. Why so much: {_lower(claim.because)}\n")
        text.append(f"     The measure stands for it: {claim.stands_for}\n")
        text.append(
            f"     Rests on {TOLD[claim.told]}; {claim.built_in}: {BUILT_IN[claim.built_in]}."
            + ("" if claim.carrier is None else f" Null, without {claim.carrier}: {claim.null}")
            + "\n"
        )
    if case.lacks:
        text.append("What the model lacks for it\n", style="bold")
        for lack in case.lacks:
            text.append(f"  {lack}\n")
    text.append(f"`alliances compare {case.name}` runs it. {NOT_A_PREDICTION}", style="dim")
    return text


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _figure(value: float | int | str) -> str:
    return value if isinstance(value, str) else f"{value:,.10g}"


def place_lines(case: Case) -> list[str]:
    """Return who is in a case's place."""
    place = case.place
    lines = [
        f"{member.count} x {member.name} ({member.sector}, {pounds(member.income)} a year"
        + "".join(
            f", {name} {value:g}"
            for name in ("openness", "mutuality", "dominance", "reserves_months")
            if (value := getattr(member, name)) is not None
        )
        + (", holds the purse" if member.purse else "")
        + ")"
        for member in place.members
    ]
    count = place.organisations
    if place.kind == "named":
        lines.append(f"surroundings: {40 if count is None else count} made-up organisations")
    else:
        lines.append(f"{80 if count is None else count} made-up organisations ({place.kind})")
    return lines


def arm_lines(arm: Arm) -> list[str]:
    """Return an arm: what it is, its levers, its changes, and why."""
    levers = ", ".join(f"{name} = {_figure(value)}" for name, value in arm.levers.items())
    lines = [f"{arm.name}: {arm.title} ({levers or 'all levers as today'})"]
    lines += [
        f"  from month {change.month}: "
        + ", ".join(f"{name} = {_figure(value)}" for name, value in change.set.items())
        for change in arm.timeline
    ]
    return [*lines, f"  {arm.why}"]


def findings_report(case: Case, findings: Sequence[Finding], runs: int) -> RenderableType:
    """Return what the runs say about each claim, beside what is told to have followed."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in findings:
        first, *more = finding_lines(finding)
        table.add_row(
            Text(finding.verdict, style=VERDICT_STYLES[finding.verdict]), Text(first, style="bold")
        )
        for line in more:
            table.add_row("", Text(line))
    head = Text(f"\nClaims of the case, {runs} matched runs each\n", style="bold")
    told = Text("\nWhat followed, as it is told: ", style="bold")
    told.append(case.followed, style="")
    told.append(
        "\nOne case is one witness: that a claim is supported says that the model's rules lead "
        "there, not that the world does.",
        style="dim",
    )
    return Group(head, table, told)
