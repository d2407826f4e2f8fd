"""What a chart found and how sure that is, in plain sentences."""

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import PairedRuns
from alliances.experiments.words.cost import cost_sentence, paid_sentence
from alliances.experiments.words.numbers import differences, steps
from alliances.model.scenario import Scenario

# Words for how many of the matched runs agree: always with the numbers in the same sentence.
AGREEMENT = (
    (0.99, "almost certain"),
    (0.9, "very likely"),
    (0.67, "likely"),
    (0.55, "a little more likely than not"),
)


def finding(answer: PairedRuns, name: str) -> str:
    """Return what becomes of a measure, against today's practice."""
    return answer.effect(name).sentence()


def how_sure(answer: PairedRuns, name: str) -> str:
    """Return how sure the direction is and how far matched runs differ, within the model."""
    effect = answer.effect(name)
    if not effect.runs or effect.equal == effect.runs:
        return ""
    direction = "rise" if effect.difference > 0 else "fall"
    share = effect.agreeing / effect.runs
    word = next((text for least, text in AGREEMENT if share >= least), "")
    counted = f"{effect.agreeing} of {effect.runs} matched runs"
    if effect.verdict == "unclear" or not word:
        first = f"Whether it rises or falls is open: it {direction}s in {counted}."
    else:
        first = f"In this model a {direction} is {word} ({counted})."
    if effect.runs < 8:
        return first
    return f"{first} {_spread(effect)}"


def _spread(effect: Effect) -> str:
    unit = effect.measure.unit
    ordered = sorted(float(value) for value in effect.differences)
    cut = len(ordered) // 10
    low, high = differences(ordered[cut], ordered[-1 - cut], unit=unit)
    return (
        f"In the middle 80 % of the runs the difference lies between {low} and {high}{steps(unit)}."
    )


def horizon(answer: PairedRuns) -> str:
    """Return what the lines, the bands and the sentences are of, over which months."""
    years = answer.pair.months / 12
    span = f"last {answer.last} months" if answer.last > 1 else "last month"
    return (
        f"Lines are means of {answer.runs} matched runs of today's practice and of your levers, "
        "with the same luck. Bands hold half and 90 % of the runs, thin lines are single runs. "
        f"The sentences compare means of the {span} of {years:g} years: yours with today's."
    )


def progress(answer: PairedRuns) -> str:
    """Return how many runs there are."""
    if answer.is_whole:
        return f"{answer.runs} matched runs."
    return f"{answer.runs} of {answer.wanted} matched runs so far; more are coming."


def cost(scenario: Scenario, answer: PairedRuns | None) -> str:
    """Return what somebody's levers cost above today's practice, and what is paid out by them."""
    said = cost_sentence(
        scenario.costs(),
        new_money=bool(scenario.levers.new_money),
        whose="your levers",
        than="today's practice",
    )
    return f"{said} {paid_sentence(*answer.paid) if answer else ''}".rstrip()


def spoken(answer: PairedRuns, names: tuple[str, ...]) -> str:
    """Return what a screen reader is told when all runs are there."""
    return f"{progress(answer)} " + " ".join(finding(answer, name) for name in names)
