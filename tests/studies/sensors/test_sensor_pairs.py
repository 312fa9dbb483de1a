"""Random pairs of sensors and the best of them."""

import jax
import numpy as np

from boed.studies.sensors import sensor_pairs
from boed.systems.diffusion import layout
from boed.systems.diffusion.layout import Building


def test_random_pairs_are_accessible():
    house = [Building(0.4, 0.6, 0.2, 0.8)]
    pairs = sensor_pairs.random_pairs(jax.random.key(0), house, 40)
    assert pairs.shape == (40, 4)
    assert layout.accessible(house, pairs.reshape(-1, 2)).all()


def test_the_best_pair_follows_the_aversion():
    pairs = np.arange(12.0).reshape(3, 4)
    moments = np.array([[1.0, 3.0, 2.0], [0.0, 4.0, 0.5]])
    data = sensor_pairs.dataset(pairs, moments, [0.0, 1.0])
    np.testing.assert_array_equal(data.best_pair, pairs[[1, 2]])
    np.testing.assert_allclose(data.reference_objective, [3.0, 1.5])
    np.testing.assert_allclose(data.best_utility_variance, [4.0, 0.5])
