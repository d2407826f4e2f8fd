"""`alliances calibrate`: which worlds the data leave."""

from pathlib import Path
from typing import Annotated

import typer

from alliances.experiments.commands.console import guarded, progress, say, warm_up
from alliances.model.input.errors import UserError

RESULTS = Path("results") / "calibration"

app = typer.Typer(invoke_without_command=True)


@app.callback()
@guarded
def calibrate(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for tables, figures and page.")] = RESULTS,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer worlds: a look in minutes, nothing to rest on.")
    ] = False,
    work: Annotated[
        Path | None,
        typer.Option(help="Folder of the waves, to go on from; OUT/runs by default."),
    ] = None,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Make the sample the one that `calibrated_worlds` returns."),
    ] = False,
) -> None:
    """Find the worlds that the patterns do not rule out: tables, figures, and a sample of worlds.

    Each wave is written as it ends; the same command goes on after an interruption.
    """
    if context.invoked_subcommand is not None:
        return
    if quick and adopt:
        raise UserError("--adopt needs the whole calibration; leave --quick out")
    from alliances.experiments.calibration.page import write_all
    from alliances.experiments.calibration.simulate import summaries
    from alliances.experiments.calibration.target import read_targets
    from alliances.experiments.calibration.waves import QUICK, Settings, Waves
    from alliances.experiments.worlds.prior import world_prior
    from alliances.experiments.worlds.sample import WORLDS
    from alliances.model.simulation import cores

    settings = QUICK if quick else Settings()
    targets, prior = read_targets(), world_prior()
    warm_up()
    waves = Waves(
        summaries,
        prior,
        targets,
        settings,
        work or out / "runs",
        threads=cores(),
        say=say,
        progress=progress,
    )
    written = write_all(waves.run(), prior, targets, settings, out)
    if adopt:
        WORLDS.write_bytes((out / "worlds.csv").read_bytes())
        written.append(WORLDS)
    typer.echo(f"{out / 'README.md'} and {len(written) - 1} other files")


@app.command()
@guarded
def targets(
    data: Annotated[
        Path | None, typer.Option(help="Folder of the data sets; ALLIANCES_DATA by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file; that of the calibration by default.")
    ] = None,
) -> None:
    """Compute the targets of real networks from the data sets, and write them as figures."""
    from alliances.experiments.calibration.network_targets import network_targets
    from alliances.experiments.calibration.target import NETWORKS
    from alliances.model.places.place import data_folder

    folder = data or data_folder()
    if folder is None or not (folder / "network_statistics.csv").is_file():
        raise UserError(
            "the data sets are not there; give their folder with --data, or set ALLIANCES_DATA"
        )
    table = network_targets(folder)
    path = out or NETWORKS
    table.to_csv(path, index=False)
    typer.echo(f"{path}: {len(table)} targets")
