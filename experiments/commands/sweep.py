"""`alliances sweep`: many runs from one file, and what became of them."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from alliances.experiments.commands.console import guarded, output, say, tell, warm_up
from alliances.model.input.errors import UserError


class _RunFirst(TyperGroup):
    """A group whose own command is `run`: `alliances sweep FILE` needs no other word."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("--help"):
            args = ["run", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # An option of `run` may stand first: `alliances sweep --out DIR FILE`.
        if args and args[0].startswith("-") and args[0] not in ("--help", "-h"):
            args = ["run", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_RunFirst,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Run an experiment file: alliances sweep FILE --out DIR. Killed at any time, the same "
    "command goes on.",
)

File = Annotated[Path, typer.Argument(help="The experiment, a TOML file.")]
Folder = Annotated[Path, typer.Argument(help="A sweep's folder.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; one a core by default.")]
Timeout = Annotated[
    float | None, typer.Option(min=0.001, help="Seconds after which a run is given up.")
]
FailFast = Annotated[
    bool, typer.Option("--fail-fast", help="Stop at the first run that fails; others go on.")
]

Trust = Annotated[
    bool, typer.Option("--trust", help="Run the Python file of measures that the folder brings.")
]


@app.command()
@guarded
def run(
    file: File,
    out: Annotated[Path, typer.Option(help="Folder of the results; goes on with what is there.")],
    workers: Workers = None,
    timeout: Timeout = None,
    fail_fast: FailFast = False,
    shard: Annotated[
        str | None,
        typer.Option(help="Run one part of many, such as 3/16, for `sweep merge` to put together."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler whose workers do it.")
    ] = None,
    slurm: Annotated[
        int | None, typer.Option(min=1, help="So many SLURM jobs do it, through dask-jobqueue.")
    ] = None,
) -> None:
    """Run what is missing of an experiment, and put the tables together."""
    from alliances.experiments.sweep.reading import read_experiment
    from alliances.model.input.files import text_of

    experiment = read_experiment(file)
    text = text_of(file, "experiment file")
    _go(experiment, out, text, workers, timeout, fail_fast, shard, scheduler, slurm)


def _go(
    experiment: Any,
    out: Path,
    text: str,
    workers: int | None,
    timeout: float | None,
    fail_fast: bool,
    shard: str | None = None,
    scheduler: str | None = None,
    slurm: int | None = None,
    *,
    retry: bool = False,
    mended: bool = False,
) -> None:
    from alliances.experiments.sweep.runner import Runner, Shard

    if scheduler is not None and slurm is not None:
        raise UserError("--scheduler and --slurm were both given; give one of them")
    if timeout is not None and (scheduler is not None or slurm is not None):
        raise UserError("--timeout works with workers of this machine only; leave it out")
    warm_up()
    part = None if shard is None else Shard.parse(shard)
    backend: Any = None
    if scheduler is not None or slurm is not None:
        from alliances.experiments.sweep.cluster import DaskCluster

        if scheduler is not None:
            backend = DaskCluster(experiment, scheduler)
        else:
            backend = DaskCluster.on_slurm(experiment, slurm or 1)
    with _bar() as report, _stopped_by_sigterm():
        runner = Runner(experiment, out, text, shard=part, report=report)
        try:
            found = runner.run(
                backend,
                workers=workers,
                timeout=timeout,
                fail_fast=fail_fast,
                retry=retry,
                mended=mended,
            )
        except KeyboardInterrupt as stop:
            say(
                f"\nStopped. {runner.progress.there:,} runs are safe in {out}; the same command "
                "goes on from there."
            )
            number = stop.args[0] if stop.args else signal.SIGINT
            raise typer.Exit(128 + number) from None
    for note in found.notes:
        say(f"note: {note}")
    words = f"{found.there:,} runs in {out}, {found.new:,} of them new"
    if found.new:
        words += f" ({found.rate:,.0f} a second, {_clock(found.seconds)})"
    tell(f"{words}.")
    if found.failed:
        tell(f"{found.failed:,} of them failed: `alliances sweep status {out}` says why.")
    if part is not None:
        tell("When all shards are there: alliances sweep merge OUT SHARD...")


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Take SIGTERM as Ctrl-C, which is ignored by what runs in the background of a shell."""

    def stop(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bar() -> Iterator[Callable[[Any], object]]:
    """Show runs, rate and time left: a bar on a terminal, else a line now and then."""
    if not sys.stderr.isatty():
        last = [time.monotonic()]

        def told(progress: Any) -> None:
            if time.monotonic() - last[0] >= 30.0:
                last[0] = time.monotonic()
                say(f"{progress.there:,} of {progress.wanted:,} runs, {_pace(progress)}")

        yield told
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("runs"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, console=output(errors=True), transient=True) as bar:
        task = bar.add_task("runs", total=None, rate="")

        def shown(progress: Any) -> None:
            words = _pace(progress)
            if progress.failed:
                words += f", {progress.failed:,} failed"
            bar.update(task, total=progress.wanted, completed=progress.there, rate=words)

        yield shown


def _pace(progress: Any) -> str:
    left = (progress.wanted - progress.there) / max(progress.rate, 1e-9)
    return f"{progress.rate:,.0f} a second, {_clock(left)} left"


def _clock(seconds: float) -> str:
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    if seconds < 5400.0:
        return f"{seconds / 60.0:.0f} min"
    return f"{seconds / 3600.0:.1f} h"


@app.command()
@guarded
def plan(file: File, workers: Workers = None) -> None:
    """Say what an experiment takes: points, runs, time, disk, and how sure it will be."""
    from alliances.experiments.sweep.design import designs_of
    from alliances.experiments.sweep.estimate import estimate
    from alliances.experiments.sweep.plan import Plan
    from alliances.experiments.sweep.pool import cpu_count
    from alliances.experiments.sweep.reading import read_experiment
    from alliances.model.measures import MEASURES

    experiment = read_experiment(file)
    the_plan = Plan(experiment)
    warm_up()
    found = estimate(the_plan)
    count = workers or cpu_count()
    first, second = designs_of(experiment)
    tell(*filter(None, (experiment.name, experiment.question)))
    crossed = f" x {len(second)} worlds" if len(second) > 1 else ""
    references = int((the_plan.row < 0).sum())
    added = f", and {references:,} references added" if references else ""
    tell(
        f"{found.points:,} points ({len(first):,} designed{crossed}{added}), "
        f"{'at most ' if experiment.stop else ''}{found.runs:,} runs of {experiment.months} months "
        f"in {the_plan.place.name!r} ({the_plan.place.size} organisations)."
    )
    tell(
        f"About {_clock(found.seconds(count))} on {count} cores "
        f"({1e3 * found.seconds_a_run:.1f} ms a run), {found.bytes / 1e6:,.0f} MB on disk."
    )
    from rich.table import Table

    several = f"with {experiment.most_replicates:,} replicates"
    table = Table("Measure", f"Half-width to expect {several}", box=None)
    for name, width in found.half_widths.items():
        label = MEASURES[name].label if name in MEASURES else name
        asked = (experiment.stop.half_width if experiment.stop else {}).get(name)
        told = f"{width:.3g}" + (f" (asked: {asked:g})" if asked else "")
        table.add_row(f"{label} ({name})", told)
    tell(table)
    paired = "of the difference to the reference" if experiment.paired else "of the mean"
    tell(f"Half-widths are those of the 95 % interval {paired}, judged by 16 runs of two points.")


@app.command()
@guarded
def status(folder: Folder) -> None:
    """Say how far a sweep is, and which runs failed."""
    from alliances.experiments.sweep.results import Sweep

    sweep = Sweep(folder)
    found = sweep.status()
    tell(f"{sweep.manifest['name']}: begun {sweep.manifest['begun']}")
    tell(
        f"{found['there']:,} runs of at most {found['most']:,}: {found['done']:,} done, "
        f"{found['failed']:,} failed, {found['timed out']:,} timed out"
    )
    bad = sweep.bad_runs()
    for row in bad.head(10).to_dict("records"):
        tries = f" (tried {row['attempt']} times)" if row["attempt"] > 1 else ""
        tell(f"  run {row['run']} {row['status']}{tries}: {row['reason']}")
    if len(bad) > 10:
        tell(f"  and {len(bad) - 10:,} more")
    if len(bad):
        trust = "" if sweep.experiment.own_names is None else " --trust"
        tell(
            f"`alliances sweep retry {folder}{trust}` runs them again; `alliances sweep rerun "
            f"{folder} {bad['run'].iloc[0]}{trust}` runs one alone."
        )


@app.command()
@guarded
def retry(
    folder: Folder,
    workers: Workers = None,
    timeout: Timeout = None,
    fail_fast: FailFast = False,
    trust: Trust = False,
    mended: Annotated[
        bool,
        typer.Option(
            "--mended", help="The file of further measures was mended: finished runs stay."
        ),
    ] = False,
) -> None:
    """Run again what failed or timed out, and whatever is missing."""
    from alliances.experiments.sweep.manifest import read_manifest, read_to_run
    from alliances.model.input.files import text_of

    experiment = read_to_run(folder, trust=trust, mended=mended)
    shard = read_manifest(folder)["shard"]
    text = text_of(folder / "experiment.toml", "experiment file")
    _go(experiment, folder, text, workers, timeout, fail_fast, shard, retry=True, mended=mended)


@app.command()
@guarded
def rerun(
    folder: Folder,
    which: Annotated[str, typer.Argument(help="The run, such as 12-3.")],
    trust: Trust = False,
) -> None:
    """Run one run alone, here and now, and show what becomes of it; nothing is stored."""
    from alliances.experiments.sweep.manifest import read_to_run
    from alliances.experiments.sweep.plan import Plan
    from alliances.experiments.sweep.results import parse_run
    from alliances.experiments.sweep.work import Worker

    the_plan = Plan(read_to_run(folder, trust=trust))
    one = parse_run(which, the_plan)
    warm_up()
    batch = Worker(the_plan).do([one])
    row = batch.runs.to_pylist()[0]
    tell(f"run {which}: {row['status']} in {row['seconds']:.3f} s")
    values = zip(the_plan.names, the_plan.values[one.point], strict=True)
    tell(*(f"  {name} = {value}" for name, value in values))
    if row["traceback"]:
        tell(row["traceback"])
    else:
        tell(*(f"  {name}: {row[name]:.6g}" for name in the_plan.experiment.kept))


@app.command()
@guarded
def merge(
    out: Annotated[Path, typer.Argument(help="The folder to make.")],
    shards: Annotated[list[Path], typer.Argument(help="Folders that --shard wrote.")],
) -> None:
    """Put the folders of shards together into one, as if one machine had run it all."""
    from alliances.experiments.sweep.merge import merge as put_together

    there, missing = put_together(shards, out)
    tell(f"{there:,} runs in {out}.")
    if missing:
        tell(
            f"{missing:,} runs are missing: merge the other shards too, or run them here with "
            f"`alliances sweep retry {out}`."
        )


@app.command()
@guarded
def query(
    folder: Folder,
    sql: Annotated[
        str, typer.Argument(help="A question over the tables runs, times, groups, points.")
    ],
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Ask a sweep's tables a question in SQL (DuckDB)."""
    from alliances.experiments.sweep.results import Sweep

    found = Sweep(folder).query(sql)
    if csv:
        typer.echo(found.to_csv(index=False), nl=False)
        return
    typer.echo(found.to_string(index=False, max_rows=200))
