"""Additive Gaussian noise of an observation with one or more outputs: y = g + L(g)·ε, ε
~ N(0, I).
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Prediction = Float[AnyArray, " outputs"]
Predictions = Float[AnyArray, "samples outputs"]
Factor = Float[AnyArray, "outputs outputs"]


class GaussianNoise(NamedTuple):
    """factor: prediction g (m,) → lower triangular L (m, m), LLᵀ the covariance; constant: L if it
    does not vary.
    """

    factor: Callable[[Prediction], Factor]
    constant: Factor | None


def independent(deviation: float, outputs: int) -> GaussianNoise:
    """The same deviation for every output; ValueError unless it is positive and finite."""
    if not (np.isfinite(deviation) and deviation > 0):
        raise ValueError(f"a noise's deviation must be positive and finite, not {deviation}")
    if outputs < 1:
        raise ValueError(f"an observation needs at least one output, not {outputs}")
    return _constant(deviation * jnp.eye(outputs))


def correlated(covariance: Float[AnyArray, "outputs outputs"]) -> GaussianNoise:
    """Noise with this covariance; ValueError unless it is symmetric and positive definite."""
    matrix = np.asarray(covariance)
    if not np.allclose(matrix, matrix.T) or not np.all(np.linalg.eigvalsh(matrix) > 0):
        raise ValueError(
            f"a covariance must be symmetric and positive definite, not {matrix.tolist()}"
        )
    return _constant(jnp.linalg.cholesky(jnp.asarray(matrix)))


def varying(deviation: Callable[[Prediction], Prediction]) -> GaussianNoise:
    """Independent outputs whose deviations (m,) depend on the prediction (m,), as in
    `noise.Noise.deviation`.
    """
    return GaussianNoise(lambda prediction: jnp.diag(deviation(prediction)), None)


def _constant(factor) -> GaussianNoise:
    return GaussianNoise(lambda prediction: factor, factor)


def perturbed(noise: GaussianNoise, predictions: Predictions, standard: Predictions) -> Predictions:
    """Observations (N, m) of N predictions, from standard normal numbers of the same shape."""
    return predictions + jax.vmap(lambda g, own: noise.factor(g) @ own)(predictions, standard)


def whitened(noise: GaussianNoise, values: Predictions) -> Predictions:
    """L⁻¹·values, for constant noise: in these coordinates it is N(0, I)."""
    return solve_triangular(noise.constant, values.T, lower=True).T


def log_scale(noise: GaussianNoise, outputs: int) -> Float[AnyArray, ""]:
    """log det L + m/2·log 2π of constant noise: what a log-density falls short of
    −½|L⁻¹(y − g)|².
    """
    return jnp.sum(jnp.log(jnp.diag(noise.constant))) + 0.5 * outputs * jnp.log(2 * jnp.pi)


def log_densities(
    noise: GaussianNoise, predictions: Predictions
) -> Callable[[Prediction], Float[AnyArray, " samples"]]:
    """y (m,) → log p(y | g) for each of the predictions (N, m), with all that does not depend on y
    done once.
    """
    outputs = predictions.shape[1]
    if noise.constant is not None:
        white, scale = whitened(noise, predictions), log_scale(noise, outputs)

        def constant(observed):
            distance = whitened(noise, observed[None]) - white
            return -0.5 * jnp.sum(distance**2, axis=1) - scale

        return constant
    factors = jax.vmap(noise.factor)(predictions)
    inverse = jax.vmap(lambda factor: solve_triangular(factor, jnp.eye(outputs), lower=True))(
        factors
    )
    scales = jnp.sum(
        jnp.log(jnp.diagonal(factors, axis1=1, axis2=2)), axis=1
    ) + 0.5 * outputs * jnp.log(2 * jnp.pi)

    def each(observed):
        distance = jnp.einsum("kab,kb->ka", inverse, observed - predictions)
        return -0.5 * jnp.sum(distance**2, axis=1) - scales

    return each


def log_density(
    noise: GaussianNoise, observed: Prediction, prediction: Prediction
) -> Float[AnyArray, ""]:
    """log p(y | g) of one observation."""
    return log_densities(noise, prediction[None])(observed)[0]
