"""Exact utilities of sensors: against brute force over outcomes, and the published
order of places.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import nested_monte_carlo
from boed.studies.sensors import sensor_utility
from boed.studies.sensors.sensor_utility import AccessibleDesigns, GriddedGains, SampledGains
from boed.systems.diffusion import adjoint_solution, layout, placement
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource

SOURCE = GaussianSource(strength=2.0, width=0.05)
NOISE = 0.05


def moments(sensors, buildings=(), nodes=40):
    respond = adjoint_solution.response(layout.open_cells(list(buildings), 50), 0.2)
    prior = sensor_utility.sources(list(buildings), nodes)
    read = sensor_utility.readings(respond, np.asarray(sensors), prior, SOURCE)
    values = sensor_utility.values_needed(read, NOISE)
    return read, sensor_utility.exact_moments(NOISE, 1, read.shape[1], values)(
        jnp.asarray(read)[:, None]
    )


@pytest.mark.slow
def test_moments_are_those_of_simulated_outcomes():
    """100,000 outcomes of one sensor, each with its own posterior over all places."""
    read, found = moments([[0.1, 0.2]], nodes=20)
    rng = np.random.default_rng(3)
    data = rng.choice(read[0], 100_000) + NOISE * rng.normal(size=100_000)
    likelihood = np.exp(-0.5 * ((data[:, None] - read[0]) / NOISE) ** 2)
    posterior = likelihood / likelihood.sum(axis=1, keepdims=True)
    gains = np.sum(posterior * np.log(np.maximum(posterior, 1e-300) * read.shape[1]), axis=1)
    assert abs(float(found.expected_utility[0]) - gains.mean()) < 4 * gains.std() / np.sqrt(100_000)
    assert abs(float(found.utility_variance[0]) / gains.var() - 1) < 0.03


def test_corners_tell_most_and_the_centre_least():
    corner, side, centre = moments([[0.05, 0.05], [0.0, 0.5], [0.5, 0.5]])[1].expected_utility
    assert corner > side > centre


def test_symmetric_places_are_worth_the_same():
    found = moments(
        [[0.1, 0.3], [0.9, 0.3], [0.3, 0.9], [0.7, 0.1]], [Building(0.4, 0.6, 0.4, 0.6)]
    )[1]
    np.testing.assert_allclose(found.expected_utility, found.expected_utility[0], rtol=1e-6)
    np.testing.assert_allclose(found.utility_variance, found.utility_variance[0], rtol=1e-5)


def test_sources_and_sensors_keep_out_of_buildings():
    house = [Building(0.4, 0.6, 0.4, 0.6)]
    prior = sensor_utility.sources(house, 10)
    assert prior.free.sum() == 100 - 4
    axis, allowed = placement.sensors(house, 11)
    assert axis[5] == 0.5
    assert not allowed[5, 5]
    assert allowed[0, 0]


def test_gradients_in_the_readings_are_differences():
    """Readings → moments is differentiable, as a sensor that an optimiser moves will need."""
    read, _ = moments([[0.1, 0.2]], nodes=10)
    exact = sensor_utility.exact_moments(
        NOISE, 1, read.shape[1], sensor_utility.values_needed(read, NOISE)
    )

    def evaluate(readings):
        return exact(readings[:, None])

    slope = np.asarray(jax.grad(lambda r: evaluate(r).expected_utility[0])(jnp.asarray(read)))
    step = np.zeros_like(read)
    step[0, np.abs(slope[0]).argmax()] = 1e-5
    high, low = (
        float(evaluate(jnp.asarray(read + sign * step)).expected_utility[0]) for sign in (1, -1)
    )
    np.testing.assert_allclose(np.abs(slope).max(), abs(high - low) / 2e-5, rtol=1e-4)


def near(found, exact, count):
    """Whether a sample's moments are within four standard errors of U, and within 5 % of V."""
    mean, variance = (float(moment[0]) for moment in exact)
    assert abs(float(found.expected_utility) - mean) < 4 * np.sqrt(variance / count)
    assert abs(float(found.utility_variance) / variance - 1) < 0.05


@pytest.mark.slow
def test_outcomes_of_every_place_come_near_the_exact_moments():
    read, exact = moments([[0.1, 0.2]], nodes=20)
    rng, count = np.random.default_rng(0), 20_000
    gains = GriddedGains(NOISE, sensor_utility.modes_for(read, NOISE))
    found = gains(
        jnp.asarray(read), rng.integers(0, read.shape[1], count), rng.normal(size=(count, 1))
    )
    near(nested_monte_carlo.moments(found), exact, count)


@pytest.mark.slow
def test_samples_that_serve_inside_and_outside_come_near_the_exact_moments():
    """Continuous places in place of the prior's grid."""
    _, exact = moments([[0.1, 0.2]], nodes=40)
    sources = placement.draw(jax.random.key(0), [], 20_000)
    respond = adjoint_solution.response(layout.open_cells([], 50), 0.2)
    weights = respond.weights(np.array([[0.1, 0.2]]))[0]
    along = [
        np.exp(-0.5 * ((coordinate[:, None] - layout.cell_centres(50)) / 0.05) ** 2)
        for coordinate in sources.T
    ]
    read = (
        2
        / (2 * np.pi * 0.05**2)
        * np.einsum("sx,xy,sy->s", along[0], weights, along[1], optimize=True)[None]
    )
    gains = SampledGains(NOISE, sensor_utility.modes_for(read, NOISE))
    found = gains(jnp.asarray(read), jax.random.normal(jax.random.key(1), (20_000, 1)))
    near(nested_monte_carlo.moments(found), exact, 20_000)


@pytest.mark.slow
def test_two_sensors_in_one_place_are_one_with_less_noise():
    read, _ = moments([[0.1, 0.2]], nodes=20)
    values = sensor_utility.values_needed(read, NOISE / np.sqrt(2))
    exact = sensor_utility.exact_moments(NOISE / np.sqrt(2), 1, read.shape[1], values)(
        jnp.asarray(read)[None]
    )
    rng, count = np.random.default_rng(0), 20_000
    twice = jnp.asarray(np.repeat(read, 2, axis=0))
    gains = GriddedGains(NOISE, sensor_utility.modes_for(read, NOISE))
    found = gains(twice, rng.integers(0, read.shape[1], count), rng.normal(size=(count, 2)))
    near(nested_monte_carlo.moments(found), exact, count)
    both = sensor_utility.exact_utilities(lambda sensors: twice, np.zeros((1, 2, 2)), NOISE)
    np.testing.assert_allclose(both[:, 0], [float(moment[0]) for moment in exact], rtol=1e-6)


def test_gains_of_posteriors_by_hand():
    """Two places, of which a datum makes one three times as probable."""
    readings = jnp.array([[0.0, NOISE]])
    datum = jnp.array([[0.5 * NOISE - NOISE * np.log(3)]])
    posterior = sensor_utility.posteriors(readings, datum, NOISE)
    np.testing.assert_allclose(posterior, [[0.75, 0.25]], rtol=1e-12)
    expected = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    np.testing.assert_allclose(sensor_utility.gains_of(posterior), [expected], rtol=1e-12)
    certain = sensor_utility.gains_of(jnp.array([[1.0, 0.0]]))
    np.testing.assert_allclose(certain, [np.log(2)])


def test_images_of_a_place_are_those_of_the_layouts_symmetries():
    middle = np.array([0.5, 0.02])
    assert len(sensor_utility.images([], middle, 0.2)) == 4
    assert len(sensor_utility.images([], np.array([0.1, 0.3]), 0.1)) == 8
    house = [Building(0.45, 0.55, 0.1, 0.9)]
    assert (
        len(sensor_utility.images(house, np.array([0.44, 0.52]), 0.2)) == 2
    )  # a wall between left and right
    found = sensor_utility.images(house, np.array([0.1, 0.3]), 0.1)
    np.testing.assert_allclose(
        sorted(found.tolist()), [[0.1, 0.3], [0.1, 0.7], [0.9, 0.3], [0.9, 0.7]]
    )


def test_sensors_in_any_order_are_one_design():
    np.testing.assert_array_equal(
        sensor_utility.exchanged(np.array([[0.1, 0.2, 0.3, 0.4]]))[:, 0],
        [[0.1, 0.2, 0.3, 0.4], [0.3, 0.4, 0.1, 0.2]],
    )
    assert sensor_utility.exchanged(np.array([[0.1, 0.2]])).shape == (1, 1, 2)


def test_pairs_with_a_sensor_in_a_building_are_not_allowed():
    designs = np.array([[0.1, 0.1, 0.9, 0.9], [0.5, 0.5, 0.9, 0.9], [0.1, 0.1, 0.45, 0.5]])
    np.testing.assert_array_equal(
        AccessibleDesigns([Building(0.4, 0.6, 0.4, 0.6)])(designs), [True, False, False]
    )
    np.testing.assert_array_equal(sensor_utility.apart(designs)[0], [[0.1, 0.1], [0.9, 0.9]])
