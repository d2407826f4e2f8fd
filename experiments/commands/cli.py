"""The command line: `alliances`."""

import io
import sys
from typing import Annotated

import typer

from alliances.experiments.commands import (
    answer,
    calibrate,
    catalogue,
    compare,
    demo,
    evidence,
    place,
    run,
    sweep,
)

app = typer.Typer(
    name="alliances",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Unequal Alliances: what partnerships of unequal organisations come to. "
    "It illustrates a theory; it does not predict.",
)
ASK, LOOK = "Ask the model", "Look things up"
app.command(rich_help_panel=ASK)(demo.demo)
app.command(rich_help_panel=ASK)(run.run)
app.command(rich_help_panel=ASK)(compare.compare)
app.add_typer(sweep.app, name="sweep", rich_help_panel=ASK)
app.command(rich_help_panel=ASK)(answer.analyse)
app.command(rich_help_panel=ASK)(answer.report)
app.command(rich_help_panel=ASK)(answer.archive)
app.add_typer(place.app, name="place", rich_help_panel=ASK)
app.command(rich_help_panel=ASK)(evidence.evidence)
app.add_typer(calibrate.app, name="calibrate", rich_help_panel=ASK)
app.command(rich_help_panel=LOOK)(catalogue.parameters)
app.command(rich_help_panel=LOOK)(catalogue.measures)
app.command(rich_help_panel=LOOK)(catalogue.cases)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"unequal-alliances {version('unequal-alliances')}")
        raise typer.Exit


@app.callback()
def alliances(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Unequal Alliances: what partnerships of unequal organisations come to.

    It illustrates a theory; it does not predict.
    """


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that knows ASCII only gets question marks
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
