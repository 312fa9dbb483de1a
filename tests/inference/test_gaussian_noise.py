"""Densities against SciPy's, for constant and for varying noise."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import block_diag
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


SETTINGS = {
    "constant": ({"constant": 0.3}, lambda g: np.diag([0.09, 0.09])),
    "one an output": ({"constant": [0.3, 0.1]}, lambda g: np.diag([0.09, 0.01])),
    "relative": ({"relative": 0.5}, lambda g: np.diag((0.5 * np.abs(g)) ** 2)),
    "both": (
        {"constant": 0.1, "relative": [0.0, 0.2]},
        lambda g: np.diag((0.1 + np.array([0.0, 0.2]) * np.abs(g)) ** 2),
    ),
    "covariance": ({"covariance": COVARIANCE.tolist()}, lambda g: COVARIANCE),
    "function": ({"function": "spread"}, lambda g: np.diag(np.exp(g) ** 2)),
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("experiments", [1, 3])
def test_noise_of_settings_has_the_covariance_that_they_say(name, experiments, rng):
    """Of several experiments at once block after block; densities are SciPy's, and what is drawn
    has that covariance.
    """
    settings, covariance = SETTINGS[name]
    noise = gaussian_noise.repeated(
        gaussian_noise.of_settings(settings, 2, lambda prediction: jnp.exp(prediction)), experiments
    )
    prediction, observed = rng.normal(size=(2, 2 * experiments))
    blocks = block_diag(*(covariance(own) for own in prediction.reshape(experiments, 2)))
    found = gaussian_noise.log_density(noise, jnp.asarray(observed), jnp.asarray(prediction))
    expected = multivariate_normal.logpdf(observed, prediction, blocks)
    assert float(found) == pytest.approx(expected, rel=1e-10)
    deviation = noise.deviation(jnp.asarray(prediction))
    np.testing.assert_allclose(deviation, np.sqrt(np.diag(blocks)), rtol=1e-12)
    # L from what it makes of unit vectors
    unit = jnp.eye(2 * experiments)
    factor = jax.vmap(noise.perturbation, (None, 0))(jnp.asarray(prediction), unit).T
    np.testing.assert_allclose(factor @ factor.T, blocks, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", SETTINGS)
def test_only_a_covariance_is_kept_as_a_matrix(name):
    noise = gaussian_noise.of_settings(SETTINGS[name][0], 2, lambda prediction: prediction)
    if noise.constant is not None:
        assert noise.constant.ndim == (2 if name == "covariance" else 1)
    densities = gaussian_noise.log_densities(noise, jnp.ones((5, 2)))
    assert densities.deviations.shape == (5, 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "constant or relative or both, or covariance"),
        ({"constant": 0.1, "covariance": [[1.0]]}, "not \\['constant', 'covariance'\\]"),
        ({"deviation": 0.1}, "not \\['deviation'\\]"),
        ({"function": "spread"}, "constant or relative or both, or covariance, or function"),
        ({"constant": 0.0}, "one of both positive"),
        ({"constant": [0.1, 0.0], "relative": 0.0}, "one of both positive"),
        ({"constant": -0.1}, "must not be negative"),
        ({"constant": [0.1, 0.1, 0.1]}, "one for each of 2 outputs"),
        ({"constant": float("nan")}, "finite"),
        ({"covariance": [[1.0]]}, "has 1 rows, for 2 outputs"),
        ({"covariance": [1.0, 2.0]}, "symmetric and positive definite"),
    ],
)
def test_other_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        gaussian_noise.of_settings(settings, 2)


def test_at_least_one_experiment_is_made():
    with pytest.raises(ValueError, match="at least one experiment"):
        gaussian_noise.repeated(gaussian_noise.independent(1.0, 1), 0)


def test_an_observation_has_outputs():
    with pytest.raises(ValueError, match="at least one output"):
        gaussian_noise.independent(1.0, 0)


@pytest.mark.parametrize("matrix", [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.3], [0.0, 1.0]]])
def test_a_covariance_must_be_one(matrix):
    with pytest.raises(ValueError, match="symmetric and positive definite"):
        gaussian_noise.correlated(jnp.array(matrix))
