"""Additive Gaussian noise of an observation with one or more outputs: y = g + L(g)·ε, ε
~ N(0, I).

of_settings({"constant": 0.1, "relative": 0.05}, outputs=2); repeated(noise, experiments=3)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.noise import Noise

Prediction = Float[AnyArray, " outputs"]
Predictions = Float[AnyArray, "samples outputs"]
Factor = Float[AnyArray, "outputs outputs"]
Numbers = int | float | Sequence | AnyArray


@runtime_checkable
class GaussianNoise(Protocol):
    """Noise of covariance LLᵀ, L lower triangular, or diagonal and kept as a vector.

    constant: the deviations (outputs,) of independent outputs, or L (outputs, outputs), if they do
    not vary with the prediction; else None.
    """

    constant: Prediction | Factor | None

    def deviation(self, prediction: Prediction) -> Prediction:
        """Standard deviation of each output at a prediction g."""

    def perturbation(self, prediction: Prediction, standard: Prediction) -> Prediction:
        """L(g)·ε of standard normal numbers."""


class IndependentNoise(NamedTuple):
    """Independent outputs, with the same deviations at every prediction."""

    constant: Prediction

    def deviation(self, prediction: Prediction) -> Prediction:
        """Standard deviation of each output, whatever the prediction."""
        return self.constant

    def perturbation(self, prediction: Prediction, standard: Prediction) -> Prediction:
        """The noise that these standard normal numbers make."""
        return self.constant * standard


class CorrelatedNoise(NamedTuple):
    """The same L at every prediction."""

    constant: Factor

    def deviation(self, prediction: Prediction) -> Prediction:
        """Standard deviation of each output, whatever the prediction."""
        return jnp.sqrt(jnp.sum(self.constant**2, axis=1))

    def perturbation(self, prediction: Prediction, standard: Prediction) -> Prediction:
        """The noise that these standard normal numbers make."""
        return self.constant @ standard


@runtime_checkable
class Deviation(Protocol):
    """How the deviations of independent outputs follow from a prediction."""

    def __call__(self, prediction: Prediction) -> Prediction:
        """Standard deviation of each output."""


class VaryingNoise(NamedTuple):
    """Independent outputs, their deviations a function of the prediction."""

    deviation: Deviation
    constant: None = None

    def perturbation(self, prediction: Prediction, standard: Prediction) -> Prediction:
        """The noise that these standard normal numbers make at a prediction."""
        return self.deviation(prediction) * standard


@dataclass(frozen=True, eq=False)
class RepeatedDeviation:
    """Of several experiments at once, whose predictions follow one after the other."""

    once: Deviation
    experiments: int

    def __call__(self, prediction: Prediction) -> Prediction:
        """Standard deviation of each output of each experiment."""
        apart = prediction.reshape(self.experiments, -1)
        return jax.vmap(self.once)(apart).ravel()


@dataclass(frozen=True, eq=False)
class LogDensities:
    """log p(y | g_k) = −½|(y − g_k)/s_k|² − Σ log s_k − level for N predictions, in coordinates in
    which the outputs are independent; s_k: deviations there.
    """

    noise: GaussianNoise
    centres: Predictions
    deviations: Predictions
    level: Float[AnyArray, ""]

    def __call__(self, observed: Prediction) -> Float[AnyArray, " samples"]:
        """The log densities of one observation."""
        distance = (self.coordinates(observed[None]) - self.centres) * (1 / self.deviations)
        scale = jnp.sum(jnp.log(self.deviations), axis=1) + self.level
        return -0.5 * jnp.sum(distance**2, axis=1) - scale

    def coordinates(self, observed: Predictions) -> Predictions:
        """Observations in these coordinates."""
        return observed if self.noise.constant is None else whitened(self.noise, observed)


def independent(deviation: Numbers, outputs: int) -> GaussianNoise:
    """Independent outputs of one deviation, or of one each; ValueError unless they are positive and
    finite.
    """
    if outputs < 1:
        raise ValueError(f"an observation needs at least one output, not {outputs}")
    each = _one_an_output("deviation", deviation, outputs)
    if not np.all(each > 0):
        raise ValueError(f"a noise's deviation must be positive and finite, not {deviation}")
    return IndependentNoise(jnp.asarray(each))


def correlated(covariance: Numbers) -> GaussianNoise:
    """Noise with this covariance; ValueError unless it is symmetric and positive definite."""
    matrix = np.asarray(covariance, float)
    square = matrix.ndim == 2 and matrix.size > 0 and len(matrix) == len(matrix.T)
    symmetric = square and np.isfinite(matrix).all() and np.allclose(matrix, matrix.T)
    if not symmetric or not np.all(np.linalg.eigvalsh(matrix) > 0):
        raise ValueError(
            f"a covariance must be symmetric and positive definite, not {matrix.tolist()}"
        )
    return CorrelatedNoise(jnp.linalg.cholesky(jnp.asarray(matrix)))


def varying(deviation: Deviation) -> GaussianNoise:
    """Independent outputs whose deviations (m,) depend on the prediction (m,), as in
    `noise.Noise.deviation`.
    """
    return VaryingNoise(deviation)


def of_settings(
    noise: dict, outputs: int, function: Callable[[Prediction], Prediction] | None = None
) -> GaussianNoise:
    """Noise of so many outputs by settings: `constant` and `relative`, each a number or one an
    output, for deviations constant + relative·|prediction|; or `covariance`; or `function`, which
    is given: prediction → deviations.

    Raises ValueError for other keys, other numbers of outputs, negative numbers, and deviations
    that would be zero.
    """
    keys = set(noise)
    if keys == {"function"} and function is not None:
        return varying(function)
    if keys == {"covariance"}:
        found = correlated(noise["covariance"])
        if len(found.constant) != outputs:
            raise ValueError(
                f"the noise's covariance has {len(found.constant)} rows, for {outputs} outputs"
            )
        return found
    if not keys or not keys <= {"constant", "relative"}:
        raise ValueError(
            "a noise has constant or relative or both, or covariance, or function, not "
            f"{sorted(keys)}"
        )
    constant, relative = (
        _one_an_output(name, noise.get(name, 0.0), outputs) for name in ("constant", "relative")
    )
    if np.any(constant < 0) or np.any(relative < 0) or np.any(constant + relative == 0):
        raise ValueError(
            "constant and relative noise must not be negative, and one of both positive for every "
            f"output, not {constant.tolist()} and {relative.tolist()}"
        )
    if not relative.any():
        return independent(constant, outputs)
    return varying(Noise(jnp.asarray(constant), jnp.asarray(relative)).deviation)


def repeated(noise: GaussianNoise, experiments: int) -> GaussianNoise:
    """Noise of so many experiments at once, which are independent of each other: their outputs
    follow one after the other.
    """
    if experiments < 1:
        raise ValueError(f"at least one experiment is made at once, not {experiments}")
    if experiments == 1:
        return noise
    if noise.constant is None:
        return VaryingNoise(RepeatedDeviation(noise.deviation, experiments))
    if noise.constant.ndim == 1:
        return IndependentNoise(jnp.tile(noise.constant, experiments))
    return CorrelatedNoise(jnp.kron(jnp.eye(experiments), noise.constant))


def _one_an_output(name: str, numbers: Numbers, outputs: int) -> Float[np.ndarray, " outputs"]:
    """A number, or one an output, as one an output; ValueError unless they are finite and fit."""
    given = np.asarray(numbers, float)
    if given.shape not in ((), (outputs,)):
        raise ValueError(
            f"the noise's {name} must be one number or one for each of {outputs} outputs, "
            f"not {given.tolist()}"
        )
    if not np.isfinite(given).all():
        raise ValueError(f"a noise's {name} must be positive and finite, not {given.tolist()}")
    return np.broadcast_to(given, (outputs,))


def perturbed(noise: GaussianNoise, predictions: Predictions, standard: Predictions) -> Predictions:
    """Observations (N, m) of N predictions, from standard normal numbers of the same shape."""
    return predictions + jax.vmap(noise.perturbation)(predictions, standard)


def whitened(noise: GaussianNoise, values: Predictions) -> Predictions:
    """L⁻¹·values, for constant noise: in these coordinates it is N(0, I)."""
    if noise.constant.ndim == 1:
        return values / noise.constant
    return solve_triangular(noise.constant, values.T, lower=True).T


def log_scale(noise: GaussianNoise, outputs: int) -> Float[AnyArray, ""]:
    """log det L + m/2·log 2π of constant noise: what a log-density falls short of
    −½|L⁻¹(y − g)|².
    """
    scales = noise.constant if noise.constant.ndim == 1 else jnp.diag(noise.constant)
    return jnp.sum(jnp.log(scales)) + 0.5 * outputs * jnp.log(2 * jnp.pi)


def log_densities(noise: GaussianNoise, predictions: Predictions) -> LogDensities:
    """log p(y | g) for each of the predictions (N, m), to be called with y (m,)."""
    outputs = predictions.shape[1]
    if noise.constant is not None:
        centres, level = whitened(noise, predictions), log_scale(noise, outputs)
        deviations = jnp.ones_like(centres)
    else:
        centres, level = predictions, 0.5 * outputs * jnp.log(2 * jnp.pi)
        deviations = jax.vmap(noise.deviation)(predictions)
    return LogDensities(noise=noise, centres=centres, deviations=deviations, level=level)


def log_density(
    noise: GaussianNoise, observed: Prediction, prediction: Prediction
) -> Float[AnyArray, ""]:
    """log p(y | g) of one observation."""
    return log_densities(noise, prediction[None])(observed)[0]
