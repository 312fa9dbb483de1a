"""Gains and their moments against the linear-Gaussian closed form, term-by-term sums and
differences.
"""

import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from boed.design import evidence
from boed.design.gain_quadrature import GainQuadrature, Rule, tabulated_pointwise
from boed.design.jackknife import uniform, with_standard_errors
from boed.design.nested_monte_carlo import (
    UTILITIES,
    Outcomes,
    gains,
    moments,
    nested_moments,
    reused,
    second_moment,
)
from boed.design.risk_measures import RISK_MEASURES
from boed.design.utility_problem import Problem, Samples, draw, predictions
from boed.inference import gaussian_noise, priors
from boed.studies.risk.separate_samples import inner_marginals

NOISE = gaussian_noise.independent(1.0, 1)
PRIOR = priors.normal(0.0, 3.0)
PAIRS = evidence.Pairwise(NOISE, block=16)
LINEAR = Problem(problems.linear, NOISE, PRIOR)


def exact(design):
    """U and V of y = θd + ε, θ ~ N(0, 9), ε ~ N(0, 1)."""
    ratio = 1 / (1 + 9 * design**2)
    return -0.5 * np.log(ratio), 0.5 * (1 - ratio) ** 2


def drawn(key, count):
    return draw(LINEAR, key, count, 1)


def separate(samples, first, second, design):
    """Outcomes whose evidence and second moment have these inner parameters."""
    predicted = predictions(LINEAR, samples.parameters, design)
    inner = [predictions(LINEAR, parameters, design) for parameters in (first, second)]
    observed = predicted + samples.noise
    log_likelihood = -0.5 * samples.noise[:, 0] ** 2 - 0.5 * np.log(2 * np.pi)
    marginals = [inner_marginals(NOISE, *inner, datum) for datum in observed]
    return Outcomes(
        log_likelihood, *map(jnp.array, zip(*marginals, strict=True)), uniform(len(observed))
    )


@pytest.mark.parametrize("design", [0.1, 0.7, 3.0])
def test_quadrature_is_the_closed_form(design):
    gains = GainQuadrature(LINEAR, Rule(*PRIOR.nodes(600)), values=400, utility="divergence")
    found = moments(gains(jnp.array([design])))
    np.testing.assert_allclose(found, exact(design), rtol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("design", [0.3, 3.0])
def test_samples_come_near_the_closed_form(design, key):
    """Within three standard errors at N = 10⁴, both estimators."""
    samples, design_point = drawn(key, 10_000), jnp.array([design])
    fast = evidence.FastSums(NOISE, 200)

    def statistics(weights):
        outcomes = reused(LINEAR, fast, samples, weights, design_point)
        return moments(gains(outcomes)), nested_moments(outcomes)

    for estimate, error in zip(*with_standard_errors(statistics, uniform(10_000)), strict=True):
        for found, spread, expected in zip(estimate, error, exact(design), strict=True):
            assert abs(float(found) - expected) < 3 * float(spread)
            assert float(spread) < 0.25 * expected


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

    def density(y, t):
        return np.exp(-0.5 * (y - 0.8 * t) ** 2) / np.sqrt(2 * np.pi)

    plain = reused(LINEAR, PAIRS, samples, uniform(count), design)
    apart = separate(samples, *inner, design)
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
    found = gains(separate(samples, inner, inner, jnp.array([design])))
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
    ways = {"pairwise": PAIRS, "fast": evidence.FastSums(NOISE, 150)}
    quadrature = GainQuadrature(LINEAR, Rule(*PRIOR.nodes(300)), values=200, utility="divergence")

    def objective(design):
        if name == "quadrature":
            return risk(quadrature(design))
        return risk(gains(reused(LINEAR, ways[name], samples, uniform(300), design)))

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
    twice, pairs = LINEAR._replace(noise=noise), evidence.Pairwise(noise, 16)
    outcomes = reused(twice, pairs, samples, uniform(4000), jnp.array([0.5, 0.5]))
    expected = exact(0.5 * np.sqrt(2))
    np.testing.assert_allclose(moments(gains(outcomes)), expected, rtol=0.05)


@pytest.mark.parametrize("design", [0.1, 0.7, 3.0])
def test_pointwise_utility_by_quadrature_is_the_closed_form(design):
    """log p(y|θ) − log p(y) is half of log v + y²/v − ε²: mean U, variance 1 − 1/v."""
    predictions = jax.vmap(problems.linear, (0, None))(PRIOR.nodes(600)[0], jnp.array([design]))
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
    outcomes = Outcomes(log_likelihood, log_evidence, jnp.zeros(200_000), uniform(200_000))
    mean, variance = moments(UTILITIES["pointwise"](outcomes))
    assert float(mean) == pytest.approx(exact(design)[0], rel=0.01)
    assert float(variance) == pytest.approx(1 - 1 / total, rel=0.01)
    # the divergence varies less: by the variance over the posterior of what the datum leaves open
    assert float(variance) > 1.5 * exact(design)[1]


def test_outcomes_keep_their_probabilities():
    outcomes = Outcomes(jnp.zeros(2), jnp.zeros(2), jnp.array([1.0, 3.0]), jnp.array([0.25, 0.75]))
    mean, variance = moments(gains(outcomes))
    assert (float(mean), float(variance)) == (2.5, 0.75)
