"""What jobs of the source inversion read: whole, and made for the same layout, or
refused by name.
"""

import jax
import numpy as np
import pytest
import xarray as xr

from boed.jobs import store
from boed.jobs.store import StoreError, variable
from boed.studies.sensors import sensor_samples, sensor_utility, surrogate_files
from boed.studies.sensors.sensor_samples import Case
from boed.systems.diffusion import forward_models, layout, placement, surrogate
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.surrogate import Surrogate
from boed.systems.diffusion.surrogate_training import initialise

HOUSE = [0.4, 0.6, 0.2, 0.8]
SETTINGS = {
    "buildings": [HOUSE],
    "source": {"strength": 2.0, "width": 0.05},
    "time": 0.2,
    "noise": 0.05,
}


def case(name="one_sensor/house", path=None, **changed):
    return Case(seed=1, name=name, settings=SETTINGS | changed, surrogate=path)


def made_with(settings):
    return store.provenance({"settings": settings}, {})


@pytest.fixture
def trained(tmp_path):
    """(path of a stored network, the network)."""
    own = Surrogate(
        initialise(jax.random.key(0), [7, 5]),
        0.4,
        0.2,
        layout.symmetries([Building(*HOUSE)]),
    )
    store.write(
        xr.Dataset(surrogate_files.surrogate_variables(own)),
        tmp_path / "surrogate.nc",
        made_with(SETTINGS),
    )
    return tmp_path / "surrogate.nc", own


@pytest.fixture
def training(tmp_path):
    """A training file of three sources on 6 x 6 nodes, and its readings at the accessible ones."""
    axis, free = placement.sensors([Building(*HOUSE)], 6)
    values = np.arange(3 * 36.0).reshape(3, 6, 6).astype(np.float32)
    data = {
        "concentration": store.compressed(
            variable(("source", "x", "y"), values, "c", "field"), (2, 6, 6)
        ),
        "place": variable(("source", "coordinate"), np.full((3, 2), 0.1), "length", "place"),
        "accessible": variable(("x", "y"), free.astype("i1"), "1", "free"),
        "x": variable("x", axis, "length", "x"),
        "y": variable("y", axis, "length", "y"),
    }
    store.write(xr.Dataset(data), tmp_path / "training.nc", made_with(SETTINGS))
    return tmp_path / "training.nc", values[:, free]


def test_a_network_comes_back_as_it_was(trained):
    path, own = trained
    found = surrogate_files.read_surrogate(path, SETTINGS)
    some = np.random.default_rng(0).uniform(size=(4, 2))
    expected = surrogate.predict(own, some, some)
    np.testing.assert_array_equal(surrogate.predict(found, some, some), expected)
    model = sensor_samples.model_for(case(path=path, model="surrogate"), some)
    np.testing.assert_array_equal(model(some), expected)


def test_training_data_come_back_at_the_accessible_nodes(training):
    path, values = training
    found = surrogate_files.read_training(path, SETTINGS)
    np.testing.assert_array_equal(found.values, values)
    assert found.sensors.shape == (values.shape[1], 2)
    np.testing.assert_array_equal(found.sensors[1], [0.0, 0.2])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"buildings": []}, r"made for buildings = \[\[0.4, 0.6, 0.2, 0.8\]\], not for \[\]"),
        ({"time": 0.3}, "made for time = 0.2, not for 0.3"),
        ({"source": {"strength": 1.0, "width": 0.05}}, "made for source = .*'strength': 2.0"),
    ],
)
def test_files_made_for_something_else_are_refused(trained, training, changed, message):
    with pytest.raises(StoreError, match=message):
        surrogate_files.read_surrogate(trained[0], SETTINGS | changed)
    with pytest.raises(StoreError, match=message):
        surrogate_files.read_training(training[0], SETTINGS | changed)


def test_missing_and_truncated_training_files_are_named(training):
    path, _ = training
    with pytest.raises(StoreError, match=r"elsewhere.nc: no such file"):
        surrogate_files.read_training(path.with_name("elsewhere.nc"), SETTINGS)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(StoreError, match=r"training.nc: not a complete netCDF file"):
        surrogate_files.read_training(path, SETTINGS)


def test_common_samples_are_accessible_and_the_same_for_a_case():
    sources, standard = sensor_samples.common_samples(case(samples=50), 2)
    again, _ = sensor_samples.common_samples(case(samples=50), 2)
    other, _ = sensor_samples.common_samples(case("one_sensor", samples=50), 2)
    assert standard.shape == (50, 2)
    assert layout.accessible([Building(*HOUSE)], np.asarray(sources)).all()
    np.testing.assert_array_equal(sources, again)
    assert not np.allclose(sources, other)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["adjoint", "solver"])
def test_a_cases_utility_is_nearly_the_exact_one(name):
    """By either model, from common samples, for one sensor and two."""
    solver = {"cells": 40, "steps": 20, "together": 50}
    sampled = case("case", model=name, cells=40, samples=4000, solver=solver)
    places = sensor_utility.sources(sampled.buildings, 40).places
    exact_model = forward_models.adjoint(sampled.buildings, sampled.settings, places)
    for design in ([0.1, 0.2], [0.1, 0.2, 0.9, 0.4]):
        count = len(design) // 2
        found = sensor_samples.utility_of(sampled, count)(np.array(design))
        exact = sensor_utility.exact_utilities(
            exact_model, np.reshape(design, (1, count, 2)), SETTINGS["noise"]
        )
        assert abs(float(found.expected_utility) - exact[0, 0]) < 4 * np.sqrt(exact[1, 0] / 4000)
        assert abs(float(found.utility_variance) / exact[1, 0] - 1) < 0.15


def test_a_model_shares_estimates_only_between_what_it_reads_alike(trained):
    """A network trained without folding knows no symmetry; time steps along x, then y, do not know
    the turns.
    """
    square = [[0.4, 0.6, 0.4, 0.6]]
    counts = {
        model: len(sensor_samples.symmetries_for(case(model=model, buildings=square)))
        for model in ("adjoint", "solver")
    }
    assert counts == {"adjoint": 8, "solver": 4}
    path, own = trained
    by_network = case(path=path, model="surrogate")
    found = sensor_samples.symmetries_for(by_network)
    np.testing.assert_array_equal(found, own.symmetries)
    store.write(
        xr.Dataset(
            surrogate_files.surrogate_variables(own._replace(symmetries=own.symmetries[:1]))
        ),
        path,
        made_with(SETTINGS),
    )
    assert len(sensor_samples.symmetries_for(by_network)) == 1
