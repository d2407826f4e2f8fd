"""The command `alliances learn`: the chapters in the browser, and papers for trainers."""

import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from alliances.dashboards.learn.chapter import read_chapter
from alliances.experiments.commands.console import guarded, say

learn = typer.Typer(help="Learn from true stories, alone or in a room.")
HERE = "127.0.0.1"
PORT = 8765
SOON = 1.5  # seconds until the browser is opened: the server listens by then


@learn.callback(invoke_without_command=True)
@guarded
def begin(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen at.")] = PORT,
    host: Annotated[
        str, typer.Option(help="Address to listen at; by default only this machine can see it.")
    ] = HERE,
    own: Annotated[
        Path | None, typer.Option(help="Folder with chapters of your own, as TOML files.")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the browser.")
    ] = True,
) -> None:
    """Open six chapters in the browser: a story, a choice, a bet, and what the model says.

    It works without internet. Ctrl-C ends it.
    """
    if context.invoked_subcommand is not None:
        return
    from alliances.dashboards.learn.library import LIBRARY
    from alliances.dashboards.room.links import invitation
    from alliances.dashboards.server.serve import serve
    from alliances.dashboards.web.shared import warming

    LIBRARY.use(own)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/learn"
    say(f"The chapters are at {address} (Ctrl-C ends it).")
    if host not in (HERE, "localhost", "::1"):
        say("Everybody who can reach this address can use it; it has no passwords.")
    for line in invitation(host, port):
        say(line)
    if browser:
        timer = threading.Timer(SOON, webbrowser.open, (address,))
        timer.daemon = True
        timer.start()
    LIBRARY.prepare_all(warming.READY.wait)
    serve(host, port)


@learn.command()
@guarded
def check(
    files: Annotated[list[Path], typer.Argument(help="Chapter files (TOML).")],
) -> None:
    """Say whether chapters of your own can be read, and what is wrong if not."""
    for path in files:
        chapter = read_chapter(path)
        say(f"{path} is a chapter: {chapter.title}, {chapter.minutes:g} minutes.")


@learn.command()
@guarded
def pack(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; it is made if need be.")],
    own: Annotated[
        Path | None, typer.Option(help="Folder with chapters of your own, as TOML files.")
    ] = None,
) -> None:
    """Write a trainer's pack: plans, scripts, role cards and hand-outs, as PDF and to be edited."""
    from alliances.dashboards.learn.chapter import read_chapters
    from alliances.dashboards.learn.pack import write_pack

    written = write_pack(read_chapters(own), folder, say)
    say(f"{len(written)} files are in {folder}. Start with {written[0].name}.")
