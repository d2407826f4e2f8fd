"""A case's claims against matched runs of its arms."""

from collections.abc import Callable
from typing import Any

from alliances.experiments.cases.case import Case
from alliances.experiments.cases.claim import BUILT_IN, TOLD, Claim, Finding
from alliances.experiments.runs.comparison import Comparison, compare

Key = tuple[tuple[str, str], int, int]


def _key(claim: Claim, months: int | None) -> Key:
    horizon = claim.months if months is None else min(claim.months, months)
    return claim.arms, horizon, min(claim.last, horizon)


def comparisons_of(case: Case, months: int | None = None) -> list[Key]:
    """Return what has to be compared for all claims: arms, horizon, last months."""
    return list(dict.fromkeys(_key(claim, months) for claim in case.claims))


def weigh(
    case: Case,
    replicates: int = 64,
    seed: int = 0,
    *,
    months: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
    change: Callable[[Any], Any] = lambda scenario: scenario,
) -> list[Finding]:
    """Return what matched runs say about each claim of a case.

    Parameters
    ----------
    case : Case
        The case.
    replicates, seed : int
        Matched runs of each pair of arms, and their base seed.
    months : int, optional
        Longest horizon; a claim that looks further is weighed there.
    threads : int, optional
        Runs at a time; all cores by default.
    progress : callable, optional
        Called with 1 after each run.
    change : callable, optional
        Makes another scenario of each arm, such as one with a mechanism switched off.
    """
    done: dict[Key, Comparison] = {}
    for key in comparisons_of(case, months):
        arms, horizon, last = key
        ends = any(_key(c, months) == key and not c.is_monthly for c in case.claims)
        a, b = (change(case.scenario(name)) for name in arms)
        done[key] = compare(
            a,
            b,
            replicates,
            seed,
            horizon,
            last=last,
            threads=threads,
            progress=progress,
            keep=ends,
            final=ends,
        )
    named = case.named()
    found = []
    for claim in case.claims:
        key = _key(claim, months)
        found.append(Finding(claim, claim.effect(done[key], named), key[1]))
    return found


def finding_lines(finding: Finding) -> list[str]:
    """Return a finding in words: claim, what the runs show, verdict, and what to make of it."""
    claim = finding.claim
    early = "" if finding.months == claim.months else f" (at month {finding.months}, ahead of time)"
    who = "" if claim.is_monthly or claim.group == "all" else f"{claim.group}: "
    return [
        claim.says,
        f"Tested: {claim.tested()}.",
        f"{claim.arms[0]} against {claim.arms[1]}: {who}{finding.effect.sentence()}",
        f"The claim is {finding.verdict}{early}. "
        + f"It is {claim.built_in} ({BUILT_IN[claim.built_in]})"
        + ("" if claim.carrier is None else f", carried by {claim.carrier}")
        + f", and rests on {TOLD[claim.told]}.",
    ]


def finding_record(finding: Finding) -> dict[str, object]:
    """Return a finding as plain data for JSON."""
    return {
        **finding.claim.model_dump(mode="json"),
        **{
            name: cell
            for name, cell in finding.effect.row().items()
            if name not in ("measure", "verdict")
        },
        "weighed_at_month": finding.months,
        "verdict": finding.verdict,
    }
