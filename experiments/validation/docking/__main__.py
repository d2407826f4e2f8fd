"""Hold the rules against theory and published models.

Made by `python -m alliances.experiments.validation.docking`.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from alliances import ROOT
from alliances.experiments.output.figures import save_figure
from alliances.experiments.validation.docking import assembly, contests, figures, labels, trust
from alliances.experiments.validation.docking.check import Check
from alliances.model.warm import warm

OUT = ROOT / "results" / "docking"


def measured() -> tuple[list[Check], dict[str, Figure]]:
    """Return all checks, and the figures by name."""
    escalate, respond = (contests.bidding(rule) for rule in ("escalate", "best_response"))
    gaps = trust.gaps("reinforcing")
    curves = {ring: assembly.curve(ring) for ring in assembly.RINGS}
    paths = labels.paths()
    checks = [
        *contests.tullock(),
        *trust.fixed_points(),
        *trust.kim(gaps),
        *assembly.guimera(curves),
        *contests.geard_noble(escalate, respond),
        *labels.same(paths),
    ]
    drawn = {
        "contests": figures.tullock_figure(),
        "escalation": figures.geard_noble_figure(escalate, respond),
        "trust": figures.trust_figure(),
        "equals": figures.kim_figure(gaps),
        "giant": figures.guimera_figure(curves),
        "labels": figures.labels_figure(paths),
    }
    return checks, drawn


def main() -> None:
    """Check, draw and say."""
    options = argparse.ArgumentParser(
        prog="python -m alliances.experiments.validation.docking", description=__doc__
    )
    options.add_argument("--out", type=Path, default=OUT, help="folder of table and figures")
    out: Path = options.parse_args().out
    warm(lambda text: None)
    checks, drawn = measured()
    out.mkdir(parents=True, exist_ok=True)
    pd.DataFrame([check.row() for check in checks]).to_csv(out / "docking.csv", index=False)
    for name, figure in drawn.items():
        save_figure(figure, out / f"{name}.png")
    failed = [check for check in checks if not check.holds]
    for check in failed:
        sys.stdout.write(f"{check.of}: {check.what}: {check.found:.4g}, not {check.expected:.4g}\n")
    sys.stdout.write(f"{len(checks) - len(failed)} of {len(checks)} checks hold; see {out}\n")


if __name__ == "__main__":
    main()
