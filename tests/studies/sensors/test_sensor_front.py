"""Fronts of sensors: what they leave out, and moments of pairs against the exact ones."""

import jax
import numpy as np
import pytest
import xarray as xr

from boed.studies.sensors import sensor_front, sensor_utility
from boed.studies.sensors.sensor_front import Grid, Pairs
from boed.systems.diffusion import forward_models

SETTINGS = {
    "source": {"strength": 2.0, "width": 0.05},
    "time": 0.2,
    "noise": 0.05,
    "cells": 20,
    "sensors": 3,
}


def test_a_front_leaves_out_what_another_design_beats():
    designs = np.arange(8.0).reshape(4, 2)
    moments = np.array([1.0, 3.0, 2.0, 2.5]), np.array([1.0, 3.0, 2.5, 2.0])
    data = sensor_front.front("one", designs, moments, "")
    np.testing.assert_array_equal(data["one_front_expected_utility"].values, [3.0, 2.5, 1.0])
    np.testing.assert_array_equal(data["one_front_design"].values, designs[[1, 3, 0]])


@pytest.fixture(scope="module")
def model():
    return forward_models.adjoint([], SETTINGS, sensor_utility.sources([], 20).places)


def test_rows_of_the_table_are_the_models_readings(model):
    grid = sensor_front.grid_of(SETTINGS, [])
    table = sensor_front.reading_table(model, grid, batch=4)
    expected = model(np.array([[0.5, 1.0], [0.0, 0.5]]))
    np.testing.assert_allclose(table.pair((1, 2, 0, 1)), expected, rtol=1e-12)
    assert table.every.shape == (9, 400)


@pytest.mark.slow
def test_moments_of_a_pair_come_near_the_exact_ones(model):
    grid = sensor_front.grid_of(SETTINGS, [])
    table = sensor_front.reading_table(model, grid, batch=4)
    evaluate = sensor_front.pair_moments(table, 0.05, draws=20, key=jax.random.key(0))
    found = evaluate((0, 0, 2, 1))
    places = np.array([[[0.0, 0.0], [1.0, 0.5]]])
    mean, variance = sensor_utility.exact_utilities(model, places, 0.05)
    assert abs(found[0] - mean[0]) < 4 * np.sqrt(variance[0] / 8000)
    assert found[1] == pytest.approx(variance[0], rel=0.06)


def test_pairs_looked_at_stand_where_they_may():
    allowed = np.ones((4, 4), dtype=bool)
    allowed[1, 1] = False
    grid, block = Grid(np.linspace(0, 1, 4), allowed), {"random": 3, "strides": [1]}

    def evaluate(node):
        assert allowed[node[:2]]
        assert allowed[node[2:]]
        return float(sum(node)), float(node[0])

    found = sensor_front.traced(
        block | {"evaluations": 30}, evaluate, grid, np.random.default_rng(0)
    )
    assert 3 < len(found.places) <= 30
    # indices come back from places on a grid of thirds
    indices = np.round(3 * found.places).astype(int)
    np.testing.assert_allclose(found.moments[0], indices.sum(axis=(1, 2)))
    np.testing.assert_allclose(found.moments[1], indices[:, 0, 0])


def test_what_searches_fall_short_of_the_front(model):
    """The best pair on the front is told by its own moments, and is worth its exact ones."""
    places = np.array([[[0.0, 0.0], [1.0, 1.0]], [[0.5, 0.5], [0.5, 0.0]]])
    pairs = Pairs(places, np.array([[2.0, 1.0], [3.0, 0.5]]))
    search = xr.Dataset(
        {
            "exact_expected_utility": ("aversion", [1.0, 1.5]),
            "exact_utility_variance": ("aversion", [0.5, 0.25]),
            "aversion": [0.0, 1.0],
        }
    )
    data = sensor_front.beside_searches(pairs, search, model, 0.05)
    mean, variance = sensor_utility.exact_utilities(model, places, 0.05)
    ours = np.array([mean[0], mean[1] - variance[1]])
    np.testing.assert_allclose(data["best_objective"].values, ours)
    np.testing.assert_allclose(data["search_objective"].values, [1.0, 1.25])
    expected = (ours - [1.0, 1.25]) / np.abs(ours)
    np.testing.assert_allclose(data["relative_regret"].values, expected)
