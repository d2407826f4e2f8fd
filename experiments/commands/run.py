"""`alliances run`: one scenario, many runs."""

from typing import Annotated

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


@guarded
def run(
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="Scenario file (TOML), a case by name, or baseline: today's practice.",
            show_default="baseline",
        ),
    ] = None,
    arm: options.Arm = None,
    roster: options.Roster = None,
    ties: options.Ties = None,
    place: options.PlaceName = None,
    organisations: options.Organisations = None,
    places: options.Places = None,
    place_seed: options.PlaceSeed = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="NAME=VALUE of a lever or assumption, or NAME=LEVEL; may be repeated.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="A process or mechanism to switch off; may be repeated."),
    ] = None,
    replicates: Annotated[int, typer.Option(min=1, help="How many runs.")] = 16,
    months: options.Months = None,
    seed: options.Seed = 0,
    measures: options.OwnMeasures = None,
    out: options.Out = None,
    force: options.Force = False,
    as_json: options.Json = False,
    every: options.Every = False,
    threads: options.Threads = None,
) -> None:
    """Run a scenario and say what happens.

    Without any argument: today's mixed practice in a place of 80 organisations.
    """
    from alliances.experiments.cases.choose import PlaceOptions, arm_of, with_settings
    from alliances.experiments.input.own_measures import read_measures
    from alliances.experiments.output import folder as folders
    from alliances.experiments.output.manifest import manifest
    from alliances.experiments.runs.summary import summarise
    from alliances.model.simulation import simulate

    chosen = with_settings(arm_of(scenario, arm), settings or (), without or ())
    asked = PlaceOptions(roster, ties, place, organisations, places, place_seed)
    chosen = chosen.model_copy(update={"place": asked.source(chosen.place)})
    the_place = chosen.place.make()
    own = () if measures is None else read_measures(measures)
    check_size(replicates, months or chosen.months)
    folder = None if out is None else folders.ready_folder(out, force=force)
    warm_up()
    with progress("Running", replicates) as advance:
        result = simulate(
            chosen,
            replicates,
            seed,
            months,
            threads=threads,
            measures=own,
            final=folder is not None,
            place=the_place,
            progress=advance,
        )
    trends = summarise(result)
    written = []
    about = manifest(
        {"run": chosen}, the_place, seed=seed, replicates=replicates, months=result.months
    )
    if folder is not None:
        from alliances.experiments.output.figures import save_figure, trajectory_figure

        written = folders.write_tables(result, folder)
        written.append(save_figure(trajectory_figure(result), folder / "figure.png"))
        written.append(folders.write_json(about, folder / "manifest.json"))
    if as_json:
        document = {
            "manifest": about,
            "measures": {name: trend.row() for name, trend in trends.items()},
            "files": [str(path) for path in written],
        }
        typer.echo(folders.as_json(document))
        return
    from alliances.experiments.output.terminal import run_report

    tell(run_report(result, trends, the_place, every=every))
    if folder is not None:
        tell_written(folder, written)
