"""Runs that fail, hang or take their worker with them: they are told, and the others go on."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from alliances.experiments.sweep.files import StoreError
from alliances.experiments.sweep.manifest import read_to_run
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.sweep.runner import Runner
from alliances.model.input.errors import UserError

from .conftest import OWN, SMALL, contents, read, run, stored

TEXT = "own = 'own.py'\nkeep = 'yearly'\norganisations = true\n" + SMALL
TARGETS = "float(snapshot.state.params['targets'][-1])"
RAISES = f"if {TARGETS} == 1.0: raise KeyError('no such thing')"
BAD = {4, 5}  # points with targets = 1


# Points 0 to 2, one run each, of which the last goes wrong
ONCE = TEXT.split("[worlds]")[0].replace("replicates = 3", "replicates = 1")


def pooled(tmp_path: Path, **options: object):
    return Runner(read(ONCE, tmp_path), tmp_path / "out", ONCE).run(workers=1, **options)


def check_the_others(own, tmp_path: Path) -> None:
    own("pass")
    run(read(ONCE, tmp_path), tmp_path / "whole")
    good, expected = table(tmp_path / "out"), table(tmp_path / "whole")
    pd.testing.assert_frame_equal(
        good[good.status == "done"], expected[expected.targets < 1.0], check_like=True
    )


def table(folder: Path) -> pd.DataFrame:
    return Sweep(folder).runs


def without_bad(folder: Path) -> pd.DataFrame:
    found = table(folder)
    return found[~found.point.isin(BAD)].drop(columns="odd").reset_index(drop=True)


@pytest.fixture
def whole(own, tmp_path) -> Path:
    """The same sweep with a measure that works."""
    own("pass")
    run(read(TEXT, tmp_path), tmp_path / "whole")
    return tmp_path / "whole"


def test_a_measure_that_raises_fails_its_runs_only(whole, own, tmp_path):
    own(RAISES)
    out = tmp_path / "out"
    progress = run(read(TEXT, tmp_path), out, 4)
    assert (progress.there, progress.failed) == (18, 6)
    found = table(out)
    bad = found[found.status == "failed"]
    assert set(bad.point) == BAD
    assert len(bad) == 6
    assert bad.reason.str.contains("KeyError: 'no such thing'").all()
    assert bad.reason.str.contains("own.py, measure 'odd' failed in line 4").all()
    assert bad.traceback.str.contains("Traceback").all()
    assert bad.trust.isna().all()
    pd.testing.assert_frame_equal(without_bad(out), without_bad(whole))
    assert (
        set(Sweep(out).times.point) == set(Sweep(out).table("organisations").point) == {0, 1, 2, 3}
    )
    assert run(read(TEXT, tmp_path), out).new == 0  # not again by itself
    status = Sweep(out).status()
    assert (status["done"], status["failed"], status["timed out"]) == (12, 6, 0)
    assert Sweep(out).bad_runs().run.tolist() == ["4-0", "4-1", "4-2", "5-0", "5-1", "5-2"]


def test_all_may_fail(own, tmp_path):
    own("raise ValueError('always')")
    assert run(read(TEXT, tmp_path), tmp_path / "out").failed == 18
    assert (table(tmp_path / "out").status == "failed").all()
    with pytest.raises(UserError, match="kept no times; it has runs"):
        _ = Sweep(tmp_path / "out").times


def test_fail_fast_stops_and_loses_nothing(own, tmp_path):
    own(RAISES)
    with pytest.raises(UserError, match=r"run 4-0 failed: .*KeyError.*What was finished is safe"):
        run(read(TEXT, tmp_path), tmp_path / "out", 3, fail_fast=True)
    assert len(stored(tmp_path / "out")) == 15
    assert run(read(TEXT, tmp_path), tmp_path / "out").new == 3


def test_a_mended_measure_is_taken_only_if_it_is_asked_for(whole, own, tmp_path):
    own(RAISES)
    out = tmp_path / "out"
    run(read(TEXT, tmp_path), out)
    own("pass")
    for retry in (False, True):
        with pytest.raises(StoreError, match=r"own.py have changed since .* retry .*out --mended"):
            run(read(TEXT, tmp_path), out, retry=retry)
    progress = run(read(TEXT, tmp_path), out, retry=True, mended=True)
    assert (progress.there, progress.new, progress.failed) == (18, 6, 0)
    assert contents(out) == contents(whole)  # the latest attempts only
    assert [row for row in stored(out) if row[0] == 4] == [
        (4, replicate, attempt) for replicate in range(3) for attempt in (1, 2)
    ]
    (earlier,) = Sweep(out).manifest["mended"]
    assert earlier["own"] != Sweep(out).manifest["own"]
    assert run(read(TEXT, tmp_path), out).new == 0  # the same command goes on


def test_mended_is_for_the_measures_alone(own, tmp_path):
    own("pass")
    run(read(TEXT, tmp_path), tmp_path / "out")
    other = read(TEXT.replace("replicates = 3", "replicates = 4"), tmp_path)
    with pytest.raises(StoreError, match="holds another experiment"):
        run(other, tmp_path / "out", mended=True)


def test_a_file_of_measures_that_is_gone_is_read_from_its_copy(whole, own, tmp_path):
    path = own(RAISES)
    run(read(TEXT, tmp_path), tmp_path / "out")
    path.unlink()
    out = (tmp_path / "out").rename(tmp_path / "moved")
    assert Sweep(out).status()["failed"] == 6
    copy = out / "own.py"
    assert read_to_run(out, trust=True).own == str(copy)
    again = out.with_name("again")
    shutil.copytree(out, again)
    assert run(read_to_run(again, trust=True), again, retry=True).failed == 6
    copy.write_text(OWN.format(body="    pass"))  # not what runs were made with
    with pytest.raises(StoreError, match=r"cannot be used: there is no file of measures"):
        read_to_run(out, trust=True)
    mended = read_to_run(out, trust=True, mended=True)
    assert mended.own == str(copy)
    with pytest.raises(StoreError, match=r"own.py have changed since"):
        run(mended, out, retry=True)
    assert run(mended, out, retry=True, mended=True).failed == 0
    assert contents(out) == contents(whole)


def test_the_copy_is_of_the_file_that_runs_were_made_with(own, tmp_path):
    path = own(RAISES)
    out = tmp_path / "out"
    run(read(TEXT, tmp_path), out)
    before = path.read_bytes()
    own("pass")
    with pytest.raises(StoreError, match="have changed since"):
        run(read(TEXT, tmp_path), out)
    assert (out / "own.py").read_bytes() == before
    run(read(TEXT, tmp_path), out, mended=True)
    assert (out / "own.py").read_bytes() == path.read_bytes()


def test_results_are_read_without_a_file_of_measures(own, tmp_path):
    path = own("pass")
    run(read(TEXT, tmp_path), tmp_path / "out")
    path.unlink()
    (tmp_path / "out" / "own.py").unlink()
    assert Sweep(tmp_path / "out").status()["done"] == 18
    assert len(table(tmp_path / "out")) == 18  # reading needs no file


def test_retry_of_what_fails_again_counts_attempts(own, tmp_path):
    own(RAISES)
    out = tmp_path / "out"
    run(read(TEXT, tmp_path), out)
    before = contents(out)
    for _ in range(2):
        assert run(read(TEXT, tmp_path), out, retry=True).new == 6
    assert set(Sweep(out).bad_runs().attempt) == {3}
    assert contents(out) == before


@pytest.mark.slow
def test_a_measure_that_sleeps_is_timed_out(own, tmp_path, monkeypatch):
    """A second passes at each look while it is asleep, however late the first look is."""
    asleep, looks = tmp_path / "asleep", [0]

    def now() -> int:
        sleeper = Path("/proc", asleep.read_text() if asleep.exists() else "nobody", "cmdline")
        looks[0] += sleeper.exists() and sleeper.read_bytes() != b""  # not yet, or no more
        return looks[0]

    monkeypatch.setattr("alliances.experiments.sweep.pool.time", SimpleNamespace(monotonic=now))
    own(
        "import os, pathlib, time",
        f"if {TARGETS} == 1.0:",
        f"    pathlib.Path({str(asleep)!r}).write_text(str(os.getpid()))",
        "    time.sleep(10_000.0)",
    )
    progress = pooled(tmp_path, timeout=4.0)
    assert (progress.there, progress.failed) == (3, 1)
    found = table(tmp_path / "out")
    bad = found[found.status == "timed out"]
    assert bad.targets.tolist() == [1.0]
    assert (bad.reason == "took more than 4 seconds").all()
    assert len(Sweep(tmp_path / "out").times) == 2
    assert run(read(ONCE, tmp_path), tmp_path / "out").new == 0  # it ended, and is no damage
    assert len(stored(tmp_path / "out")) == 3
    check_the_others(own, tmp_path)


@pytest.mark.slow
def test_a_measure_that_ends_its_worker_is_given_up_after_three_tries(own, tmp_path):
    own(
        "import os",
        f"if {TARGETS} == 1.0:",
        f"    with open({str(tmp_path / 'tries')!r}, 'a') as file: file.write('x')",
        "    os._exit(7)",
    )
    progress = pooled(tmp_path)
    assert (progress.there, progress.failed) == (3, 1)
    assert (tmp_path / "tries").read_text() == "xxx"
    found = table(tmp_path / "out")
    bad = found[found.status == "failed"]
    assert bad.targets.tolist() == [1.0]
    assert (bad.reason == "its worker ended 3 times while it ran (exit code 7)").all()
    check_the_others(own, tmp_path)


@pytest.mark.slow
def test_workers_that_cannot_begin_are_told(own, tmp_path):
    path = own("pass")
    experiment = read(TEXT, tmp_path)
    runner = Runner(experiment, tmp_path / "out", TEXT)
    path.write_text("import os\nos._exit(3)\n")  # what only workers read now
    with pytest.raises(UserError, match=r"workers end before they begin \(exit code 3\)"):
        runner.run(workers=1)


@pytest.mark.slow
def test_the_command_line_tells_what_failed_and_what_to_do(own, alliances, tmp_path):
    def finish(*words: object) -> tuple[int, str, str]:
        result = alliances("sweep", *words)
        return result.exit_code, result.stdout, result.stderr

    path = own(RAISES)
    out, file = tmp_path / "out", tmp_path / "file.toml"
    file.write_text(TEXT)
    code, told, errors = finish(file, "--out", out, "--workers", 1)
    assert code == 0, errors
    assert "6 of them failed" in told
    assert f"alliances sweep status {out}" in told
    code, told, _ = finish("status", out)
    assert code == 0
    assert "18 runs of at most 18: 12 done, 6 failed, 0 timed out" in told
    assert "run 4-0 failed: " in told
    assert f"alliances sweep retry {out}" in told
    for words in (("rerun", out, "4-0"), ("retry", out), ("retry", out, "--mended")):
        code, _, errors = finish(*words)
        assert code == 2
        assert "brings Python of its own (own.py)" in errors
        assert "give --trust" in errors
    code, told, _ = finish("rerun", out, "4-0", "--trust")
    assert code == 0
    assert "run 4-0: failed" in told
    assert "targets = 1.0" in told
    assert "Traceback (most recent call last)" in told
    path.write_text(OWN.format(body="    pass"))
    code, told, errors = finish("retry", out, "--workers", 1, "--trust")
    assert code == 2
    assert f"alliances sweep retry {out} --mended" in errors
    assert "Traceback" not in errors
    code, told, errors = finish("retry", out, "--workers", 1, "--trust", "--mended")
    assert code == 0, errors
    assert "18 runs in" in told
    assert "6 of them new" in told
    assert (table(out).status == "done").all()
