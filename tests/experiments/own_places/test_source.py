"""A place in memory: run like a file's, without names, and kept as one file."""

import io
import zipfile

import numpy as np

from alliances.experiments.cases.choose import baseline_of
from alliances.experiments.own_places.bundle import FOLDER, bundle
from alliances.experiments.own_places.source import OwnPlace
from alliances.model.places.folder import load_place
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate
from tests.experiments.own_places.places import place


def test_no_name_goes_into_the_runs():
    whole = place()
    source = OwnPlace.of(whole)
    assert not set(whole.names) & set(source.make().names)
    assert "Ash" not in Scenario(place=source).to_toml()
    assert source.token in whole.digest()


def test_a_scenario_carries_it_to_its_baseline():
    scenario = Scenario(place=OwnPlace.of(place())).with_values(connectors=2)
    assert baseline_of(scenario).place.make() is scenario.place.make()


def test_sources_are_equal_if_their_places_are():
    assert OwnPlace.of(place()) == OwnPlace.of(place())
    assert hash(OwnPlace.of(place())) == hash(OwnPlace.of(place()))
    assert OwnPlace.of(place()) != OwnPlace.of(place(ties=None))
    assert OwnPlace.of(place()) != PlaceSource()


def test_the_file_that_is_kept_gives_the_same_runs(tmp_path):
    whole = place()
    zipfile.ZipFile(io.BytesIO(bundle(whole))).extractall(tmp_path)
    assert load_place(tmp_path / FOLDER) == whole
    source = PlaceSource(kind="folder", folder=str(tmp_path / FOLDER))
    mine, theirs = (
        simulate(Scenario(place=one), 2, months=24, final=False).values
        for one in (OwnPlace.of(whole), source)
    )
    assert np.array_equal(mine, theirs)
    assert bundle(whole) == bundle(place())
    assert f"--place {FOLDER}" in (tmp_path / FOLDER / "README.md").read_text()
