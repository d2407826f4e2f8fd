"""What a comparison or a run found, in plain sentences."""

from collections.abc import Sequence

from alliances.experiments.words.numbers import amount, differences, pair, steps, together
from alliances.model.measures import Measure

_ENDS_OF_HEAD = (
    *(" in ", " of ", " with ", " that ", " by ", " across ", " below ", " above ", " on "),
    *(" without ", ",", ":"),
)


def enumerated(names: Sequence[str]) -> str:
    """Return names as people list them.

    Examples
    --------
    >>> enumerated(["trust", "stress", "impact"]), enumerated(["trust"])
    ('trust, stress and impact', 'trust')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def subject(measure: Measure) -> tuple[str, bool]:
    """Return a measure as the subject of a sentence, and whether it is a plural.

    Examples
    --------
    >>> from alliances.model.measures import MEASURES
    >>> subject(MEASURES["alliance_share"])
    ('The share of organisations in a working alliance', False)
    >>> subject(MEASURES["closures"])
    ('Closures', True)
    """
    if measure.subject:
        return measure.subject, not measure.subject.startswith(("The ", "What "))
    label = measure.label
    head = label
    for end in _ENDS_OF_HEAD:
        head = head.split(end)[0]
    plural = head.endswith("s") and not head.endswith(("ss", "s'"))
    if measure.unit == "share" and plural and "hare" not in label:
        return f"The share of {label[:1].lower()}{label[1:]}", False
    return label, plural


def verb(singular: str, *, plural: bool) -> str:
    """Return a verb as its subject needs it.

    Examples
    --------
    >>> verb("rises", plural=True), verb("is", plural=True), verb("changes", plural=False)
    ('rise', 'are', 'changes')
    """
    if not plural:
        return singular
    return {"is": "are"}.get(singular, singular.removesuffix("s"))


def matched(count: int, runs: int, equal: int, left_out: int) -> str:
    """Return in how many matched runs something is so, and of which nothing can be said."""
    same = f"; no difference in {equal:,}" if equal else ""
    empty = f"; nothing to measure in {left_out:,} more" if left_out else ""
    return f"in {count:,} of {runs:,} matched runs{same}{empty}"


def change_sentence(
    measure: Measure,
    means: tuple[float, float],
    interval: tuple[float, float] | None,
    runs: int,
    agreeing: int,
    equal: int,
    left_out: int = 0,
) -> str:
    """Return what became of a measure from one scenario to the other.

    Parameters
    ----------
    measure : Measure
        What was measured.
    means : (float, float)
        Mean over runs in A and in B.
    interval : (float, float) or None
        95 % interval of the mean paired difference; None for a single run.
    runs, agreeing, equal, left_out : int
        Matched runs with something to measure in both; those that differ in the direction of the
        mean; those that do not differ; matched runs with nothing to measure in one or both.
    """
    name, plural = subject(measure)
    first, second = means
    if not runs:
        return f"{name} cannot be compared: no matched runs had something to measure in both."
    if equal == runs:
        where = f"all {runs:,} matched runs" if runs > 1 else "the matched run"
        is_same = verb("is", plural=plural)
        return f"{name} {is_same} the same in {where}: {amount(first, measure.unit)}."
    if interval is not None and interval[0] <= 0.0 <= interval[1]:
        a, b = together(first, second, measure.unit)
        low, high = differences(*interval, unit=measure.unit)
        if is_small(measure, first, interval):
            said = f"hardly {verb('changes', plural=plural)}"
        else:
            said = f"{verb('shows', plural=plural)} no clear change"
        span = f"mean difference between {low} and {high}{steps(measure.unit)}"
        if left_out:
            span += f"; nothing to measure in {left_out:,} matched runs"
        return f"{name} {said}: {a} and {b} ({span})."
    moves = verb("rises" if second > first else "falls", plural=plural)
    a, b = pair(first, second, measure.unit)
    if interval is None:
        return f"{name} {moves} from {a} to {b} in the one matched run, which may be luck."
    return f"{name} {moves} from {a} to {b} ({matched(agreeing, runs, equal, left_out)})."


def is_small(measure: Measure, before: float, interval: tuple[float, float]) -> bool:
    """Whether even the far end of an interval of differences is a small one.

    Small is two hundredths on scales with both ends, and otherwise a twentieth of the value
    before.
    """
    bounded = measure.unit in ("share", "share of attainable", "0-1", "-2 to 2")
    limit = 0.02 if bounded else 0.05 * abs(before)
    return max(abs(interval[0]), abs(interval[1])) <= limit


def trend_sentence(
    measure: Measure,
    ends: tuple[float | None, float],
    spread: tuple[float, float] | None,
    window: int,
    *,
    steady: bool,
) -> str:
    """Return how a measure moves within a scenario.

    Parameters
    ----------
    measure : Measure
        What was measured.
    ends : (float or None, float)
        Means over runs and the first and the last months; the first is None where these are the
        last months too.
    spread : (float, float) or None
        Between which values 90 % of the runs end; None for a single run.
    window : int
        How many months are the first and the last ones.
    steady : bool
        Whether there is no clear change between them.
    """
    name, plural = subject(measure)
    start, end = ends
    if end != end:
        return f"{name} cannot be told: there was nothing to measure."
    span = f"{window} months" if window > 1 else "month"
    some = ""
    if spread is not None:
        low, high = together(*spread, measure.unit)
        some = f" (90 % of runs: {low} to {high})"
    if start is None:
        is_now = verb("is", plural=plural)
        return f"{name} {is_now} {amount(end, measure.unit)} in the last {span}{some}."
    if steady:
        stays = verb("stays", plural=plural)
        return f"{name} {stays} about {amount(end, measure.unit)} in the last {span}{some}."
    moves = verb("rises" if end > start else "falls", plural=plural)
    a, b = pair(start, end, measure.unit)
    return f"{name} {moves} from {a} in the first {span} to {b} in the last{some}."
