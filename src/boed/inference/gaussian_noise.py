"""Additive Gaussian noise of an observation with one or more outputs: y = g + L(g)·ε, ε
~ N(0, I).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

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


@runtime_checkable
class GaussianNoise(Protocol):
    """Noise of covariance LLᵀ, L lower triangular; constant: L if it does not vary, else None."""

    constant: Factor | None

    def factor(self, prediction: Prediction) -> Factor:
        """L at a prediction g."""


class ConstantNoise(NamedTuple):
    """The same L for every prediction."""

    constant: Factor

    def factor(self, prediction: Prediction) -> Factor:
        """L, whatever the prediction."""
        return self.constant


class VaryingNoise(NamedTuple):
    """Independent outputs, their deviations a function of the prediction."""

    deviation: Callable[[Prediction], Prediction]
    constant: None = None

    def factor(self, prediction: Prediction) -> Factor:
        """The deviations on the diagonal."""
        return jnp.diag(self.deviation(prediction))


@runtime_checkable
class LogDensities(Protocol):
    """log p(y | g) for each of N predictions, with all that does not depend on y done once."""

    def __call__(self, observed: Prediction) -> Float[AnyArray, " samples"]:
        """The log densities of one observation."""


def independent(deviation: float, outputs: int) -> GaussianNoise:
    """The same deviation for every output; ValueError unless it is positive and finite."""
    if not (np.isfinite(deviation) and deviation > 0):
        raise ValueError(f"a noise's deviation must be positive and finite, not {deviation}")
    if outputs < 1:
        raise ValueError(f"an observation needs at least one output, not {outputs}")
    return ConstantNoise(deviation * jnp.eye(outputs))


def correlated(covariance: Float[AnyArray, "outputs outputs"]) -> GaussianNoise:
    """Noise with this covariance; ValueError unless it is symmetric and positive definite."""
    matrix = np.asarray(covariance)
    if not np.allclose(matrix, matrix.T) or not np.all(np.linalg.eigvalsh(matrix) > 0):
        raise ValueError(
            f"a covariance must be symmetric and positive definite, not {matrix.tolist()}"
        )
    return ConstantNoise(jnp.linalg.cholesky(jnp.asarray(matrix)))


def varying(deviation: Callable[[Prediction], Prediction]) -> GaussianNoise:
    """Independent outputs whose deviations (m,) depend on the prediction (m,), as in
    `noise.Noise.deviation`.
    """
    return VaryingNoise(deviation)


def perturbed(noise: GaussianNoise, predictions: Predictions, standard: Predictions) -> Predictions:
    """Observations (N, m) of N predictions, from standard normal numbers of the same shape."""
    return predictions + jax.vmap(lambda g, e: noise.factor(g) @ e)(predictions, standard)


def whitened(noise: GaussianNoise, values: Predictions) -> Predictions:
    """L⁻¹·values, for constant noise: in these coordinates it is N(0, I)."""
    return solve_triangular(noise.constant, values.T, lower=True).T


def log_scale(noise: GaussianNoise, outputs: int) -> Float[AnyArray, ""]:
    """log det L + m/2·log 2π of constant noise: what a log-density falls short of
    −½|L⁻¹(y − g)|².
    """
    return jnp.sum(jnp.log(jnp.diag(noise.constant))) + 0.5 * outputs * jnp.log(2 * jnp.pi)


@dataclass(frozen=True, eq=False)
class ConstantNoiseDensities:
    """Under constant noise; white: the predictions in coordinates in which the noise is N(0, I)."""

    noise: ConstantNoise
    white: Predictions
    scale: Float[AnyArray, ""]

    def __call__(self, observed: Prediction) -> Float[AnyArray, " samples"]:
        """The log densities of one observation."""
        distance = whitened(self.noise, observed[None]) - self.white
        return -0.5 * jnp.sum(distance**2, axis=1) - self.scale


@dataclass(frozen=True, eq=False)
class VaryingNoiseDensities:
    """Under noise that varies; inverse: L⁻¹ of each prediction, scales: log det L + m/2·log 2π."""

    predictions: Predictions
    inverse: Float[AnyArray, "samples outputs outputs"]
    scales: Float[AnyArray, " samples"]

    def __call__(self, observed: Prediction) -> Float[AnyArray, " samples"]:
        """The log densities of one observation."""
        distance = jnp.einsum("kab,kb->ka", self.inverse, observed - self.predictions)
        return -0.5 * jnp.sum(distance**2, axis=1) - self.scales


def log_densities(noise: GaussianNoise, predictions: Predictions) -> LogDensities:
    """log p(y | g) for each of the predictions (N, m), to be called with y (m,)."""
    outputs = predictions.shape[1]
    if noise.constant is not None:
        return ConstantNoiseDensities(
            noise, whitened(noise, predictions), log_scale(noise, outputs)
        )
    factors = jax.vmap(noise.factor)(predictions)
    inverse = jax.vmap(lambda factor: solve_triangular(factor, jnp.eye(outputs), lower=True))(
        factors
    )
    scales = jnp.sum(
        jnp.log(jnp.diagonal(factors, axis1=1, axis2=2)), axis=1
    ) + 0.5 * outputs * jnp.log(2 * jnp.pi)
    return VaryingNoiseDensities(predictions, inverse, scales)


def log_density(
    noise: GaussianNoise, observed: Prediction, prediction: Prediction
) -> Float[AnyArray, ""]:
    """log p(y | g) of one observation."""
    return log_densities(noise, prediction[None])(observed)[0]
