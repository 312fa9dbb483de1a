"""Gains and their moments against the linear-Gaussian closed form, term-by-term sums and
differences.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import evidence, nested_monte_carlo
from boed.design.jackknife import uniform, with_standard_errors
from boed.design.nested_monte_carlo import (
    UTILITIES,
    Samples,
    gains,
    gridded,
    moments,
    nested_moments,
    reused,
    second_moment,
    separate,
    tabulated_pointwise,
)
from boed.design.risk_measures import RISK_MEASURES
from boed.inference import gaussian_noise, priors
from boed.systems import analytic

NOISE = gaussian_noise.independent(1.0, 1)
PRIOR = priors.normal(0.0, 3.0)
PAIRS = evidence.pairwise(NOISE, block=16)


def exact(design):
    """U and V of y = θd + ε, θ ~ N(0, 9), ε ~ N(0, 1)."""
    ratio = 1 / (1 + 9 * design**2)
    return -0.5 * np.log(ratio), 0.5 * (1 - ratio) ** 2


def drawn(key, count):
    first, second = jax.random.split(key)
    return Samples(PRIOR.sample(first, count), jax.random.normal(second, (count, 1)))


@pytest.mark.parametrize("design", [0.1, 0.7, 3.0])
def test_quadrature_is_the_closed_form(design):
    nodes = PRIOR.nodes(600)
    found = moments(gridded(analytic.linear, NOISE, PAIRS, nodes, 400, jnp.array([design])))
    np.testing.assert_allclose(found, exact(design), rtol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("design", [0.3, 3.0])
def test_samples_come_near_the_closed_form(design, key):
    """Within three standard errors at N = 10⁴, both estimators."""
    samples, design_point = drawn(key, 10_000), jnp.array([design])
    way = evidence.fast(NOISE, 200)

    def statistics(weights):
        outcomes = reused(analytic.linear, NOISE, way, samples, weights, design_point)
        return moments(gains(outcomes)), nested_moments(outcomes)

    for estimate, error in zip(*with_standard_errors(statistics, uniform(10_000)), strict=True):
        for found, own, expected in zip(estimate, error, exact(design), strict=True):
            assert abs(float(found) - expected) < 3 * float(own)
            assert float(own) < 0.25 * expected


@pytest.mark.slow
def test_published_estimators_term_by_term(key):
    """Eq. 13, 14 and 20–28 written as the sums that they are, for samples used twice and for
    separate ones.
    """
    count, design = 30, jnp.array([0.8])
    samples, inner = (
        drawn(key, count),
        [PRIOR.sample(jax.random.key(index), 20 + index) for index in (1, 2)],
    )
    theta = np.asarray(samples.parameters)[:, 0]
    data = theta * 0.8 + np.asarray(samples.noise)[:, 0]
    density = lambda y, t: np.exp(-0.5 * (y - 0.8 * t) ** 2) / np.sqrt(2 * np.pi)  # noqa: E731
    plain = reused(analytic.linear, NOISE, PAIRS, samples, uniform(count), design)
    weights = (uniform(count), uniform(21), uniform(22))
    apart = separate(analytic.linear, NOISE, PAIRS, samples, tuple(inner), weights, design)
    for outcomes, first, second in (
        (plain, theta, theta),
        (apart, *(np.asarray(own)[:, 0] for own in inner)),
    ):
        expected, parts, found = 0.0, np.zeros(3), nested_moments(outcomes)
        for t, y in zip(theta, data, strict=True):
            evidence, own = np.mean(density(y, first)), np.log(density(y, t))
            expected += (own - np.log(evidence)) / count
            likelihood = density(y, second)
            third = (np.mean(likelihood * np.log(likelihood)) / evidence) ** 2
            parts += np.array([np.log(evidence) ** 2, -2 * own * np.log(evidence), third]) / count
        np.testing.assert_allclose(second_moment(outcomes), parts, rtol=1e-10)
        assert float(found.expected_utility) == pytest.approx(expected, rel=1e-12)
        assert float(found.utility_variance) == pytest.approx(parts.sum() - expected**2, rel=1e-9)


def test_gain_of_an_outcome_is_the_divergence_of_two_gaussians(key):
    """With many inner samples u(y) is D_KL of the exact posterior from the prior."""
    samples, design = drawn(key, 3), 0.8
    inner = PRIOR.sample(jax.random.key(5), 200_000)
    weights = (uniform(3), uniform(200_000), uniform(200_000))
    found = gains(
        separate(
            analytic.linear, NOISE, PAIRS, samples, (inner, inner), weights, jnp.array([design])
        )
    )
    data = samples.parameters[:, 0] * design + samples.noise[:, 0]
    ratio = 1 / (1 + 9 * design**2)
    mean = 9 * design * ratio * data
    expected = 0.5 * (ratio - 1 - np.log(ratio) + mean**2 / 9)
    np.testing.assert_allclose(found.values, expected, rtol=0.03)


@pytest.mark.parametrize("name", ["pairwise", "fast", "quadrature"])
@pytest.mark.parametrize("measure", RISK_MEASURES)
def test_gradients_in_the_design_are_differences(name, measure, key):
    parameter = {"conditional_value_at_risk": 0.3, "worst_of": 5}.get(measure, 0.7)
    risk, samples = RISK_MEASURES[measure](parameter), drawn(key, 300)
    ways = {"pairwise": PAIRS, "fast": evidence.fast(NOISE, 150)}

    def objective(design):
        if name == "quadrature":
            return risk(gridded(analytic.linear, NOISE, PAIRS, PRIOR.nodes(300), 200, design))
        return risk(
            gains(reused(analytic.linear, NOISE, ways[name], samples, uniform(300), design))
        )

    value = jax.jit(objective)
    (slope,) = jax.jit(jax.grad(objective))(jnp.array([0.9]))
    step = 1e-5
    difference = (value(jnp.array([0.9 + step])) - value(jnp.array([0.9 - step]))) / (2 * step)
    # on a grid of data, a measure that cuts at a quantile jumps a little where grid points cross it
    sorts = name == "quadrature" and measure in ("conditional_value_at_risk", "worst_of")
    assert float(slope) == pytest.approx(float(difference), rel=3e-3 if sorts else 1e-4)


def test_two_runs_of_the_experiment_tell_more_than_one(key):
    """Two outputs at the same design are one with half the variance, in closed form."""
    noise = gaussian_noise.independent(1.0, 2)
    samples = Samples(PRIOR.sample(key, 4000), jax.random.normal(jax.random.key(2), (4000, 2)))
    way = evidence.pairwise(noise, 16)
    outcomes = reused(analytic.linear, noise, way, samples, uniform(4000), jnp.array([0.5, 0.5]))
    expected = exact(0.5 * np.sqrt(2))
    np.testing.assert_allclose(moments(gains(outcomes)), expected, rtol=0.05)


@pytest.mark.parametrize("design", [0.1, 0.7, 3.0])
def test_pointwise_utility_by_quadrature_is_the_closed_form(design):
    """log p(y|θ) − log p(y) is half of log v + y²/v − ε²: mean U, variance 1 − 1/v."""
    predictions = jax.vmap(analytic.linear, (0, None))(PRIOR.nodes(600)[0], jnp.array([design]))
    found = moments(tabulated_pointwise(predictions, PRIOR.nodes(600)[1], NOISE, 400))
    np.testing.assert_allclose(found, (exact(design)[0], 1 - 1 / (1 + 9 * design**2)), rtol=1e-7)


def test_pointwise_utility_of_samples_is_that_of_the_densities(key):
    """At samples' own θ and y, with the exact evidence in place of the estimate: brute force."""
    samples, design = drawn(key, 200_000), 0.8
    theta, noise = samples.parameters[:, 0], samples.noise[:, 0]
    total = 1 + 9 * design**2
    data = theta * design + noise
    log_evidence = -0.5 * (data**2 / total + np.log(2 * np.pi * total))
    log_likelihood = -0.5 * (noise**2 + np.log(2 * np.pi))
    outcomes = nested_monte_carlo.Outcomes(
        log_likelihood, log_evidence, jnp.zeros(200_000), uniform(200_000)
    )
    mean, variance = moments(UTILITIES["pointwise"](outcomes))
    assert float(mean) == pytest.approx(exact(design)[0], rel=0.01)
    assert float(variance) == pytest.approx(1 - 1 / total, rel=0.01)
    # the divergence varies less: by the variance over the posterior of what the datum leaves open
    assert float(variance) > 1.5 * exact(design)[1]


def test_outcomes_keep_their_probabilities():
    outcomes = nested_monte_carlo.Outcomes(
        jnp.zeros(2), jnp.zeros(2), jnp.array([1.0, 3.0]), jnp.array([0.25, 0.75])
    )
    mean, variance = moments(gains(outcomes))
    assert (float(mean), float(variance)) == (2.5, 0.75)
