"""Exact maps of one sensor: best places by hand, and symmetric nodes that share a solution."""

import numpy as np

from boed.studies.sensors import sensor_map, sensor_utility
from boed.studies.sensors.sensor_map import SensorMap
from boed.systems.diffusion import forward_models
from boed.systems.diffusion.layout import Building

SETTINGS = {
    "source": {"strength": 2.0, "width": 0.05},
    "time": 0.2,
    "noise": 0.05,
    "cells": 20,
    "prior_nodes": 10,
    "sensors": 6,
    "batch": 5,
}
HOUSE = [Building(0.35, 0.65, 0.2, 0.8)]


def test_every_node_is_worth_what_it_is_by_itself():
    """Batches and images of each other change nothing."""
    found = sensor_map.exact_map(SETTINGS, HOUSE)
    places = sensor_utility.sources(HOUSE, 10).places
    model = forward_models.adjoint(HOUSE, SETTINGS, places)
    nodes = np.stack(np.meshgrid(found.axis, found.axis, indexing="ij"), axis=-1)[found.allowed]
    exact = sensor_utility.exact_utilities(model, nodes[:, None], 0.05)
    np.testing.assert_allclose(found.mean[found.allowed], exact[0], rtol=1e-6)
    np.testing.assert_allclose(found.variance[found.allowed], exact[1], rtol=1e-5)
    assert (found.mean[~found.allowed] == 0).all()
    assert (~found.allowed).sum() == 2 * 4


def test_best_sensors_by_hand():
    """U = 3 with V = 2 in one place, 2 with 0.5 in another; a forbidden place counts nowhere."""
    axis, allowed = np.array([0.0, 0.5, 0.9]), np.ones((3, 3), dtype=bool)
    allowed[1, 1] = False
    mean, variance = np.full((3, 3), 1.0), np.full((3, 3), 1.0)
    mean[2, 1], variance[2, 1] = 3.0, 2.0
    mean[0, 2], variance[0, 2] = 2.0, 0.5
    mean[1, 1], mean[0, 1] = 9.0, 0.25
    data = sensor_map.dataset(SensorMap(axis, allowed, mean, variance), [0.0, 1.0])
    assert list(zip(data.best_x.values, data.best_y.values, strict=True)) == [(0.9, 0.5), (0, 0.9)]
    np.testing.assert_allclose(data.best_expected_utility, [3.0, 2.0])
    np.testing.assert_allclose(data.utility_lost, [0.0, 1 / 3])
    np.testing.assert_allclose(data.variance_saved, [0.0, 0.75])
    np.testing.assert_allclose(data.best_wall_distance, [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(data.best_corner_distance, [np.hypot(0.1, 0.5), 0.1])
    np.testing.assert_allclose(data.best_centre_distance, [0.4, np.hypot(0.5, 0.4)])
    np.testing.assert_allclose(data.worst_centre_distance, 0.5)
