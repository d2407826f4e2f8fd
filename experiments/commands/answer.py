"""`alliances analyse`, `report` and `archive`: what a sweep found."""

from pathlib import Path
from typing import Annotated

import typer

from alliances.experiments.commands.console import guarded, say, tell, warm_up

Folder = Annotated[Path, typer.Argument(help="A finished sweep's folder.")]


@guarded
def analyse(folder: Folder) -> None:
    """Answer all questions that a sweep can answer, in words; tables and figures go beside it."""
    from alliances.experiments.answers.collect import answers_of
    from alliances.experiments.answers.page import write_answers
    from alliances.experiments.sweep.results import Sweep

    sweep = Sweep(folder)
    warm_up()
    answers = answers_of(sweep, lambda text: say(f"... {text}"))
    written = write_answers(answers, folder / "analysis", sweep)
    for answer in answers:
        tell(f"\n{answer.question}", style="bold")
        tell(*(f"  {sentence}" for sentence in answer.sentences))
        tell(*(f"  ({note})" for note in answer.notes))
    tell(f"\n{len(written)} files in {folder / 'analysis'}")


@guarded
def report(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="Folder; DIR/report by default.")] = None,
) -> None:
    """Make one page of a sweep, with figures (PNG, SVG) and tables (CSV) beside it."""
    from alliances.experiments.answers.collect import answers_of
    from alliances.experiments.answers.page import write_report
    from alliances.experiments.sweep.results import Sweep

    sweep = Sweep(folder)
    warm_up()
    answers = answers_of(sweep, lambda text: say(f"... {text}"))
    written = write_report(sweep, answers, out or folder / "report")
    tell(f"{written[0]} and {len(written) - 1} figures and tables")


@guarded
def archive(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="The ZIP file; DIR.zip by default.")] = None,
) -> None:
    """Pack results, experiment, environment and citation for deposit."""
    from alliances.experiments.answers.archive import archive as pack
    from alliances.experiments.sweep.results import Sweep

    sweep, whole = Sweep(folder), folder.resolve()  # "." has no name of its own
    path = out or (folder if folder.name else whole).with_name(f"{whole.name}.zip")
    names = pack(sweep, path)
    size = path.stat().st_size / 1e6
    tell(f"{path}: {len(names)} files, {size:,.1f} MB")
