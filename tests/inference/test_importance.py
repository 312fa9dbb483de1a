"""Importance sampling's information gain against closed forms and quadrature."""

import jax
import numpy as np
import pytest

from boed.inference import importance

PARAMETERS = 37
DEVIATION = 0.3

gain_of = jax.jit(importance.information_gain)


def log_density(observed, expected, deviation):
    """ln N(observed; expected, deviation²)."""
    return (
        -0.5 * ((observed - expected) / deviation) ** 2
        - np.log(deviation)
        - 0.5 * np.log(2 * np.pi)
    )


@pytest.fixture
def slopes(rng):
    """A linear map from 37 parameters to the values at three designs; the last design sees none of
    them.
    """
    return rng.normal(size=(PARAMETERS, 3)) * [0.5, 0.15, 0.0]


def test_gain_of_a_linear_gaussian_datum_is_the_closed_form(slopes, key, rng):
    """½(r − 1 − ln r) from the covariance and ½(y − g)² v/(v + σ²)² from the mean, r = σ²/(v + σ²),
    v = var g.
    """
    mean, noise = rng.normal(size=PARAMETERS), np.array([0.3, 0.25, 0.2])
    shift = np.array([0.8, -0.5, 3.0])
    data = importance.Data(mean @ slopes + shift, noise)
    estimate = jax.jit(
        lambda key: importance.reference_gains(
            key, importance.WeightPrior(mean, DEVIATION), lambda w: w @ slopes, data, samples=40000
        )
    )(key)
    variance = DEVIATION**2 * np.sum(slopes**2, axis=0)
    ratio = noise**2 / (variance + noise**2)
    by_mean = 0.5 * shift**2 * variance / (variance + noise**2) ** 2
    expected = 0.5 * (ratio - 1 - np.log(ratio)) + by_mean
    assert expected[0] > 1
    np.testing.assert_allclose(estimate.gain, expected, atol=0.02)
    assert estimate.gain[2] == pytest.approx(0, abs=1e-12)
    assert (estimate.effective_samples > 2000).all()


def test_gain_of_a_nonlinear_map_agrees_with_quadrature(rng):
    """One weight seen through a sine: the posterior has several modes, which no Gaussian could
    have.
    """
    observed, noise = 0.4, 0.1
    weights = np.linspace(-9, 9, 20001)
    prior = np.exp(log_density(weights, 0.0, 1.0))
    log_likelihood = log_density(observed, np.sin(2 * weights), noise)
    evidence = np.trapezoid(prior * np.exp(log_likelihood), weights)
    posterior = prior * np.exp(log_likelihood) / evidence
    expected = np.trapezoid(posterior * log_likelihood, weights) - np.log(evidence)
    samples = rng.normal(size=100000)
    estimate = gain_of(log_density(observed, np.sin(2 * samples), noise))
    assert estimate.gain == pytest.approx(expected, abs=0.02)


def test_equal_likelihoods_teach_nothing_and_every_sample_counts():
    estimate = gain_of(np.full(200, -3.0))
    assert estimate.gain == pytest.approx(0, abs=1e-12)
    assert estimate.effective_samples == pytest.approx(200)


def test_one_sample_that_explains_the_datum_is_worth_one_and_teaches_the_most_that_can_be_told():
    estimate = gain_of(np.r_[0.0, np.linspace(-1e6, -1e5, 198), -np.inf])
    assert estimate.gain == pytest.approx(np.log(200))
    assert estimate.effective_samples == pytest.approx(1)


def test_a_constant_in_the_log_likelihood_changes_nothing(rng):
    log_likelihood = rng.normal(size=200)
    np.testing.assert_allclose(gain_of(log_likelihood - 1e4), gain_of(log_likelihood), rtol=1e-9)


def test_predictions_do_not_depend_on_the_batch(slopes, rng):
    """A batch that does not divide the samples leaves none out."""
    weights = rng.normal(size=(50, PARAMETERS))
    predicted = jax.jit(lambda w: importance.predictions(lambda own: own @ slopes, w, 7))(weights)
    np.testing.assert_allclose(predicted, weights @ slopes, rtol=1e-10, atol=1e-12)
