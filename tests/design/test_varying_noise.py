"""Noise that varies with the prediction, several parameters, several outputs: against brute force,
and against the linear model's closed form.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boed.design import estimators
from boed.design.nested_monte_carlo import gains
from boed.design.risk_measures import MeanDeviation
from boed.design.utility_problem import Problem
from boed.inference import gaussian_noise, priors


def concentration(parameters, design):
    """Of a drug taken by mouth, at the sampling times of the design."""
    ka, ke, volume = parameters
    return 400 * ka / (volume * (ka - ke)) * (jnp.exp(-ke * design) - jnp.exp(-ka * design))


PHARMACOKINETICS = Problem(
    concentration,
    gaussian_noise.of_settings({"constant": 0.316, "relative": 0.1}, 1),
    priors.lognormal([1.0, 0.1, 20.0], 0.05),
)
TIMES = jnp.linspace(0.5, 24.0, 12)[:, None]


def numpy_moments(parameters, standard, time):
    """U and V by self-normalised weights, in NumPy, from the matrix of all pairs."""
    ka, ke, volume = np.asarray(parameters).T
    predicted = 400 * ka / (volume * (ka - ke)) * (np.exp(-ke * time) - np.exp(-ka * time))
    deviation = 0.316 + 0.1 * np.abs(predicted)
    observed = predicted + deviation * np.asarray(standard)[:, 0]
    log_likelihood = (
        -0.5 * ((observed[:, None] - predicted) / deviation) ** 2
        - np.log(deviation)
        - 0.5 * np.log(2 * np.pi)
    )
    likelihood = np.exp(log_likelihood)
    evidence = likelihood.mean(axis=1)
    gained = (likelihood * log_likelihood).mean(axis=1) / evidence - np.log(evidence)
    return gained.mean(), gained.var()


def test_moments_are_numpys():
    utility = estimators.sampled_utility(PHARMACOKINETICS, "automatic", 700, TIMES)
    key, design = jax.random.key(3), jnp.array([16.5])
    samples = utility._drawn(key)
    found = utility.estimates(key, design).self_normalised
    np.testing.assert_allclose(found, numpy_moments(*samples, 16.5), rtol=1e-10)


@pytest.mark.slow
def test_pharmacokinetics_is_brute_force():
    """Ten runs of 20,000 × 20,000 pairs with samples inside apart from those outside gave U = 0.919
    ± 0.003 and V = 0.333 ± 0.008.
    """
    utility = estimators.sampled_utility(PHARMACOKINETICS, "automatic", 20_000, TIMES)
    found = jax.jit(utility.assessed)(jax.random.key(0), jnp.array([16.5]))
    (mean, variance), errors = found.estimates.self_normalised, found.errors.self_normalised
    assert float(mean) == pytest.approx(0.919, abs=0.003 + 2 * float(errors.expected_utility))
    assert float(variance) == pytest.approx(0.333, abs=0.008 + 2 * float(errors.utility_variance))
    assert float(errors.expected_utility) < 0.006
    assert estimators.trustworthy(found.support)


def several(count, outputs, coordinates):
    """A linear model of so many parameters, outputs and coordinates, whose noise grows."""
    rng = np.random.default_rng(count + 10 * outputs + 100 * coordinates)
    matrix = jnp.asarray(rng.normal(size=(outputs, count)))
    mixing = jnp.asarray(rng.normal(size=(outputs, coordinates)))
    noise = gaussian_noise.of_settings({"constant": 0.5, "relative": 0.1}, outputs)

    def forward(parameters, design):
        return matrix @ parameters * jnp.sin(mixing @ design)

    return Problem(forward, noise, priors.normal(jnp.zeros(count), 1.0))


SHAPES = {
    "count": st.integers(1, 4),
    "outputs": st.integers(1, 4),
    "coordinates": st.integers(1, 3),
}


@pytest.mark.slow
@settings(max_examples=6)
@given(**SHAPES)
def test_any_numbers_of_parameters_outputs_and_coordinates(count, outputs, coordinates):
    """Values, errors, gradients, and many designs at once."""
    problem, key = several(count, outputs, coordinates), jax.random.key(0)
    designs = jnp.asarray(np.random.default_rng(1).uniform(0.2, 1.0, (3, coordinates)))
    utility = estimators.sampled_utility(problem, "automatic", 60, designs)

    @jax.jit
    def worth(design):
        return MeanDeviation(0.5)(gains(utility.outcomes(key, design)))

    together = jax.jit(jax.vmap(utility.assessed, (None, 0)))(key, designs)
    values, slopes = jax.jit(jax.vmap(jax.value_and_grad(worth)))(designs)
    assessed = jax.jit(utility.assessed)
    for index, design in enumerate(designs):
        alone = assessed(key, design)
        for found, expected in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True):
            np.testing.assert_allclose(found[index], expected, rtol=1e-9)
        assert min(float(error) for error in jax.tree.leaves(alone.errors)) > 0
        step = 1e-6 * jnp.eye(coordinates)
        difference = [(worth(design + e) - worth(design - e)) / 2e-6 for e in step]
        np.testing.assert_allclose(slopes[index], difference, rtol=1e-4, atol=1e-7)
        assert float(values[index]) == pytest.approx(float(worth(design)), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["fast", "pairwise"])
def test_many_designs_at_once_are_each_by_itself(way):
    """Fast sums too, whose transforms know nothing of vmap."""
    problem = Problem(
        lambda parameters, design: parameters * design,
        gaussian_noise.independent(1.0, 1),
        priors.normal(0.0, 3.0),
    )
    designs, key = jnp.array([[0.3], [1.0], [2.0]]), jax.random.key(0)
    utility = estimators.sampled_utility(problem, way, 300, designs)

    def both(design):
        return utility.assessed(key, design), jax.grad(
            lambda design: utility.estimates(key, design).nested.utility_variance
        )(design)

    together = jax.jit(jax.vmap(both))(designs)
    for index, design in enumerate(designs):
        alone = jax.jit(both)(design)
        for found, expected in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True):
            np.testing.assert_allclose(found[index], expected, rtol=1e-7, atol=1e-12)


@pytest.mark.slow
def test_five_independent_parameters_are_the_closed_form():
    """y = Aθ + ε: U = ½ log det(I + AAᵀ), where three correlated draws would give less."""
    matrix = np.random.default_rng(0).normal(size=(2, 5))
    problem = Problem(
        lambda parameters, design: matrix @ parameters * design[0],
        gaussian_noise.independent(1.0, 2),
        priors.normal(np.zeros(5), np.ones(5)),
    )
    designs = jnp.array([[0.7]])
    utility = estimators.sampled_utility(problem, "automatic", 10_000, designs)
    found = jax.jit(utility.assessed)(jax.random.key(1), designs[0])
    exact = 0.5 * np.linalg.slogdet(np.eye(2) + 0.49 * matrix @ matrix.T)[1]
    error = float(found.errors.nested.expected_utility)
    assert float(found.estimates.nested.expected_utility) == pytest.approx(exact, abs=3 * error)
    assert error < 0.02 * exact


@pytest.mark.parametrize("way", ["fast", "pairwise"])
def test_estimates_beside_errors_have_their_derivatives(way):
    """Whose own derivation takes a derivative in the weights, which has none in the design."""
    problem = several(1, 1, 1)
    designs, key = jnp.array([[0.3], [0.9]]), jax.random.key(0)
    utility = estimators.sampled_utility(problem, way, 200, designs)
    plain, beside = (
        jax.grad(lambda design, chosen=chosen: chosen(key, design).nested.expected_utility)
        for chosen in (utility.estimates, lambda *given: utility.estimates_with_errors(*given)[0])
    )
    np.testing.assert_allclose(beside(designs[0]), plain(designs[0]), rtol=1e-12)
