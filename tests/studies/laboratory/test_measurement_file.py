"""What a laboratory measured, from the table to the belief: several readings, outputs that are
missing, deviations of their own.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from boed.jobs import store
from boed.studies.hybrid.belief_update import BeliefUpdate, belief_dataset
from boed.studies.hybrid.beliefs import of_replicates
from boed.studies.hybrid.stage_files import read_measurements
from boed.studies.laboratory import next_file
from boed.studies.laboratory.measurement_file import measurement_dataset
from boed.systems.sequential import sequential_system

MODEL = """
def predict(parameters, design):
    return [parameters["slope"] * design["x"], 2 * parameters["slope"]]
"""
SETTINGS = {
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.8}, "cells": 801}},
    "designs": {"x": {"lower": 0.0, "upper": 2.0}},
    "outputs": {"near": {"unit": "V"}, "far": {"unit": "V"}},
    "noise": {"constant": [0.3, 0.5]},
}
READINGS = [
    {"design": [1.5], "outputs": [2.0, None], "deviations": [None, None]},
    {"design": [0.5], "outputs": [None, 2.5], "deviations": [None, 0.7]},
    {"design": [1.0], "outputs": [1.2, 1.9], "deviations": [0.2, 0.2]},
]


@pytest.fixture
def system(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return sequential_system(SETTINGS | {"file": str(path)})


def test_a_belief_counts_what_there_is_with_the_deviations_it_has(system, tmp_path):
    """Against the normal posterior of four numbers: slopes they read, values, deviations."""
    paths = [str(tmp_path / "one.nc"), str(tmp_path / "two.nc")]
    for path, part in zip(paths, (READINGS[:1], READINGS[1:]), strict=True):
        store.write(measurement_dataset(part, 1.0), path, {})
    times, data = read_measurements(system, paths)
    assert times == [1.0] * 3
    assert data.observed.shape == (1, 3, 2)
    before = of_replicates(system.prior, 1)
    updated = BeliefUpdate(system, {})(system.moments(times), data, jnp.zeros((1, 1)), before)
    reads = np.array([1.5, 2.0, 1.0, 2.0])
    values, deviations = np.array([2.0, 2.5, 1.2, 1.9]), np.array([0.3, 0.7, 0.2, 0.2])
    precision = 1 / 0.8**2 + np.sum((reads / deviations) ** 2)
    mean = (1.0 / 0.8**2 + np.sum(reads * values / deviations**2)) / precision
    stored = belief_dataset(system, updated)
    assert "location_error" not in stored
    found = next_file.believed(stored.isel(replicate=0))
    assert found.mean[0] == pytest.approx(mean, abs=1e-4)
    assert found.deviation[0] == pytest.approx(precision**-0.5, rel=1e-3)


def test_the_file_says_what_was_not_measured(tmp_path):
    store.write(measurement_dataset(READINGS, 2.0), tmp_path / "measured.nc", {})
    stored = store.read(tmp_path / "measured.nc")
    assert stored.measured.values[0].tolist() == [[1, 0], [0, 1], [1, 1]]
    assert stored.own_deviation.values[0].tolist() == [[0, 0], [0, 0.7], [0.2, 0.2]]
