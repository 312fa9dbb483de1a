"""Searches for sensors: where they look, how soon they are near, and the geometry of the best."""

import jax
import numpy as np

from boed.design.nested_monte_carlo import Moments
from boed.studies.sensors import sensor_search
from boed.studies.sensors.sensor_search import Averse, Searches
from boed.systems.diffusion.layout import Building

SETTINGS = {
    "aversions": [0.0, 2.0],
    "searches": {
        "initial": 3,
        "iterations": 2,
        "exploration": 2.0,
        "noise_level": 1e-6,
        "runs": 2,
    },
}
HOUSE = [Building(0.3, 0.7, 0.3, 0.7)]


class Hills:
    """U best at the right wall, V there too."""

    def __call__(self, design):
        x = design[0]
        return Moments(np.array(x), np.array(x**2))


def test_two_sensors_geometry_by_hand():
    data = sensor_search.geometry(np.array([[0.1, 0.2, 0.9, 0.7], [0.3, 0.5, 0.4, 0.5]]))
    np.testing.assert_allclose(data["wall_distance"].values, [[0.1, 0.1], [0.3, 0.4]])
    np.testing.assert_allclose(data["corner_distance"].values[0], np.hypot([0.1, 0.1], [0.2, 0.3]))
    np.testing.assert_allclose(data["distance"].values, [np.hypot(0.8, 0.5), 0.1])
    np.testing.assert_allclose(data["vertical_distance"].values, [0.5, 0.0])
    np.testing.assert_array_equal(data["both_sides"].values, [1, 0])
    np.testing.assert_allclose(data["mean_centre_distance"].values[1], (0.2 + 0.1) / 2)


def test_images_that_a_search_looks_at_are_counted_once():
    designs = np.array(
        [[[[0.5, 0.0], [0.52, 0.0], [0.03, 0.5], [0.3, 0.3]]]]
    )  # aversion, replicate, evaluation
    searches = Searches(designs, np.array([[[4.0, 1.0, 2.0, 3.0]]]))
    np.testing.assert_array_equal(sensor_search.images_visited(searches, [], 0.15), [[2]])


def test_the_best_of_all_searches_of_an_aversion():
    designs = np.arange(8.0).reshape(2, 2, 1, 2)
    searches = Searches(designs, np.array([[[1.0], [2.0]], [[4.0], [3.0]]]))
    np.testing.assert_array_equal(searches.best, [[2.0, 3.0], [4.0, 5.0]])


def test_evaluations_until_near():
    """Near to 2 by a tenth is 1.8; near to −1 is −1.1; a search that never comes near needs one
    more than all.
    """
    objective = np.array(
        [[[1.0, 1.9, 0.0], [1.0, 1.7, 1.0]], [[-1.05, -3.0, -1.0], [-2, -1.2, -1.1]]]
    )
    found = sensor_search.evaluations_needed(objective, np.array([2.0, -1.0]), 0.1)
    np.testing.assert_array_equal(found, [[2, 4], [1, 3]])


def test_searches_stay_out_of_buildings_and_share_their_first_designs():
    utility = Hills()
    assert float(Averse(utility, 2.0)(np.array([0.5, 0.1]))) == 0.5 - 2 * 0.25
    space = sensor_search.space_of(HOUSE, 2)
    found = sensor_search.searches(SETTINGS, utility, space, jax.random.key(0))
    assert found.designs.shape == (2, 2, 5, 2)
    assert space.allowed(found.designs.reshape(-1, 2)).all()
    # the same seeds for every aversion, others for every run
    np.testing.assert_array_equal(found.designs[0, :, :3], found.designs[1, :, :3])
    assert not np.allclose(found.designs[0, 0], found.designs[0, 1])
    x = found.designs[..., 0]
    aversions = np.array([0.0, 2.0])[:, None, None]
    np.testing.assert_allclose(found.objective, x - aversions * x**2)
