"""Labels and order: other names or another order in the file change no bit."""

from dataclasses import replace

import numpy as np

from alliances.experiments.validation.docking.check import Check
from alliances.experiments.validation.docking.equals import begun, step
from alliances.model.measures import MEASURES
from alliances.model.places.builder import Rows, build_place
from alliances.model.places.place import Place
from alliances.model.places.synthetic import synthetic_place
from alliances.model.scenario import Scenario

MONTHS = 60
SAME = "keys of draws are uids: neither names nor rows"


def places(count: int = 60) -> dict[str, Place]:
    """Return one place three times: as it is, in another order, with other names."""
    plain = synthetic_place(count, seed=5)
    order = np.random.default_rng(1).permutation(plain.size)

    def built(rows: np.ndarray) -> Place:
        return build_place(
            "here",
            Rows(
                names=[f"body {row}" for row in rows],
                income=plain.income[rows],
                localities=["here"] * len(rows),
                uids=[int(uid) for uid in plain.uid[rows]],
                sector=plain.sector[rows],
            ),
            public_bodies=False,
        )

    given = built(np.arange(plain.size))
    renamed = replace(given, names=tuple(f"other {number}" for number in range(given.size)))
    return {"as it is": given, "shuffled": built(order), "renamed": renamed}


def paths(count: int = 60, months: int = MONTHS) -> dict[str, np.recarray]:
    """Return all measures of the three, month by month."""
    scenario = Scenario().with_values(connectors=2, competition=0.6)
    return {name: step(begun(scenario, place), months) for name, place in places(count).items()}


def same(found: dict[str, np.recarray]) -> list[Check]:
    """Check that not a single value differs."""
    plain = found["as it is"]
    checks = []
    for name in ("shuffled", "renamed"):
        other = found[name]
        differing = sum(plain[n].tobytes() != other[n].tobytes() for n in MEASURES)
        what = f"measures of {len(MEASURES)} that differ in a bit, {name}"
        checks.append(Check("labels and order", what, 0.0, float(differing), 0.0, SAME))
    return checks
