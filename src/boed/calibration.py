"""Calibration of the discrepancy network: Adam on the likelihood of the data collected so far."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.noise import log_density

Weights = Float[AnyArray, " weights"]


class Descent(NamedTuple):
    """Adam's settings, and the jitter of the source centre: jitter·N(0, I)·exp(−jitter_decay·step)."""

    steps: int
    rate: float
    jitter: float
    jitter_decay: float


class CalibrationInfo(NamedTuple):
    """One step: the loss before it and the Euclidean norm of its gradient."""

    loss: Float[AnyArray, ""]
    gradient_norm: Float[AnyArray, ""]


def negative_log_likelihood(predicted, observed, deviation) -> Float[AnyArray, ""]:
    """−Σ_k log N(y_k; g_k, σ_k) over the data (ad_eki §2.5)."""
    return -jnp.sum(log_density(observed, predicted, deviation))


def calibrate(
    weights: Weights,
    predict: Callable[[Weights, Float[AnyArray, "2"]], Float[AnyArray, " data"]],
    observed: Float[AnyArray, " data"],
    deviation: Float[AnyArray, " data"],
    centre: Float[AnyArray, "2"],
    key: PRNGKeyArray,
    descent: Descent,
) -> tuple[Weights, CalibrationInfo]:
    """Weights after `descent.steps` Adam steps, and every step's info.

    predict: (weights, source centre) → the model's value for each datum.
    """
    optimiser = optax.adam(descent.rate)

    def adam_step(carry, inputs):
        """(weights, Adam's state) after one step, at a source centre jittered anew."""
        weights, adam = carry
        step, key = inputs
        shift = descent.jitter * jax.random.normal(key, (2,)) * jnp.exp(-descent.jitter_decay * step)

        def loss(weights):
            return negative_log_likelihood(predict(weights, centre + shift), observed, deviation)

        value, gradient = jax.value_and_grad(loss)(weights)
        move, adam = optimiser.update(gradient, adam, weights)
        return (optax.apply_updates(weights, move), adam), CalibrationInfo(value, jnp.linalg.norm(gradient))

    steps = jnp.arange(descent.steps)
    keys = jax.random.split(key, descent.steps)
    (weights, _), info = jax.lax.scan(adam_step, (weights, optimiser.init(weights)), (steps, keys))
    return weights, info
