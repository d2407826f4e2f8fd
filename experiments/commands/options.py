"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

PLACE, OUTPUT = "The place", "What comes out"

Roster = Annotated[
    Path | None,
    typer.Option(
        help="Your organisations: CSV with the columns name and income.", rich_help_panel=PLACE
    ),
]
Ties = Annotated[
    Path | None,
    typer.Option(help="Their ties: CSV with source, target, strength.", rich_help_panel=PLACE),
]
PlaceName = Annotated[
    str | None,
    typer.Option(
        help="A folder that `alliances place` wrote, or a real data set by name.",
        rich_help_panel=PLACE,
    ),
]
Organisations = Annotated[
    int | None,
    typer.Option(
        min=0, help="How many organisations of UK sizes; 80 by default.", rich_help_panel=PLACE
    ),
]
Places = Annotated[
    int | None,
    typer.Option(min=1, help="In how many localities, each so large.", rich_help_panel=PLACE),
]
PlaceSeed = Annotated[
    int | None,
    typer.Option(min=0, help="Seed of the place, apart from the runs'.", rich_help_panel=PLACE),
]
Arm = Annotated[
    str | None,
    typer.Option(help="Arm of a case; by default as it was. `alliances cases CASE` lists them."),
]
Arms = Annotated[
    tuple[str, str] | None,
    typer.Option(help="Two arms of a case; by default as it was and as it was changed."),
]
Months = Annotated[
    int | None,
    typer.Option(min=1, max=10_000, help="Horizon; the scenario's by default, usually 120."),
]
Seed = Annotated[int, typer.Option(min=0, help="Base seed: the same seed, the same result.")]
Threads = Annotated[
    int | None, typer.Option(min=1, help="Runs at a time; all cores by default.", hidden=True)
]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Folder for tables, figure and manifest; must be empty.", rich_help_panel=OUTPUT
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Write over earlier files in it.", rich_help_panel=OUTPUT)
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Only JSON on standard output.", rich_help_panel=OUTPUT),
]
Every = Annotated[bool, typer.Option("--all", help="List all measures.", rich_help_panel=OUTPUT)]
OwnMeasures = Annotated[
    Path | None,
    typer.Option(
        help="Further measures: network, or your own Python file with a list MEASURES.",
        rich_help_panel=OUTPUT,
    ),
]
