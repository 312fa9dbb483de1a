"""Densities against SciPy's, for constant and for varying noise."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import multivariate_normal

from boed.inference import gaussian_noise
from boed.inference.noise import Noise

COVARIANCE = np.array([[0.5, 0.2], [0.2, 0.3]])


def test_densities_of_correlated_outputs_are_scipys(rng):
    noise, predictions, observed = (
        gaussian_noise.correlated(COVARIANCE),
        rng.normal(size=(7, 2)),
        rng.normal(size=2),
    )
    expected = [multivariate_normal.logpdf(observed, mean, COVARIANCE) for mean in predictions]
    found = gaussian_noise.log_densities(noise, jnp.asarray(predictions))(jnp.asarray(observed))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_densities_of_varying_noise_are_scipys(rng):
    growing = Noise(0.1, 0.5)
    predictions, observed = rng.normal(size=(7, 3)), rng.normal(size=3)
    noise = gaussian_noise.varying(growing.deviation)
    expected = [
        multivariate_normal.logpdf(observed, mean, np.diag((0.1 + 0.5 * np.abs(mean)) ** 2))
        for mean in predictions
    ]
    found = gaussian_noise.log_densities(noise, jnp.asarray(predictions))(jnp.asarray(observed))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    one = gaussian_noise.log_density(noise, jnp.asarray(observed), jnp.asarray(predictions[2]))
    assert float(one) == pytest.approx(expected[2], rel=1e-12)


def test_perturbed_observations_have_the_covariance(key):
    standard = jax.random.normal(key, (200_000, 2))
    observed = gaussian_noise.perturbed(
        gaussian_noise.correlated(COVARIANCE), jnp.ones((200_000, 2)), standard
    )
    np.testing.assert_allclose(np.cov(observed.T), COVARIANCE, atol=0.005)
    np.testing.assert_allclose(np.mean(observed, axis=0), 1.0, atol=0.01)


@pytest.mark.parametrize("deviation", [0.0, -1.0, float("nan"), float("inf")])
def test_a_deviation_must_be_positive(deviation):
    with pytest.raises(ValueError, match="positive and finite"):
        gaussian_noise.independent(deviation, 1)


def test_an_observation_has_outputs():
    with pytest.raises(ValueError, match="at least one output"):
        gaussian_noise.independent(1.0, 0)


@pytest.mark.parametrize("matrix", [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.3], [0.0, 1.0]]])
def test_a_covariance_must_be_one(matrix):
    with pytest.raises(ValueError, match="symmetric and positive definite"):
        gaussian_noise.correlated(jnp.array(matrix))
