"""The plume joined to beliefs and utilities, against direct evaluations cell by cell."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm
from toy_study import STUDY, TRUTH

from boed import belief, inversion
from boed.exact import gaussian_plume
from boed.inputs import observation_noise
from boed.network import tanh_network

SETTINGS = STUDY | {
    "replicates": 200,
    "model": TRUTH | {"discrepancy": "none"},
    "noise": {"constant": 0.05, "relative": 0.1, "observation_noise": "sampled"},
}
DESIGN, TIME, WEIGHTS = jnp.array([0.37, 0.33]), 0.061, jnp.zeros(37)


@pytest.fixture
def study():
    return inversion.setup(SETTINGS, tanh_network(4, 2))


def test_measurement_is_the_exact_plume_plus_its_noise(study):
    exact = gaussian_plume(np.array(DESIGN), TIME, (0.25, 0.25), 2.0, 0.05, study.plume.velocity)
    moment = study.plume.moment(TIME)
    assert inversion.measure(study, moment, DESIGN, jnp.array(0.0)) == pytest.approx(exact, rel=1e-6)
    noisy = inversion.measure(study, moment, DESIGN, jnp.array(2.0))
    assert noisy == pytest.approx(exact + 2 * (0.05 + 0.1 * exact), rel=1e-6)


@pytest.mark.slow
def test_posterior_is_bayes_with_one_exact_solution_per_cell(study):
    prior, observed = jnp.asarray(belief.uniform(study.cells)), jnp.array(0.4)
    computed = inversion.posterior(study, study.plume.moment(TIME), DESIGN, observed, WEIGHTS, prior)
    expected = np.empty((11, 11))
    for i, x in enumerate(study.cells.x):
        for j, y in enumerate(study.cells.y):
            u = gaussian_plume(np.array(DESIGN), TIME, (x, y), 2.0, 0.05, study.plume.velocity)
            expected[i, j] = norm(u, 0.05 + 0.1 * u).logpdf(0.4)
    expected -= np.logaddexp.reduce(expected.ravel())
    np.testing.assert_allclose(computed, expected, atol=1e-4)


def test_utility_is_the_gain_of_the_measurement_and_its_gradient_agrees_with_differences(study):
    prior, moment, noise = jnp.asarray(belief.uniform(study.cells)), study.plume.moment(TIME), jnp.array(0.7)

    @jax.jit
    def utility(design):
        return inversion.measured_utility(study, moment, design, WEIGHTS, prior, noise)

    observed = inversion.measure(study, moment, DESIGN, noise)
    posterior = inversion.posterior(study, moment, DESIGN, observed, WEIGHTS, prior)
    assert utility(DESIGN) == pytest.approx(float(belief.information_gain(posterior, prior)), rel=1e-10)
    step, gradient = 1e-5, jax.grad(utility)(DESIGN)
    differences = [(utility(DESIGN + s) - utility(DESIGN - s)) / (2 * step) for s in step * jnp.eye(2)]
    np.testing.assert_allclose(gradient, differences, rtol=1e-5)


def test_predictions_are_the_observers_at_each_datum(study):
    times, designs = [0.05, 0.08], jnp.array([[0.3, 0.3], [0.4, 0.6]])
    predict = inversion.predictions(study, study.plume.moments(times), designs)
    values = predict(WEIGHTS, jnp.array([0.2, 0.3]))
    for time, design, value in zip(times, designs, values, strict=True):
        exact = gaussian_plume(np.array(design), time, (0.2, 0.3), 2.0, 0.05, study.plume.velocity)
        assert value == pytest.approx(exact, rel=1e-6)


def test_sampled_noise_is_standard_normal_and_its_own_for_every_measurement():
    noise = np.asarray(observation_noise(1, "study", 2, "physical", SETTINGS))
    assert abs(noise.mean()) < 0.2
    assert noise.std() == pytest.approx(1.0, abs=0.15)
    np.testing.assert_array_equal(noise, observation_noise(1, "study", 2, "physical", SETTINGS))
    for other in ((1, "study", 3, "physical"), (1, "study", 2, "discrepancy"), (2, "study", 2, "physical")):
        assert not np.allclose(noise, observation_noise(*other, SETTINGS))


def test_without_observation_noise_it_is_zero():
    settings = SETTINGS | {"noise": SETTINGS["noise"] | {"observation_noise": "none"}}
    assert not observation_noise(1, "study", 2, "physical", settings).any()
