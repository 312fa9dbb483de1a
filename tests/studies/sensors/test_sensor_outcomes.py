"""Outcomes of sensors: the worst of them, and where their posteriors lie."""

import numpy as np

from boed.studies.sensors import sensor_outcomes, sensor_utility
from boed.studies.sensors.sensor_outcomes import DesignOutcomes, Models, Setting


def test_the_wrong_side_is_where_the_source_is_not():
    prior = sensor_utility.sources([], 2)  # x = 1/4 and 3/4
    outcomes = [
        DesignOutcomes(np.array([1.0, 2.0]), np.array([0]), np.array([[0.1, 0.2, 0.3, 0.4]]))
    ] * 2
    truths = np.array([[0.2, 0.9], [0.8, 0.1]])
    setting = Setting(truths, prior, np.zeros((2, 1, 2)), [0.0, 1.0])
    data = sensor_outcomes.dataset(outcomes, setting)
    np.testing.assert_allclose(data.wrong_side.values, [[0.7], [0.7]])
    np.testing.assert_allclose(data.worst_gain.values, [[1.0], [1.0]])
    assert data.worst_place.values.tolist() == [[[0.2, 0.9]]] * 2


def test_gains_of_simulated_outcomes_are_divergences_by_brute_force(rng):
    """Three places, five true ones read between them: each posterior by its definition."""
    expected, truths = np.array([[0.0, 1.0, 3.0]]), np.array([[0.1, 0.9, 2.0, 3.0, 1.5]])
    standard = rng.normal(size=(5, 1))
    models = Models(lambda design: truths, lambda design: expected)
    found = sensor_outcomes.simulated(np.zeros((1, 2)), models, standard, 0.5, 2)
    data = truths[0] + 0.5 * standard[:, 0]
    likelihood = np.exp(-0.5 * ((data[:, None] - expected[0]) / 0.5) ** 2)
    posterior = likelihood / likelihood.sum(axis=1, keepdims=True)
    gains = np.sum(posterior * np.log(3 * posterior), axis=1)
    np.testing.assert_allclose(found.gains, gains, rtol=1e-10)
    np.testing.assert_array_equal(found.worst, np.argsort(gains)[:2])
    np.testing.assert_allclose(found.posteriors, posterior[found.worst], rtol=1e-10)
