"""The waves of history matching: run worlds, learn, rule out, and look where something is left."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from alliances.experiments.calibration.emulator import Emulator, check, learn_all
from alliances.experiments.calibration.region import CUT_OFF, DrawnWorlds, Region, deciding, draw
from alliances.experiments.calibration.screen import active, screen
from alliances.experiments.calibration.simulate import Effort
from alliances.experiments.calibration.target import Target
from alliances.experiments.input.tables import parquet_frame
from alliances.experiments.words.numbers import significant
from alliances.experiments.worlds.prior import DIGITS, Prior
from alliances.model.input.documents import read_json
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.kernel.compiled import sources_digest

type Simulator = Callable[
    [Sequence[Mapping[str, Any]], Effort, int, Callable[[int], object]], pd.DataFrame
]
type Say = Callable[[str], object]
type Progress = Callable[[str, int], AbstractContextManager[Callable[[int], object]]]

LUCK = 1_000_000  # numbers of luck set aside for each stage
DEFAULTS_STAGE, FINAL_STAGE = 90, 91
METHOD = 2  # raised when a stage would give other points: what was written before is refused then
REACHED = 0.005  # share of the first wave's worlds that must come near a target for it to decide


USUAL_EFFORT = Effort()
FINAL_EFFORT = Effort(usual=4, small=12, bristol=3, regions=2)


@dataclass(frozen=True)
class Settings:
    """How much a calibration does.

    Attributes
    ----------
    first, further : int
        Worlds of the first wave, and of each further one.
    waves : int
        Waves, the first among them.
    candidates : int
        Worlds of the last region that are run with more replicates, to be accepted or not.
    sample : int
        Worlds of the sample, at most.
    defaults : int
        How often the world of the defaults is run: it says how much is luck.
    population : int
        Points that are moved about to fill a region.
    most, least : int, float
        Assumptions that are matched at most, and the share of a statistic that each must explain.
    spared : int
        So many of the worst targets are forgiven: with 1 the second worst decides. More where
        nothing is left otherwise.
    effort, final : Effort
        What is run in a world of a wave, and of the candidates.
    seed : int
        Of everything.
    """

    first: int = 1000
    further: int = 400
    waves: int = 3
    candidates: int = 400
    sample: int = 200
    defaults: int = 16
    population: int = 400
    most: int = 25
    least: float = 0.01
    spared: int = 1
    effort: Effort = USUAL_EFFORT
    final: Effort = FINAL_EFFORT
    seed: int = 2026


QUICK = Settings(
    first=200,
    further=80,
    waves=2,
    candidates=60,
    sample=40,
    defaults=6,
    population=100,
    most=15,
    final=Effort(usual=4, small=8, bristol=2, regions=1),
)


@dataclass
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    waves : list of DataFrame
        Worlds that were run, one row each: units (``u_`` columns) and statistics.
    screened : DataFrame
        Assumption x statistic: share explained.
    matched : tuple of str
        Assumptions that were matched; the others vary as in the prior.
    checks : DataFrame
        How well the emulators of each wave foretell worlds held out.
    shares : list of float
        Estimated share of the prior that was left before each further wave, and at the end.
    left_out : tuple of str
        Statistics that no world of the prior comes near.
    spared : int
        How many of the worst statistics had to be forgiven in the end.
    cut_off : float
        What was asked for, or reached.
    luck : Series
        Variance of each statistic over luck alone, on its target's scale, at the final effort.
    defaults, candidates : DataFrame
        The world of the defaults with different luck; the last region's worlds.
    far : DataFrame
        Implausibility of each candidate by each target.
    accepted : ndarray of bool
        Which candidates the targets do not rule out.
    """

    waves: list[pd.DataFrame] = field(default_factory=list)
    screened: pd.DataFrame = field(default_factory=pd.DataFrame)
    matched: tuple[str, ...] = ()
    checks: pd.DataFrame = field(default_factory=pd.DataFrame)
    shares: list[float] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    spared: int = 0
    cut_off: float = CUT_OFF
    luck: pd.Series = field(default_factory=pd.Series)
    defaults: pd.DataFrame = field(default_factory=pd.DataFrame)
    candidates: pd.DataFrame = field(default_factory=pd.DataFrame)
    far: pd.DataFrame = field(default_factory=pd.DataFrame)
    accepted: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))


def _nothing(done: int) -> None:
    """Tell nobody of a world that is done."""


def _spread(target: Target, table: pd.DataFrame) -> float:
    """Variance of what different luck gives, on the target's scale."""
    scaled = target.scaled(table[target.statistic].to_numpy(float))
    there = scaled[np.isfinite(scaled)]
    return float(there.var(ddof=1)) if len(there) > 1 else 0.0


class Waves:
    """One calibration, stage by stage; each stage is written as it ends, and read if it is there.

    Parameters
    ----------
    simulator : callable
        Runs worlds: (worlds, effort, first luck, progress) -> statistics, one row a world.
    prior : Prior
        What varies.
    targets : sequence of Target
        Those to fit decide; the others are not looked at here.
    settings : Settings
        How much is done.
    folder : Path
        Where stages are written.
    threads : int
        Emulators at a time.
    say : callable
        Told what happens.
    progress : callable
        Called with a title and a number of worlds; a context that gives what is called after each.
    """

    def __init__(
        self,
        simulator: Simulator,
        prior: Prior,
        targets: Sequence[Target],
        settings: Settings,
        folder: Path,
        *,
        threads: int = 1,
        say: Say = lambda text: None,
        progress: Progress | None = None,
    ) -> None:
        self.simulator, self.prior, self.settings = simulator, prior, settings
        self.fitted = [target for target in targets if target.use == "fit"]
        self.folder, self.threads, self.say, self.progress = folder, threads, say, progress
        self.found = Calibration()
        self._learnt: list[dict[str, Emulator]] = []
        self._columns = [f"u_{name}" for name in prior.names]
        folder.mkdir(parents=True, exist_ok=True)
        self._claim()

    def _claim(self) -> None:
        """Refuse the stages of another calibration."""
        told = {
            "method": METHOD,
            "settings": asdict(self.settings),
            "prior": [[f.name, f.low, f.high] for f in self.prior.factors],
            "targets": [[t.statistic, t.low, t.high, t.scale, t.discrepancy] for t in self.fitted],
            "model": sources_digest(),
        }
        text = json.dumps(told, sort_keys=True)
        key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        file = self.folder / "key.txt"
        if file.is_file() and text_of(file).strip() != key:
            raise UserError(
                f"{self.folder} holds the waves of another calibration (other settings, targets "
                "or model); remove the folder, or give another with --work"
            )
        file.write_text(key + "\n", encoding="utf-8")

    def run(self) -> Calibration:
        """Do all stages."""
        settings, found = self.settings, self.found
        width = len(self.prior.factors)
        first = np.asarray(qmc.LatinHypercube(width, rng=self._rng(0)).random(settings.first))
        found.waves.append(self._stage("wave-1", 1, first, settings.effort))
        self._screen()
        for number in range(2, settings.waves + 1):
            points = self._drawn(number)[: settings.further]
            found.waves.append(self._stage(f"wave-{number}", number, points, settings.effort))
        self._accept(self._drawn(settings.waves + 1)[: settings.candidates])
        return found

    def _rng(self, stage: int) -> np.random.Generator:
        return np.random.default_rng([self.settings.seed, stage])

    def _stage(self, name: str, number: int, units: np.ndarray, effort: Effort) -> pd.DataFrame:
        """Run worlds, or read what was written when they were run before."""
        path = self.folder / f"{name}.parquet"
        if path.is_file():
            self.say(f"{name}: read")
            return parquet_frame(path)
        self.say(f"{name}: {len(units)} worlds")
        worlds = [self.prior.world(row) for row in units]
        shown = self.progress(name, len(worlds)) if self.progress else nullcontext(_nothing)
        with shown as advance:
            statistics = self.simulator(worlds, effort, number * LUCK, advance)
        table = pd.concat([pd.DataFrame(units, columns=self._columns), statistics], axis=1)
        part = path.with_suffix(".part")
        part.write_bytes(table.to_parquet(index=False))
        part.replace(path)
        return table

    def _screen(self) -> None:
        """Say which assumptions matter, and which targets no world comes near."""
        found, settings = self.found, self.settings
        first = found.waves[0]
        near = {
            target.statistic: float((self._simulated(target, first, 0.0) <= CUT_OFF).mean())
            for target in self.fitted
        }
        found.left_out = tuple(name for name, share in near.items() if share < REACHED)
        for name in found.left_out:
            self.say(f"no world of the prior comes near {name}: it decides on nothing")
        self.fitted = [t for t in self.fitted if t.statistic not in found.left_out]
        found.screened = screen(self._units(first), self._statistics([first]), self.prior.names)
        found.matched = active(found.screened, settings.most, settings.least)
        self.say(f"{len(found.matched)} assumptions matter: {', '.join(found.matched)}")

    def _units(self, table: pd.DataFrame) -> np.ndarray:
        return table[self._columns].to_numpy(float)

    def _statistics(self, tables: Sequence[pd.DataFrame]) -> dict[str, np.ndarray]:
        whole = pd.concat(tables, ignore_index=True)
        return {t.statistic: t.scaled(whole[t.statistic].to_numpy(float)) for t in self.fitted}

    def _simulated(self, target: Target, table: pd.DataFrame, luck: float) -> np.ndarray:
        """Implausibility of worlds that were run."""
        return target.implausibility(target.scaled(table[target.statistic].to_numpy(float)), luck)

    @property
    def _among(self) -> list[int]:
        return [self.prior.names.index(name) for name in self.found.matched]

    def _drawn(self, stage: int) -> np.ndarray:
        """Learn and draw the points of a stage, or read what was written when that was done."""
        found, path = self.found, self.folder / f"draw-{stage}.json"
        if not path.is_file():
            units, statistics = self._seen(stage - 1)
            checked = check(units, statistics, self._among, self.threads)
            checked.insert(0, "wave", stage - 1)
            drawn, spared = self._draw(stage)
            kept = {
                "checks": checked.to_dict("list"),
                "share": drawn.share,
                "cut_off": drawn.cut_off,
                "spared": spared,
                "units": drawn.units.tolist(),
            }
            part = path.with_suffix(".part")
            part.write_text(json.dumps(kept), encoding="utf-8")
            part.replace(path)
        kept = read_json(path)
        if set(kept) != {"checks", "share", "cut_off", "spared", "units"}:
            raise UserError(f"{path} is another file; remove it, and it is made again")
        checked = pd.DataFrame(kept["checks"])
        found.checks = pd.concat([found.checks, checked], ignore_index=True)
        found.spared, found.cut_off = int(kept["spared"]), float(kept["cut_off"])
        found.shares.append(float(kept["share"]))
        self.say(
            f"emulators after wave {stage - 1}: half of the statistics explained to "
            f"{checked['explained'].median():.0%}, {checked['covered'].mean():.0%} covered; "
            f"{kept['share']:.2g} of the prior is left"
        )
        return np.array(kept["units"])

    def _seen(self, waves: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the worlds of the first waves, and their statistics on the targets' scales."""
        tables = self.found.waves[:waves]
        return np.concatenate([self._units(table) for table in tables]), self._statistics(tables)

    def _emulators(self, waves: int) -> list[dict[str, Emulator]]:
        """Return the emulators after each of the first waves."""
        for wave in range(len(self._learnt) + 1, waves + 1):
            units, statistics = self._seen(wave)
            self._learnt.append(learn_all(units, statistics, self._among, self.threads))
        return self._learnt[:waves]

    def _draw(self, stage: int) -> tuple[DrawnWorlds, int]:
        """Draw from what is left; where nothing is, forgive one statistic more.

        The candidates are drawn strictly: a world that fits by luck alone would not be accepted.
        """
        settings, emulators = self.settings, self._emulators(stage - 1)
        wanted = settings.further if stage <= settings.waves else settings.candidates
        for spared in range(settings.spared, len(self.fitted)):
            last = stage > settings.waves
            region = Region(emulators, self.fitted, spared, self.threads, strict=last)
            drawn = draw(
                region.implausibility,
                len(self.prior.factors),
                max(settings.population, wanted),
                self._rng(stage),
                self._among,
            )
            if drawn.cut_off <= CUT_OFF:
                break
            self.say(
                f"nothing is left with {spared} forgiven (least {drawn.cut_off:.2f}): "
                "one more is forgiven"
            )
        return drawn, spared

    def _accept(self, units: np.ndarray) -> None:
        """Run the last region's worlds with more replicates, and keep what is not ruled out."""
        settings, found = self.settings, self.found
        middle = self.prior.units(self.defaults())
        found.defaults = self._stage(
            "defaults", DEFAULTS_STAGE, np.tile(middle, (settings.defaults, 1)), settings.final
        )
        found.luck = pd.Series(
            {t.statistic: _spread(t, found.defaults) for t in self.fitted}, dtype=float
        )
        found.candidates = self._stage("candidates", FINAL_STAGE, units, settings.final)
        far = np.column_stack(
            [
                self._simulated(t, found.candidates, float(found.luck[t.statistic]))
                for t in self.fitted
            ]
        )
        found.far = pd.DataFrame(far, columns=[t.statistic for t in self.fitted])
        found.accepted = deciding(far, found.spared) <= CUT_OFF
        self.say(f"{found.accepted.sum()} of {len(units)} candidates are not ruled out")

    def defaults(self) -> dict[str, Any]:
        """Return the world of the defaults: the registry's, or the middle of a toy prior."""
        from alliances.experiments.worlds.prior import default_world, world_prior

        if self.prior is world_prior():
            return default_world()
        return {
            f.name: f.at(0.5) if f.kind == "whole" else significant(float(f.at(0.5)), DIGITS)
            for f in self.prior.factors
        }
