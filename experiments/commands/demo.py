"""`alliances demo`: today's mixed commissioning against an alliance with connectors."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands import options
from experiments.commands.console import check_size, guarded, output, progress, warm_up

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
    from experiments import folders
    from experiments.commands.compare import write_comparison
    from experiments.errors import UserError
    from experiments.paired import compare
    from experiments.report import comparison_report
    from experiments.selection import find_scenario
    from model.place import data_folder
    from model.real_places import real_place
    from model.scenario import PlaceSource

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
    console = output()
    console.print(comparison_report(comparison, place))
    names = ", ".join(path.name for path in written)
    console.print(f"Written to {folder}: {names}", markup=False)
