"""Exact utilities of sensors: against brute force over outcomes, and the published order of places."""

import jax
import jax.numpy as jnp
import numpy as np

from boed import adjoint_diffusion, layout, source_inversion
from boed.layout import Building

SOURCE = {"strength": 2.0, "width": 0.05}
NOISE = 0.05


def moments(places, buildings=(), nodes=40):
    respond = adjoint_diffusion.response(layout.open_cells(list(buildings), 50), 0.2)
    prior = source_inversion.sources(list(buildings), nodes)
    read = source_inversion.readings(respond, np.asarray(places), prior, SOURCE)
    values = source_inversion.values_needed(read, NOISE)
    return read, source_inversion.exact_moments(NOISE, read.shape[1], values)(jnp.asarray(read))


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
    found = moments([[0.1, 0.3], [0.9, 0.3], [0.3, 0.9], [0.7, 0.1]], [Building(0.4, 0.6, 0.4, 0.6)])[1]
    np.testing.assert_allclose(found.expected_utility, found.expected_utility[0], rtol=1e-6)
    np.testing.assert_allclose(found.utility_variance, found.utility_variance[0], rtol=1e-5)


def test_sources_and_sensors_keep_out_of_buildings():
    house = [Building(0.4, 0.6, 0.4, 0.6)]
    prior = source_inversion.sources(house, 10)
    assert prior.free.sum() == 100 - 4
    axis, allowed = source_inversion.sensors(house, 11)
    assert axis[5] == 0.5
    assert not allowed[5, 5]
    assert allowed[0, 0]


def test_gradients_in_the_readings_are_differences():
    """Readings → moments is differentiable, as a sensor that an optimiser moves will need."""
    read, _ = moments([[0.1, 0.2]], nodes=10)
    evaluate = source_inversion.exact_moments(NOISE, read.shape[1], source_inversion.values_needed(read, NOISE))
    slope = np.asarray(jax.grad(lambda r: evaluate(r).expected_utility[0])(jnp.asarray(read)))
    step = np.zeros_like(read)
    step[0, np.abs(slope[0]).argmax()] = 1e-5
    high, low = (float(evaluate(jnp.asarray(read + sign * step)).expected_utility[0]) for sign in (1, -1))
    np.testing.assert_allclose(np.abs(slope).max(), abs(high - low) / 2e-5, rtol=1e-4)


def test_outcomes_of_one_sensor_come_near_its_exact_moments():
    read, exact = moments([[0.1, 0.2]], nodes=20)
    rng, count = np.random.default_rng(0), 20_000
    evaluate = source_inversion.sampled_moments(NOISE, read.shape[1], source_inversion.modes_for(read, NOISE))
    found = evaluate(jnp.asarray(read), rng.integers(0, read.shape[1], count), rng.normal(size=(count, 1)))
    error = np.sqrt(float(exact.utility_variance[0]) / count)
    assert abs(float(found.expected_utility) - float(exact.expected_utility[0])) < 4 * error
    assert abs(float(found.utility_variance) / float(exact.utility_variance[0]) - 1) < 0.05


def test_two_sensors_in_one_place_are_one_with_less_noise():
    read, _ = moments([[0.1, 0.2]], nodes=20)
    values = source_inversion.values_needed(read, NOISE / np.sqrt(2))
    exact = source_inversion.exact_moments(NOISE / np.sqrt(2), read.shape[1], values)(jnp.asarray(read))
    rng, count = np.random.default_rng(0), 20_000
    evaluate = source_inversion.sampled_moments(NOISE, read.shape[1], source_inversion.modes_for(read, NOISE))
    twice = jnp.asarray(np.repeat(read, 2, axis=0))
    found = evaluate(twice, rng.integers(0, read.shape[1], count), rng.normal(size=(count, 2)))
    error = np.sqrt(float(exact.utility_variance[0]) / count)
    assert abs(float(found.expected_utility) - float(exact.expected_utility[0])) < 4 * error


def test_pairs_with_a_sensor_in_a_building_are_not_allowed():
    designs = np.array([[0.1, 0.1, 0.9, 0.9], [0.5, 0.5, 0.9, 0.9], [0.1, 0.1, 0.45, 0.5]])
    np.testing.assert_array_equal(
        source_inversion.allowed([Building(0.4, 0.6, 0.4, 0.6)])(designs), [True, False, False]
    )
    np.testing.assert_array_equal(source_inversion.apart(designs)[0], [[0.1, 0.1], [0.9, 0.9]])
