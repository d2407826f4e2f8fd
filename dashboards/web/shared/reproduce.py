"""How to get the numbers of a page again: on the command line and in Python."""

import shlex

from alliances.dashboards.web.shared.choice import RUNS, Choice, Value, changes_of, plain
from alliances.experiments.own_places.bundle import FOLDER
from alliances.model.parameters import REGISTRY


def _both(choice: Choice) -> tuple[dict[str, Value], dict[str, Value]]:
    """Assumptions, which hold in both scenarios, and levers, which hold in one."""
    changes = dict(choice.changes)
    world = {name: value for name, value in changes.items() if not REGISTRY[name].is_lever}
    return world, {name: value for name, value in changes.items() if name not in world}


def as_command(choice: Choice) -> str:
    """Return the command that prints the same comparison."""
    world, levers = _both(choice)
    words = ["alliances", "compare", "baseline", choice.case]
    for name, value in world.items():
        words += ["--set-a", f"{name}={plain(value)}", "--set-b", f"{name}={plain(value)}"]
    for name, value in levers.items():
        words += ["--set-b", f"{name}={plain(value)}"]
    if choice.timeline is not None:
        later = [f"{month}:{name}={plain(value)}" for month, name, value in choice.timeline]
        for text in later or ["none"]:
            words += ["--later-b", text]
    if choice.place is not None:
        words += ["--place", FOLDER]
    elif choice.organisations is not None:
        words += ["--organisations", str(choice.organisations)]
    words += ["--months", str(choice.horizon), "--seed", str(choice.seed)]
    words += ["--replicates", str(RUNS)]
    return shlex.join(words)


def as_python(choice: Choice) -> str:
    """Return a Python script that prints the same comparison as a table."""
    lines = [
        "from alliances.experiments.runs.comparison import compare",
        "from alliances.experiments.cases.choose import baseline_of, find_scenario",
        *(["from alliances.model.scenario import Change"] if choice.timeline else []),
        "",
        f"mine = find_scenario({choice.case!r})",
    ]
    if choice.changes:
        lines.append("mine = mine.with_values(")
        lines += [f"    {name}={value!r}," for name, value in choice.changes]
        lines.append(")")
    if choice.place is not None:
        lines += [
            "from alliances.model.scenario import PlaceSource",
            f'place = PlaceSource(kind="folder", folder={FOLDER!r})  # the file that you kept',
            'mine = mine.model_copy(update={"place": place})',
        ]
    elif choice.organisations is not None:
        lines += [
            f'place = mine.place.model_copy(update={{"organisations": {choice.organisations}}})',
            'mine = mine.model_copy(update={"place": place})',
        ]
    if choice.timeline is not None:
        changes = [
            f"    Change(month={change.month}, set={dict(change.set)!r}),"
            for change in changes_of(choice.timeline)
        ]
        lines += ["timeline = (", *changes, ")"] if changes else ["timeline = ()"]
        lines += ['mine = mine.model_copy(update={"timeline": timeline})']
    lines += [
        "today = baseline_of(mine)",
        f"comparison = compare(today, mine, {RUNS}, {choice.seed}, {choice.horizon})",
        "print(comparison.table().to_string())",
    ]
    return "\n".join(lines) + "\n"
