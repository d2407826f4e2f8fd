"""`alliances evidence`: every claim of every case, over worlds and luck, with its null test."""

from pathlib import Path
from typing import Annotated

import typer

from alliances.experiments.commands.console import guarded, say, warm_up
from alliances.model.input.errors import UserError

RESULTS = Path("results") / "evidence"


@guarded
def evidence(
    cases: Annotated[
        list[str] | None, typer.Argument(help="Some cases by name; all by default.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for page and table.")] = RESULTS,
    work: Annotated[
        Path | None, typer.Option(help="Folder of the runs, to go on from; OUT/runs by default.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Few worlds: a look in minutes, nothing to rest on.")
    ] = False,
) -> None:
    """Put claims to the model: effect, worlds that agree, null test, carriers, side effects.

    Runs are kept as they end; the same command goes on after an interruption.
    """
    from alliances.experiments.cases.choose import case_names, find_case
    from alliances.experiments.evidence.arms import worlds_of
    from alliances.experiments.evidence.besides import hangs_on, side_effects
    from alliances.experiments.evidence.page import page, table
    from alliances.experiments.evidence.scope import FULL, QUICK
    from alliances.experiments.evidence.suite import Suite
    from alliances.experiments.evidence.words import Entry

    scope = QUICK if quick else FULL
    warm_up()
    suite = Suite(work or out / "runs", scope)
    entries = []
    names = cases or case_names()
    for number, name in enumerate(names, 1):
        case = find_case(name)
        if case is None:
            raise UserError(f"there is no case {name!r}; `alliances cases` lists them")
        say(f"{number} of {len(names)}: {case.title}")
        for weighed in suite.weigh([case]):
            before, after = (
                suite.outcome(case, weighed.claim, arm, None, scope.worlds)
                for arm in weighed.claim.arms
            )
            entries.append(
                Entry(
                    case,
                    weighed,
                    side_effects(before, after, weighed.claim.measure),
                    hangs_on(weighed, worlds_of(case, scope.worlds)),
                )
            )
        suite.forget()
    out.mkdir(parents=True, exist_ok=True)
    found = table(entries)
    found.to_csv(out / "claims.csv", index=False)
    (out / "report.html").write_text(page(entries, scope), encoding="utf-8")
    counts = found["verdict"].value_counts()
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    typer.echo(f"{len(found)} claims: {told}. See {out / 'report.html'}")
