"""Designs of a window by their place on it."""

import numpy as np

from boed.figures import gain_maps


def test_designs_of_a_window_by_their_place():
    axis = np.array([0.1, 0.2, 0.3])
    places = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    grid = gain_maps.square(places)
    np.testing.assert_array_equal(grid[2, 0], [0.3, 0.1])
    np.testing.assert_array_equal(gain_maps.square(places[:, 0])[1], [0.2, 0.2, 0.2])
