"""The command `alliances`, with `alliances dashboard`: experiments' commands know no dashboard."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from alliances.dashboards.address import is_loopback
from alliances.dashboards.learn_command import learn
from alliances.dashboards.server.limits import LIMITS
from alliances.experiments.browse.library import show
from alliances.experiments.commands.cli import app, main
from alliances.experiments.commands.console import guarded, say


@app.command(rich_help_panel="Ask the model")
@guarded
def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen at.")] = 8765,
    host: Annotated[
        str,
        typer.Option(help="Address to listen at; by default only this machine can see it."),
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(help="Name of this machine in its network, by which others may ask for it."),
    ] = None,
    places: Annotated[
        int, typer.Option(min=1, max=1_000, help="Pages that may be open at a time.")
    ] = LIMITS.sessions,
    results: Annotated[
        list[Path] | None,
        typer.Option(help="Further folder whose sweeps and tables may be opened; repeatable."),
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Try the levers on a page in the browser.

    It works without internet. Ctrl-C ends it.
    """
    from alliances.dashboards.room.links import invitation
    from alliances.dashboards.server.serve import serve

    shown = f"[{host}]" if ":" in host else host
    if results:
        show(results)
    address = f"http://{shown}:{port}/"
    say(f"The dashboard is at {address} (Ctrl-C ends it).")
    if not is_loopback(host):
        say("Everybody who can reach this address can use it; it has no passwords.")
    for line in invitation(host, port):
        say(line)
    if browser:
        webbrowser.open(address)
    serve(host, port, names=name or (), places=places)


app.add_typer(learn, name="learn", rich_help_panel="Ask the model")


if __name__ == "__main__":
    main()
