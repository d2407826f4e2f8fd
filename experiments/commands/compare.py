"""`alliances compare`: two scenarios with the same luck."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alliances.experiments.commands import options
from alliances.experiments.commands.console import (
    check_size,
    guarded,
    progress,
    tell,
    tell_written,
    warm_up,
)
from alliances.model.input.errors import UserError

if TYPE_CHECKING:
    from alliances.experiments.runs.comparison import Comparison
    from alliances.model.places.place import Place


@guarded
def compare(
    a: Annotated[
        str,
        typer.Argument(
            help="Scenario file, case name, or baseline: today's practice. A case alone: as it "
            "was against as it was changed, with its claims."
        ),
    ],
    b: Annotated[
        str | None,
        typer.Argument(
            help="The same for the other scenario; by default A with the settings of --set."
        ),
    ] = None,
    set_a: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE for A; may be repeated.")
    ] = None,
    set_b: Annotated[
        list[str] | None,
        typer.Option("--set-b", "--set", help="NAME=VALUE for B; may be repeated."),
    ] = None,
    later_b: Annotated[
        list[str] | None,
        typer.Option(
            help="MONTH:NAME=VALUE, what changes on the way in B instead of its own timeline; may "
            "be repeated; none for no change."
        ),
    ] = None,
    arms: options.Arms = None,
    roster: options.Roster = None,
    ties: options.Ties = None,
    place: options.PlaceName = None,
    organisations: options.Organisations = None,
    places: options.Places = None,
    place_seed: options.PlaceSeed = None,
    replicates: Annotated[int, typer.Option(min=1, help="How many matched runs.")] = 64,
    months: options.Months = None,
    last: Annotated[
        int, typer.Option(min=1, help="Each run is averaged over its so many last months.")
    ] = 12,
    seed: options.Seed = 0,
    measures: options.OwnMeasures = None,
    by: Annotated[
        str | None,
        typer.Option(help="Also by size band or by sector: band, sector.", show_default=False),
    ] = None,
    out: options.Out = None,
    force: options.Force = False,
    as_json: options.Json = False,
    every: options.Every = False,
    threads: options.Threads = None,
) -> None:
    """Run two scenarios with the same luck and say what differs.

    The place options hold for both. A baseline without them takes the
    other scenario's place, assumptions and horizon.
    """
    import pandas as pd

    from alliances.experiments.cases.choose import (
        BASELINE,
        PlaceOptions,
        baseline_of,
        find_case,
        find_scenario,
        with_later,
        with_settings,
    )
    from alliances.experiments.cases.weigh import comparisons_of, finding_record, weigh
    from alliances.experiments.input.own_measures import read_measures
    from alliances.experiments.output import folder as folders
    from alliances.experiments.runs.comparison import compare as compare_scenarios
    from alliances.experiments.runs.groups import by_group, group_table
    from alliances.experiments.runs.quantities import GROUPS

    if by is not None and by not in GROUPS:
        raise UserError(f"--by was {by!r}; it must be {' or '.join(GROUPS)}")
    case = find_case(a) if b is None else None
    if arms is not None and case is None:
        raise UserError("--arms was given, but A is no case, or B was given too; leave one out")
    if case is not None and (arms is not None or not (set_a or set_b or later_b)):
        first, second = map(case.scenario, arms or (case.arms[0].name, case.arms[1].name))
    else:
        first, second = find_scenario(a), find_scenario(a if b is None else b)
    if a == BASELINE and b is not None:
        first = baseline_of(second)
    if b == BASELINE:
        second = baseline_of(first)
    first, second = with_settings(first, set_a or ()), with_settings(second, set_b or ())
    if later_b:
        second = with_later(second, later_b)
    if first.name == second.name and set_b:
        second = second.model_copy(update={"name": f"{second.name}, with {', '.join(set_b)}"})
    asked = PlaceOptions(roster, ties, place, organisations, places, place_seed)
    own_places = first.place != second.place
    first = first.model_copy(update={"place": asked.source(first.place)})
    second = second.model_copy(update={"place": asked.source(second.place)})
    the_place = first.place.make()
    own = () if measures is None else read_measures(measures)
    # The claims are those of the case as it stands in its file.
    claims = case if not (set_a or set_b or later_b or asked.given()) else None
    check_size(replicates * 2, months or first.months)
    folder = None if out is None else folders.ready_folder(out, force=force)
    warm_up()
    with progress("Comparing", 2 * replicates) as advance:
        comparison = compare_scenarios(
            first,
            second,
            replicates,
            seed,
            months,
            last=last,
            measures=own,
            threads=threads,
            progress=advance,
            keep=folder is not None or by is not None,
            final=by is not None,
        )
    if own_places and first.place == second.place:
        told = f"The place {the_place.name!r} holds for both, instead of those that A and B name."
        comparison = replace(comparison, notes=(*comparison.notes, told))
    findings = []
    if claims is not None:
        runs = 2 * replicates * len(comparisons_of(claims, months))
        with progress("Weighing the claims", runs) as advance:
            findings = weigh(
                claims, replicates, seed, months=months, threads=threads, progress=advance
            )
    groups = {} if by is None else by_group(comparison, by)
    command = "alliances compare" + "".join(f" {word}" for word in (a, b) if word)
    command += "" if arms is None else f" --arms {arms[0]} {arms[1]}"
    command += "".join(f" --set-a {text}" for text in set_a or ())
    command += "".join(f" --set-b {text}" for text in set_b or ())
    command += "".join(f" --later-b {text}" for text in later_b or ())
    command += f" --replicates {replicates} --seed {seed}"
    written = [] if folder is None else write_comparison(comparison, the_place, folder, command)
    if folder is not None and by is not None:
        written.append(folder / f"by_{by}.csv")
        group_table(groups, by).to_csv(written[-1], index=False, lineterminator="\n")
    if folder is not None and findings:
        written.append(folder / "claims.csv")
        table = pd.DataFrame([finding_record(found) for found in findings])
        table.to_csv(written[-1], index=False, lineterminator="\n")
    if as_json:
        document = as_document(comparison, the_place, written)
        if by is not None:
            document[f"by_{by}"] = {
                group: {name: effect.row() for name, effect in found.items()}
                for group, found in groups.items()
            }
        if claims is not None:
            document["claims"] = [finding_record(found) for found in findings]
            document["followed"] = claims.followed
        typer.echo(folders.as_json(document))
        return
    from alliances.experiments.output.terminal import comparison_report, groups_table

    tell(comparison_report(comparison, the_place, every=every))
    if by is not None:
        tell(groups_table(groups, "size band" if by == "band" else by))
    if claims is not None:
        from alliances.experiments.cases.report import findings_report

        tell(findings_report(claims, findings, replicates))
    if folder is not None:
        tell_written(folder, written)


def as_document(comparison: "Comparison", place: "Place", written: list[Path]) -> dict[str, object]:
    """Return a comparison as plain data for JSON."""
    return {
        "manifest": comparison_manifest(comparison, place),
        "cost": {"a": comparison.cost_a, "b": comparison.cost_b, "unit": "GBP a year a place"},
        "paid": {"a": comparison.paid[0], "b": comparison.paid[1], "unit": "GBP a month"},
        "measures": {
            name: {**effect.row(), "sentence": effect.sentence()}
            for name, effect in comparison.effects.items()
        },
        "notes": list(comparison.notes),
        "files": [str(path) for path in written],
    }


def comparison_manifest(comparison: "Comparison", place: "Place") -> dict[str, object]:
    """Return what is needed to make a comparison again."""
    from alliances.experiments.output.manifest import manifest, place_record

    other = comparison.place_b
    return manifest(
        {"a": comparison.a, "b": comparison.b},
        place,
        seed=comparison.seed,
        replicates=comparison.replicates,
        months=comparison.months,
        last=comparison.last,
        **({} if other is None else {"place_b": place_record(other)}),
        interval="95 %, Student's t on the paired differences",
    )


def write_comparison(
    comparison: "Comparison", place: "Place", folder: Path, command: str
) -> list[Path]:
    """Write a comparison's figure, table, words and manifest into a folder."""
    from alliances.experiments.output import folder as folders
    from alliances.experiments.output.figures import comparison_figure, save_figure
    from alliances.experiments.output.terminal import comparison_markdown

    written = []
    if comparison.results is not None:
        figure = comparison_figure(*comparison.results)
        title = f"{comparison.a.name} against {comparison.b.name}"
        written.append(save_figure(figure, folder / "figure.png", Title=title))
    table = folder / "comparison.csv"
    comparison.table().to_csv(table, index=False, lineterminator="\n")
    words = folder / "finding.md"
    words.write_text(comparison_markdown(comparison, place, command), encoding="utf-8")
    about = folder / "manifest.json"
    folders.write_json(comparison_manifest(comparison, place), about)
    return [*written, table, words, about]
