"""The plume joined to beliefs and utilities, against direct evaluations cell by cell."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm
from toy_study import STUDY, TRUTH

from boed.inference import grid_belief
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.stage_files import observation_noise
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system
from boed.systems.sequential import sequential_system

SETTINGS = STUDY | {
    "replicates": 200,
    "model": TRUTH | {"discrepancy": "none"},
    "noise": {"constant": 0.05, "relative": 0.1, "observation_noise": "sampled"},
}
DESIGN, TIME, WEIGHTS = jnp.array([0.37, 0.33]), 0.061, jnp.zeros(37)


@pytest.fixture
def study():
    return plume_system(SETTINGS)


@pytest.fixture
def moment(study):
    return study.plume.moment(TIME)


@pytest.fixture
def truth(study, moment):
    """The true solution; the model's is the same here."""
    return study.plume.solve(study.true.source, moment)


def cells(study, solution, design):
    """What a design reads for a source in every cell."""
    return study.plume.over_centres(solution, design, *study.cells)


def exact_values(study, design, time):
    """The exact plume at a design for a source in every cell: it depends on their offset alone."""
    cells = np.stack(np.meshgrid(*study.cells, indexing="ij"), axis=-1)
    return GaussianPlume((0.0, 0.0), 2.0, 0.05, study.plume.velocity).at(
        np.asarray(design) - cells, time
    )


def exact_log_likelihood(study, design, time, observed):
    u = exact_values(study, design, time)
    return norm(u, 0.05 + 0.1 * u).logpdf(observed)


def differences(function, design, step=1e-5):
    return np.array(
        [(function(design + s) - function(design - s)) / (2 * step) for s in step * jnp.eye(2)]
    )


def test_measurement_is_the_exact_plume_plus_its_noise(study, truth):
    exact = GaussianPlume((0.25, 0.25), 2.0, 0.05, study.plume.velocity).at(np.array(DESIGN), TIME)
    assert study.observe(truth, DESIGN) == pytest.approx(exact, rel=1e-6)
    noisy = inverse_problem.measure(study, truth, DESIGN, jnp.array(2.0))
    assert noisy == pytest.approx(exact + 2 * (0.05 + 0.1 * exact), rel=1e-6)


def test_log_likelihood_is_that_of_one_exact_solution_per_cell(study, truth):
    computed = inverse_problem.log_likelihood(study, cells(study, truth, DESIGN), jnp.array(0.4))
    np.testing.assert_allclose(computed, exact_log_likelihood(study, DESIGN, TIME, 0.4), atol=1e-4)


def test_posterior_is_bayes_with_the_exact_likelihoods_of_the_data_in_use(study, rng):
    times, observed = [0.05, 0.061, 0.08], [0.4, 0.9, 0.2]
    designs = jnp.array([[0.3, 0.3], [0.9, 0.1], [0.4, 0.6]])
    prior = grid_belief.update(
        jnp.asarray(grid_belief.uniform(study.cells)), jnp.asarray(rng.normal(size=(11, 11)))
    )
    data = Measurements(designs, jnp.array(observed), jnp.full(3, 99.0), jnp.array([1.0, 0.0, 1.0]))
    posterior = jax.jit(lambda m: inverse_problem.posterior(study, m, data, WEIGHTS, prior))
    computed = posterior(study.plume.moments(times))
    expected = np.asarray(prior)
    for k in (0, 2):
        expected = expected + exact_log_likelihood(study, designs[k], times[k], observed[k])
    np.testing.assert_allclose(
        computed, expected - np.logaddexp.reduce(expected.ravel()), atol=2e-4
    )


def test_measured_utility_is_the_gain_of_the_measurement_and_its_gradient_agrees_with_differences(
    study, truth
):
    prior, noise = jnp.asarray(grid_belief.uniform(study.cells)), jnp.array(0.7)

    @jax.jit
    def utility(design):
        experiment = inverse_problem.Experiment(truth, lambda d: cells(study, truth, d), noise)
        return inverse_problem.measured_utility(study, experiment, design, prior)

    u = GaussianPlume((0.25, 0.25), 2.0, 0.05, study.plume.velocity).at(np.array(DESIGN), TIME)
    posterior = exact_log_likelihood(study, DESIGN, TIME, u + 0.7 * (0.05 + 0.1 * u))
    posterior -= np.logaddexp.reduce(posterior.ravel())
    gain = np.sum(np.exp(posterior) * (posterior + np.log(121)))
    assert utility(DESIGN) == pytest.approx(gain, rel=1e-4)
    np.testing.assert_allclose(jax.grad(utility)(DESIGN), differences(utility, DESIGN), rtol=1e-5)


def test_predicted_utility_agrees_with_a_large_monte_carlo_estimate(study, truth, rng):
    """Sources from the prior, their exact plumes and noise, and the gain of each datum."""
    prior = grid_belief.update(
        jnp.asarray(grid_belief.uniform(study.cells)), jnp.asarray(rng.normal(size=(11, 11)))
    )
    u = exact_values(study, DESIGN, TIME).ravel()
    deviation = 0.05 + 0.1 * u
    own = rng.choice(121, size=20000, p=np.exp(np.asarray(prior).ravel()))
    y = u[own] + deviation[own] * rng.normal(size=20000)
    each = norm(u, deviation).logpdf(y[:, None])
    gains = each[np.arange(20000), own] - np.logaddexp.reduce(
        each + np.asarray(prior).ravel(), axis=1
    )
    computed = inverse_problem.predicted_utility(study, cells(study, truth, DESIGN), prior, 200)
    assert abs(computed - gains.mean()) < 3 * gains.std() / np.sqrt(20000)


def test_predicted_utilitys_gradient_in_the_design_agrees_with_differences(study, truth):
    prior = jnp.asarray(grid_belief.uniform(study.cells))
    utility = jax.jit(
        lambda design: inverse_problem.predicted_utility(
            study, cells(study, truth, design), prior, 200
        )
    )
    gradient = jax.grad(utility)(DESIGN)
    assert abs(gradient).min() > 0.1
    np.testing.assert_allclose(gradient, differences(utility, DESIGN), rtol=1e-5)


def test_predictions_are_the_exact_plumes_of_each_datum_and_centre(study):
    times, designs = [0.05, 0.08], jnp.array([[0.3, 0.3], [0.4, 0.6]])
    centres = jnp.array([[0.2, 0.3], [0.5, 0.4], [0.25, 0.25]])
    moments = study.plume.moments(times)
    prepared = inverse_problem.readings(study, moments, designs, jnp.ones(2), centres)
    values = study.read_all(prepared, WEIGHTS)
    assert values.shape == (3, 2)
    for k, time in enumerate(times):
        offsets = np.asarray(designs[k] - centres)
        exact = GaussianPlume((0.0, 0.0), 2.0, 0.05, study.plume.velocity).at(offsets, time)
        np.testing.assert_allclose(values[:, k], exact, rtol=1e-6)


def test_data_out_of_use_are_not_read(study):
    times, designs, centres = (
        [0.05, 0.08],
        jnp.array([[0.3, 0.3], [0.4, 0.6]]),
        jnp.array([[0.2, 0.3]]),
    )
    moments = study.plume.moments(times)
    whole, half = (
        inverse_problem.readings(study, moments, designs, jnp.array([1.0, last]), centres)
        for last in (1.0, 0.0)
    )
    for leaf, cut in zip(jax.tree.leaves(whole), jax.tree.leaves(half), strict=True):
        np.testing.assert_array_equal(leaf[0], cut[0])
        np.testing.assert_array_equal(leaf[0], cut[1])
        assert (leaf[1] != leaf[0]).any()


def test_sampled_noise_is_standard_normal_and_its_own_for_every_measurement():
    noise = np.asarray(observation_noise(SETTINGS, 1, ("study", 2, "physical")))
    assert abs(noise.mean()) < 0.2
    assert noise.std() == pytest.approx(1.0, abs=0.15)
    np.testing.assert_array_equal(noise, observation_noise(SETTINGS, 1, ("study", 2, "physical")))
    for other in (
        (1, ("study", 3, "physical")),
        (1, ("study", 2, "discrepancy")),
        (2, ("study", 2, "physical")),
    ):
        assert not np.allclose(noise, observation_noise(SETTINGS, *other))


def test_without_observation_noise_it_is_zero():
    settings = SETTINGS | {"noise": SETTINGS["noise"] | {"observation_noise": "none"}}
    assert not observation_noise(settings, 1, ("study", 2, "physical")).any()


FAILS_AT_ZERO = """
import jax.numpy as jnp


def predict(parameters, design):
    return design["dose"] / parameters["volume"]


def predict_with(parameters, design, missing):
    return predict(parameters, design) + jnp.log(design["dose"]) * missing["slope"]


def observe(design):
    return design["dose"]
"""


def test_free_slots_spoil_no_derivative_of_a_model_that_fails_at_zero(tmp_path):
    """No volume is 0 and no dose, but what fills up an array would be."""
    path = tmp_path / "model.py"
    path.write_text(FAILS_AT_ZERO, encoding="utf-8")
    system = sequential_system(
        {
            "file": str(path),
            "parameters": {"volume": {"uniform": {"lower": 1.0, "upper": 2.0}}},
            "designs": {"dose": {"lower": 0.0, "upper": 4.0}},
            "noise": {"constant": 0.1},
            "missing": {"parameters": {"slope": {"normal": {"mean": 0.0, "deviation": 1.0}}}},
        }
    )
    used, designs = jnp.array([0.0, 1.0, 0.0]), jnp.array([[0.0], [0.5], [0.0]])
    prepared = inverse_problem.readings(
        system, system.moments([1.0, 2.0, 3.0]), designs, used, jnp.array([[1.5]])
    )

    def misfit(weights):
        predicted = system.read_all(prepared, weights)
        return jnp.sum(jnp.where(used[:, None] > 0, predicted, 0.0))

    # a dose of 2: log(2) times the slope
    np.testing.assert_allclose(jax.grad(misfit)(jnp.zeros(1)), [np.log(2.0)], rtol=1e-9)
