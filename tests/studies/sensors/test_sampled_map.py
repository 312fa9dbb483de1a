"""Sampled maps: what they lose by the exact ones, and that batches change nothing."""

import jax
import numpy as np
import pytest
import xarray as xr

from boed.studies.sensors import sampled_map, sensor_utility
from boed.studies.sensors.sampled_map import Sensors
from boed.systems.diffusion import forward_models, placement

SETTINGS = {
    "source": {"strength": 2.0, "width": 0.05},
    "time": 0.2,
    "noise": 0.05,
    "cells": 20,
    "batch": 3,
}


def test_regret_of_sampled_maps_is_told_by_the_exact_ones():
    """Of four places the samples choose the second, which is 0.1 short of the best."""
    free = np.ones((2, 2), dtype=bool)
    exact = xr.Dataset(
        {
            "expected_utility": (("x", "y"), [[1.0, 0.9], [0.5, 0.4]]),
            "utility_variance": (("x", "y"), [[0.5, 0.1], [0.2, 0.2]]),
            "aversion": [0.0, 1.0],
            "accessible": (("x", "y"), free.astype(np.int8)),
            "x": [0.0, 1.0],
            "y": [0.0, 1.0],
        }
    )
    sensors = sampled_map.sensors_of(exact)
    nodes = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    np.testing.assert_array_equal(sensors.nodes, nodes)
    sampled = np.array([[0.99, 1.08, 0.5, 0.4], [0.5, 0.1, 0.2, 0.2]])
    data = sampled_map.compared(exact, Sensors(free, nodes), sampled)
    np.testing.assert_allclose(data["regret"].values, [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(data["relative_regret"].values, [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(data["sampling_error"].values, [(0.01 + 0.0) / 2, 0.0], atol=1e-9)
    assert (data["sampled_best_x"].values[0], data["sampled_best_y"].values[0]) == (0.0, 1.0)


@pytest.mark.slow
def test_maps_from_samples_come_near_the_exact_moments():
    nodes, samples = placement.accessible_nodes([], 3), 4000
    sources = placement.draw(jax.random.key(0), [], samples)
    standard = jax.random.normal(jax.random.key(1), (samples, 1))
    model = forward_models.adjoint([], SETTINGS, sources)
    found = sampled_map.sampled(SETTINGS, model, standard, nodes)
    prior = forward_models.adjoint([], SETTINGS, sensor_utility.sources([], 40).places)
    exact = sensor_utility.exact_utilities(prior, nodes[:, None], 0.05)
    np.testing.assert_allclose(found[0], exact[0], atol=0.06)
    np.testing.assert_allclose(found[1], exact[1], rtol=0.2)
