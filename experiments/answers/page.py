"""The report of a sweep: one page that needs nothing else, with figures and tables beside it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from alliances.experiments.answers.answer import Answer
from alliances.experiments.output.figures import figure_bytes
from alliances.experiments.output.page import Html, joined, listed, picture, table, tag
from alliances.experiments.output.page import page as written_page
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.words.numbers import short
from alliances.model.input.files import text_of

MOST_ROWS = 30  # of a table on the page; the file beside it has all

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; margin: 0 auto;
  max-width: 62rem; padding: 1rem 1.5rem 4rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem; }
figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; }
figcaption, .note { color: #555; font-size: .9rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; }
pre { background: #f4f4f4; padding: .8rem; overflow-x: auto; font-size: .8rem; }
a:focus-visible { outline: 3px solid #0072B2; }
@media print { body { max-width: none; } }
"""

LIMITS = (
    "The model illustrates a theory of partnership; it does not predict what will happen in any "
    "real place, and must not decide about a real organisation's money.",
    "Many of its assumptions are not measured. Where assumptions were not varied here, the answers "
    "are answers under the ones that were used (see the settings below).",
    "Luck and what is not known about the world are different things: more runs make the first "
    "smaller, never the second. They are told apart where both were varied.",
    "A difference that is clear may still be too small to matter, and one that is not clear may "
    "matter: look at the interval, not only at whether it holds 0.",
)


def provenance(sweep: Sweep) -> dict[str, Any]:
    """Return what is needed to trace and repeat a sweep."""
    manifest = sweep.manifest
    runs = sweep.runs["status"].value_counts().to_dict()
    return {
        "experiment": manifest["name"],
        "experiment_digest": manifest["experiment"],
        "model_digest": manifest["model"],
        "place_digest": manifest["place"],
        "git_commit": manifest["git_commit"],
        "versions": manifest["versions"],
        "begun": manifest["begun"],
        "seed": sweep.experiment.seed,
        "runs": {str(k): int(v) for k, v in runs.items()},
    }


def write_answers(answers: Sequence[Answer], folder: Path, sweep: Sweep) -> list[Path]:
    """Write figures as PNG and SVG, and tables as CSV; every figure carries its provenance."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = json.dumps(provenance(sweep), sort_keys=True)
    written = []
    for answer in answers:
        for name, found in answer.tables.items():
            path = folder / f"{name}.csv"
            found.to_csv(path, index=False)
            written.append(path)
        for name, (figure, text) in answer.figures.items():
            for kind in ("png", "svg"):
                path = folder / f"{name}.{kind}"
                path.write_bytes(figure_bytes(figure, kind, Title=text, Description=mark))
                written.append(path)
    return written


def page(sweep: Sweep, answers: Sequence[Answer]) -> str:
    """Return the report as one HTML page that needs no other file and no internet."""
    experiment, told = sweep.experiment, provenance(sweep)
    mark = json.dumps(told, sort_keys=True)
    short = (
        joined([tag("a", one.question, href=f"#{one.name}"), " ", one.sentences[0]])
        for one in answers
        if one.sentences
    )
    asked = text_of(sweep.folder / "experiment.toml", "experiment file")
    return written_page(
        experiment.name,
        tag("h1", experiment.name),
        tag("p", experiment.question) if experiment.question else "",
        tag("h2", "In short", id="short"),
        listed(short),
        tag("h2", "What was run", id="design"),
        tag("div", table((), _design(sweep)), class_="scroll"),
        *(part for answer in answers for part in _section(answer, mark)),
        tag("h2", "What this does not show", id="limits"),
        listed(LIMITS),
        tag("h2", "How to get it again", id="provenance"),
        tag(
            "p",
            "With the version of the model named below, save this as a file and give ",
            tag("code", "alliances sweep FILE --out DIR"),
            ", then ",
            tag("code", "alliances report DIR"),
            ".",
        ),
        tag("pre", asked),
        tag("pre", json.dumps(told, indent=2)),
        style=STYLE,
        lang="en",
    )


def _design(sweep: Sweep) -> Iterator[tuple[str, str]]:
    experiment, points = sweep.experiment, sweep.points
    status = sweep.runs["status"].value_counts()
    done = int(status.get("done", 0))
    failed = int(status.sum()) - done
    yield "points", f"{len(points):,}"
    yield "worlds (sets of assumptions)", f"{points['world'].nunique():,}"
    yield "runs done", f"{done:,}" + (f" ({failed:,} failed)" if failed else "")
    yield "months", str(experiment.months)
    yield "averaged over the last", f"{experiment.last} months"
    yield "base scenario", experiment.scenario.name
    for factor in experiment.factors:
        span = ", ".join(map(str, factor.values)) or f"{factor.low:g} to {factor.high:g}"
        yield f"{'lever' if factor.is_lever else 'assumption'} {factor.name}", span


def _section(answer: Answer, mark: str) -> Iterator[Html]:
    yield tag("h2", answer.question, id=answer.name)
    for sentence in answer.sentences:
        yield tag("p", sentence)
    for figure, text in answer.figures.values():
        data = figure_bytes(figure, "png", Title=text, Description=mark)
        yield tag("figure", picture(data, "image/png", text), tag("figcaption", text))
    for name, found in answer.tables.items():
        summary = tag("summary", f"Table {name}: {len(found):,} rows")
        yield tag("details", summary, *_table(found))
    for note in answer.notes:
        yield tag("p", note, class_="note")


def _table(found: pd.DataFrame) -> Iterator[Html]:
    rows = found.head(MOST_ROWS).astype(object).itertuples(index=False)
    shown = table([str(name) for name in found], ([short(x, 4) for x in row] for row in rows))
    yield tag("div", shown, class_="scroll")
    if len(found) > MOST_ROWS:
        more = f"{len(found) - MOST_ROWS:,} more rows are in the CSV file."
        yield tag("p", more, class_="note")


def write_report(sweep: Sweep, answers: Sequence[Answer], folder: Path) -> list[Path]:
    """Write the page, figures and tables; return what was written, the page first."""
    written = write_answers(answers, folder, sweep)
    path = folder / "report.html"
    path.write_text(page(sweep, answers), encoding="utf-8")
    return [path, *written]
