"""`alliances demo`: today's mixed commissioning against an alliance with connectors."""

from pathlib import Path
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

TODAY, ALLIANCE = "today", "alliance-with-connectors"
REAL = "ukcat"


@guarded
def demo(
    replicates: Annotated[int, typer.Option(min=1, help="How many matched runs.")] = 200,
    organisations: Annotated[int, typer.Option(min=1, help="Organisations in the place.")] = 80,
    seed: options.Seed = 0,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the real data sets; looked for beside the checkout."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for figure, table and words.")] = Path(
        "results/demo"
    ),
) -> None:
    """Compare today's mixed commissioning with an alliance that has connectors.

    Real UK charities' incomes where the data are at hand, otherwise a place
    made on their sizes.
    """
    from alliances.experiments.cases.choose import find_scenario
    from alliances.experiments.commands.compare import write_comparison
    from alliances.experiments.output import folder as folders
    from alliances.experiments.output.terminal import comparison_report
    from alliances.experiments.runs.comparison import compare
    from alliances.model.input.errors import UserError
    from alliances.model.places.place import data_folder
    from alliances.model.places.real import real_place
    from alliances.model.places.source import PlaceSource

    if data is not None and not data.is_dir():
        raise UserError(f"there is no folder {data}; give the folder of the real data sets")
    where = data if data is not None else data_folder()
    if where is None:
        source = PlaceSource(organisations=organisations)
        place = source.make()
    else:
        source = PlaceSource(kind="real", real=REAL, organisations=organisations)
        place = real_place(REAL, where, organisations)
    today, alliance = [
        find_scenario(name).model_copy(update={"place": source}) for name in (TODAY, ALLIANCE)
    ]
    check_size(2 * replicates, today.months)
    folder = folders.ready_folder(out, force=True)
    warm_up()
    with progress("Comparing", 2 * replicates) as advance:
        comparison = compare(
            today, alliance, replicates, seed, place=place, progress=advance, keep=True
        )
    command = f"alliances demo --replicates {replicates} --seed {seed}"
    written = write_comparison(comparison, place, folder, command)
    tell(comparison_report(comparison, place))
    tell_written(folder, written)
