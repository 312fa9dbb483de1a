"""Where sources and sensors may be."""

import jax
import numpy as np

from boed.systems.diffusion import layout, placement
from boed.systems.diffusion.layout import Building

HOUSE = [Building(0.4, 0.6, 0.2, 0.8)]


def test_drawn_places_fill_the_accessible_region_alone():
    found = placement.draw(jax.random.key(0), HOUSE, 3000)
    assert layout.accessible(HOUSE, found).all()
    # left of the building, of the area that is left
    assert abs(np.mean(found[:, 0] < 0.4) - 0.4 / 0.88) < 4 * np.sqrt(0.25 / 3000)
    np.testing.assert_array_equal(found[:10], placement.draw(jax.random.key(0), HOUSE, 10))


def test_nodes_are_the_accessible_ones_of_the_grid():
    axis, free = placement.sensors(HOUSE, 11)
    found = placement.accessible_nodes(HOUSE, 11)
    assert len(found) == free.sum() == 121 - 3 * 7
    np.testing.assert_array_equal(found[1], [0.0, axis[1]])


def test_values_lie_on_the_grid_where_it_is_free():
    free = np.array([[True, False], [False, True]])
    full = placement.on_grid(np.array([1.0, 2.0]), free)
    np.testing.assert_array_equal(full, [[1.0, 0.0], [0.0, 2.0]])
