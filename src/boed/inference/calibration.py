"""Calibration of the discrepancy's weights: Adam on the likelihood of data, averaged over source
centres.

A calibration goes in rounds. Each round draws source centres, prepares every datum's prediction for
them and takes some Adam steps. One centre a round, jittered about the most probable one, is the
papers' way; centres drawn from the belief under the current weights make it a stochastic
expectation maximisation, which climbs the likelihood of the weights with the source position
integrated out.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Float, Int, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.noise import log_density

Weights = Float[AnyArray, " weights"]
Centres = Float[AnyArray, "centres 2"]
Draw = Callable[[PRNGKeyArray, Int[AnyArray, ""], Weights], Centres]
Predict = Callable[[Weights], Float[AnyArray, "centres data"]]


class Descent(NamedTuple):
    """`rounds` draws of centres, each followed by `steps` Adam steps of learning rate `rate`."""

    rounds: int
    steps: int
    rate: Scalar


class CalibrationInfo(NamedTuple):
    """One step: the loss before it and the Euclidean norm of its gradient."""

    loss: Float[AnyArray, ""]
    gradient_norm: Float[AnyArray, ""]


def jittered(centre: Float[AnyArray, "2"], jitter: float, decay: float) -> Draw:
    """One centre: `centre` + jitter·N(0, I)·exp(−decay·round), lengths."""
    return lambda key, round_, weights: (
        centre + jitter * jax.random.normal(key, (2,)) * jnp.exp(-decay * round_)
    )[None]


def believed(belief: Callable[[Weights], LogBelief], cells: Cells, count: int) -> Draw:
    """`count` centres from the belief under the current weights, uniform within their cells."""
    axes = [jnp.asarray(axis) for axis in cells]
    steps = jnp.stack([(axis[-1] - axis[0]) / (axis.size - 1) for axis in axes])

    def draw(key, round_, weights):
        """The centres of one round, (count, 2)."""
        first, second = jax.random.split(key)
        index = jax.random.categorical(first, belief(weights).ravel(), shape=(count,))
        corner = jnp.stack([axes[0][index // axes[1].size], axes[1][index % axes[1].size]], axis=-1)
        return corner + steps * jax.random.uniform(second, (count, 2), minval=-0.5, maxval=0.5)

    return draw


class Data(NamedTuple):
    """What is fitted: observations, and 1 or 0 for in use or not.

    deviation: predictions (centres, data) → deviations of the noise, which may or may not depend on
    them.
    """

    observed: Float[AnyArray, " data"]
    deviation: Callable[[Float[AnyArray, "centres data"]], Float[AnyArray, "*centres data"]]
    used: Float[AnyArray, " data"]


def misfit(predicted: Float[AnyArray, "centres data"], data: Data) -> Float[AnyArray, ""]:
    """−Σ_k log N(y_k; g_k, σ_k) over the data in use, averaged over the centres (ad_eki §2.5)."""
    return -jnp.mean(log_density(data.observed, predicted, data.deviation(predicted)) @ data.used)


def calibrate(
    weights: Weights,
    draw: Draw,
    prepare: Callable[[Centres], Predict],
    data: Data,
    penalty: Callable[[Weights], Float[AnyArray, ""]],
    key: PRNGKeyArray,
    descent: Descent,
) -> tuple[Weights, CalibrationInfo]:
    """Weights after all rounds, and every step's info (rounds·steps,).

    prepare: centres → (weights → the model's values, (centres, data)), done once a round; penalty:
    −log prior of the weights.
    """
    optimiser = optax.adam(descent.rate)

    def one_round(carry, inputs):
        """(weights, Adam's state) after one round's steps."""
        index, key = inputs
        predict = prepare(draw(key, index, carry[0]))

        def loss(weights):
            return misfit(predict(weights), data) + penalty(weights)

        def adam_step(carry, _):
            """(weights, Adam's state) after one step."""
            weights, adam = carry
            value, gradient = jax.value_and_grad(loss)(weights)
            move, adam = optimiser.update(gradient, adam, weights)
            return (optax.apply_updates(weights, move), adam), CalibrationInfo(
                value, jnp.linalg.norm(gradient)
            )

        return jax.lax.scan(adam_step, carry, None, length=descent.steps)

    rounds = (jnp.arange(descent.rounds), jax.random.split(key, descent.rounds))
    (weights, _), info = jax.lax.scan(one_round, (weights, optimiser.init(weights)), rounds)
    return weights, jax.tree.map(jnp.ravel, info)
