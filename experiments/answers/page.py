"""The report of a sweep: one page that needs nothing else, with figures and tables beside it."""

import base64
import html
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from alliances.experiments.answers.answer import Answer
from alliances.experiments.sweep.results import Sweep
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
        for name, table in answer.tables.items():
            path = folder / f"{name}.csv"
            table.to_csv(path, index=False)
            written.append(path)
        for name, (figure, text) in answer.figures.items():
            png, svg = folder / f"{name}.png", folder / f"{name}.svg"
            png.write_bytes(_png(figure, text, mark))
            figure.savefig(svg, metadata={"Title": text, "Description": mark, "Date": None})
            written += [png, svg]
    return written


def _png(figure: Figure, text: str, mark: str) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=120, metadata={"Title": text, "Description": mark, "Software": None})
    return buffer.getvalue()


def page(sweep: Sweep, answers: Sequence[Answer]) -> str:
    """Return the report as one HTML page that needs no other file and no internet."""
    experiment = sweep.experiment
    mark = json.dumps(provenance(sweep), sort_keys=True)
    parts = [f"<p>{_text(experiment.question)}</p>"] if experiment.question else []
    parts.append('<h2 id="short">In short</h2><ul>')
    for answer in answers:
        if answer.sentences:
            link = f'<a href="#{answer.name}">{_text(answer.question)}</a>'
            parts.append(f"<li>{link} {_text(answer.sentences[0])}</li>")
    parts.append("</ul>")
    parts += [_design(sweep)]
    for answer in answers:
        parts.append(_section(answer, mark))
    parts.append('<h2 id="limits">What this does not show</h2><ul>')
    parts += [f"<li>{_text(limit)}</li>" for limit in LIMITS]
    parts.append("</ul>")
    parts.append('<h2 id="provenance">How to get it again</h2>')
    parts.append(
        "<p>With the version of the model named below, save this as a file and give "
        "<code>alliances sweep FILE --out DIR</code>, then <code>alliances report DIR</code>.</p>"
    )
    text = text_of(sweep.folder / "experiment.toml", "experiment file")
    parts.append(f"<pre>{_text(text)}</pre>")
    told = json.dumps(provenance(sweep), indent=2)
    parts.append(f"<pre>{_text(told)}</pre>")
    title = _text(experiment.name)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{''.join(parts)}</main></body>"
        "</html>\n"
    )


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _design(sweep: Sweep) -> str:
    experiment, points = sweep.experiment, sweep.points
    status = sweep.runs["status"].value_counts()
    done = int(status.get("done", 0))
    failed = int(status.sum()) - done
    rows = [
        ("points", f"{len(points):,}"),
        ("worlds (sets of assumptions)", f"{points['world'].nunique():,}"),
        (
            "runs done",
            f"{int(status.get('done', 0)):,}" + (f" ({failed:,} failed)" if failed else ""),
        ),
        ("months", str(experiment.months)),
        ("averaged over the last", f"{experiment.last} months"),
        ("base scenario", experiment.scenario.name),
    ]
    for factor in experiment.factors:
        values = (
            ", ".join(map(str, factor.values))
            if factor.values
            else f"{factor.low:g} to {factor.high:g}"
        )
        rows.append((f"{'lever' if factor.is_lever else 'assumption'} {factor.name}", values))
    cells = "".join(
        f"<tr><td>{_text(name)}</td><td>{_text(value)}</td></tr>" for name, value in rows
    )
    return f'<h2 id="design">What was run</h2><div class="scroll"><table>{cells}</table></div>'


def _section(answer: Answer, mark: str) -> str:
    parts = [f'<h2 id="{answer.name}">{_text(answer.question)}</h2>']
    parts += [f"<p>{_text(sentence)}</p>" for sentence in answer.sentences]
    for figure, text in answer.figures.values():
        code = base64.b64encode(_png(figure, text, mark)).decode()
        parts.append(
            f'<figure><img alt="{_text(text)}" src="data:image/png;base64,{code}">'
            f"<figcaption>{_text(text)}</figcaption></figure>"
        )
    for name, table in answer.tables.items():
        parts.append(
            f"<details><summary>Table {_text(name)}: {len(table):,} rows</summary>"
            f"{_table(table)}</details>"
        )
    parts += [f'<p class="note">{_text(note)}</p>' for note in answer.notes]
    return "".join(parts)


def _table(table: pd.DataFrame) -> str:
    shown = table.head(MOST_ROWS)
    text = shown.to_html(index=False, border=0, escape=True, float_format=lambda v: f"{v:.4g}")
    more = ""
    if len(table) > MOST_ROWS:
        more = f'<p class="note">{len(table) - MOST_ROWS:,} more rows are in the CSV file.</p>'
    return f'<div class="scroll">{text}</div>{more}'


def write_report(sweep: Sweep, answers: Sequence[Answer], folder: Path) -> list[Path]:
    """Write the page, figures and tables; return what was written, the page first."""
    written = write_answers(answers, folder, sweep)
    path = folder / "report.html"
    path.write_text(page(sweep, answers), encoding="utf-8")
    return [path, *written]
