"""What scenarios are called on the page Compare, and what differs, in plain words."""

from alliances.dashboards.web.shared.choice import START, Choice, starts
from alliances.dashboards.web.shared.levers import FORMS, form_of
from alliances.dashboards.web.shared.values import value_text
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.words.numbers import amount, bare, differences, pair
from alliances.model.parameters import REGISTRY

BAND_NAMES = {
    "micro": "below 10k",
    "small": "10k to 100k",
    "medium": "100k to 1m",
    "large": "1m to 10m",
    "major": "10m to 100m",
    "super-major": "above 100m",
}


def title_of(choice: Choice) -> str:
    """Return what a scenario is called: a way to give out money, or what it was started from."""
    form = form_of(choice.values())
    if choice.case == START:
        if not choice.changes and not choice.later():
            return "Today's practice"
        others = [name for name, _ in choice.changes if name not in FORMS["As today"]]
        if form and form != "As today":
            return form + (f", and {_count(len(others))}" if others else "")
        return f"Today's practice with {_count(len(choice.changes) + len(choice.later()))}"
    group, title = starts()[choice.case]
    name = title if group == "Scenarios" else f"{group}: {title}"
    return name + (f", with {_count(len(choice.changes))}" if choice.changes else "")


def _count(changes: int) -> str:
    return "one change" if changes == 1 else f"{changes} changes"


def month_text(month: int) -> str:
    """Return a month from the start as people count: years and months.

    Examples
    --------
    >>> month_text(24), month_text(30), month_text(0)
    ('after 2 years', 'after 2 years and 6 months', 'from the start')
    """
    years, months = divmod(month, 12)
    parts = []
    if years:
        parts.append("1 year" if years == 1 else f"{years} years")
    if months:
        parts.append("1 month" if months == 1 else f"{months} months")
    return f"after {' and '.join(parts)}" if parts else "from the start"


def differs(choice: Choice) -> list[tuple[str, str]]:
    """Return what a scenario has otherwise than today's practice: what, and how."""
    rows = []
    for name, value in choice.values().items():
        entry = REGISTRY[name]
        if value != entry.default:
            label = entry.label if entry.is_lever else f"Assumption: {entry.label.lower()}"
            usual = value_text(entry, entry.default)
            rows.append((not entry.is_lever, label, f"{usual} → {value_text(entry, value)}"))
    rows.sort(key=lambda row: row[0])
    later = [
        (REGISTRY[name].label, f"{value_text(REGISTRY[name], value)} {month_text(month)}")
        for month, name, value in choice.later()
    ]
    return [(label, text) for _, label, text in rows] + later


def horizon(against: AgainstToday) -> str:
    """Return over which months and against what the sentences speak."""
    years = against.asked.months / 12
    same = (
        "today's practice and of each scenario with the same luck"
        if against.has_one_today
        else "each scenario and of today's practice in its own place and under its own assumptions"
    )
    span = f"last {against.last} months" if against.last > 1 else "last month"
    return f"Means of the {span} of {years:g} years, from {against.runs} matched runs of {same}."


def progress(against: AgainstToday) -> str:
    """Return how many more runs there will be; empty if all are there."""
    if against.is_whole:
        return ""
    return f"{against.runs} of {against.wanted} matched runs so far; more are coming."


def beside(effect: Effect, *, before: bool = False) -> tuple[str, str]:
    """Return a mean, and its paired difference with its interval and whether it is clear.

    Parameters
    ----------
    effect : Effect
        The effect of a scenario.
    before : bool
        Whether to name the mean of today's practice too.
    """
    unit = effect.measure.unit
    if not effect.runs:
        return "nothing to measure", ""
    after = amount(effect.mean_b, unit)
    if before:
        after = " → ".join(pair(effect.mean_a, effect.mean_b, unit))
    if effect.equal == effect.runs:
        return after, "the same in all runs"
    if effect.interval is None:
        return after, differences(effect.difference, unit=unit)[0]
    middle, low, high = differences(effect.difference, *effect.interval, unit=unit)
    return after, f"{middle} ({low} to {high}){', unclear' if effect.verdict == 'unclear' else ''}"


HEAD = ("", "Before", "After", "Mean difference", "95 % interval", "Matched runs")


def effect_cells(label: str, effect: Effect) -> list[str]:
    """Return an effect as a row of a table, under `HEAD`."""
    unit = effect.measure.unit
    if not effect.runs:
        return [label, "nothing to measure", "", "", "", "0"]
    if effect.interval is None:
        middle, span = differences(effect.difference, unit=unit)[0], ""
    else:
        middle, low, high = differences(effect.difference, *effect.interval, unit=unit)
        span = f"{low} to {high}"
    way = f"{effect.higher} more, {effect.lower} less, {effect.equal} the same"
    return [label, bare(effect.mean_a, unit), bare(effect.mean_b, unit), middle, span, way]
