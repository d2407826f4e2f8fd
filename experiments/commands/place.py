"""`alliances place`: make, import and describe places."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alliances.experiments.commands.console import guarded, tell
from alliances.model.input.errors import UserError

if TYPE_CHECKING:
    from alliances.model.places.place import Place

app = typer.Typer(no_args_is_help=True, help="Make, import and describe places.")

OutFolder = Annotated[Path, typer.Option(help="Folder for the place; must be empty.")]
Force = Annotated[bool, typer.Option("--force", help="Write over an earlier place.")]


@app.command()
@guarded
def make(
    out: OutFolder,
    organisations: Annotated[
        int, typer.Option(min=0, help="Organisations in each locality, of UK sizes.")
    ] = 80,
    places: Annotated[int, typer.Option(min=1, help="How many localities.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the place.")] = 0,
    name: Annotated[str, typer.Option(help="Name of the place.")] = "place",
    force: Force = False,
) -> None:
    """Make a place on the size distribution of UK charities."""
    from alliances.model.places.source import PlaceSource

    source = PlaceSource(organisations=organisations, places=places, seed=seed, name=name)
    _write(source.make(), out, force=force)


@app.command("import")
@guarded
def import_grants(
    file: Annotated[Path, typer.Argument(help="Grants in the 360Giving standard, CSV.")],
    out: OutFolder,
    name: Annotated[str | None, typer.Option(help="Name of the place.")] = None,
    income: Annotated[
        str,
        typer.Option(
            help="How income follows from grants: estimate, or lower_bound.",
        ),
    ] = "estimate",
    force: Force = False,
) -> None:
    """Import a place from grants: recipients are the roster, funders the money."""
    from alliances.model.places.grants import import_360giving

    if income not in ("estimate", "lower_bound"):
        raise UserError(f"--income was {income!r}; it must be estimate or lower_bound")
    if not file.is_file():
        raise UserError(f"there is no file {file}; check its name and folder")
    how: dict[str, str] = {"income": income}
    _write(import_360giving(file, name=name, **how), out, force=force)  # type: ignore[arg-type]


@app.command()
@guarded
def describe(
    place: Annotated[
        str, typer.Argument(help="A folder of a place, a roster (CSV), or a real data set's name.")
    ],
    ties: Annotated[Path | None, typer.Option(help="Ties of the roster, CSV.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what is in a place, and what was assumed."""
    from alliances.experiments.cases.choose import PlaceOptions
    from alliances.model.places.source import PlaceSource

    is_roster = Path(place).suffix.lower() == ".csv"
    asked = PlaceOptions(
        roster=Path(place) if is_roster else None, ties=ties, place=None if is_roster else place
    )
    found = asked.source(PlaceSource()).make()
    if as_json:
        from alliances.experiments.output.folder import as_json as text_of

        facts = {**found.describe(), "digest": found.digest(), "notes": list(found.notes)}
        typer.echo(text_of(facts))
        return
    _show(found)


def _show(place: "Place") -> None:
    from alliances.experiments.output.terminal import place_report

    tell(place_report(place))


def _write(place: "Place", out: Path, *, force: bool) -> None:
    from alliances.experiments.output.folder import ready_folder
    from alliances.model.places.folder import write_place

    folder = write_place(place, ready_folder(out, force=force))
    _show(place)
    tell(f"Written to {folder}. Use it: alliances run --place {folder}")
