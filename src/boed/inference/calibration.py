"""Calibration of the discrepancy's weights: Adam on the likelihood of data, averaged over source
centres.

A calibration goes in rounds. Each round draws source centres, prepares every datum's prediction for
them and takes some Adam steps. One centre a round, jittered about the most probable one, is the
papers' way; centres drawn from the belief under the current weights make it a stochastic
expectation maximisation, which climbs the likelihood of the weights with the source position
integrated out.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

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


@runtime_checkable
class CentreDraw(Protocol):
    """How each round of a calibration draws its source centres."""

    def __call__(self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Weights) -> Centres:
        """The centres of one round, under the current weights."""


class JitteredCentre(NamedTuple):
    """One centre: `centre` + jitter·N(0, I)·exp(−decay·round), lengths."""

    centre: Float[AnyArray, "2"]
    jitter: float
    decay: float

    def __call__(self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Weights) -> Centres:
        """The centre of one round, whatever the weights."""
        shift = self.jitter * jax.random.normal(key, (2,)) * jnp.exp(-self.decay * round_)
        return (self.centre + shift)[None]


class BelievedCentres(NamedTuple):
    """`count` centres from the belief under the current weights, uniform within their cells."""

    belief: Callable[[Weights], LogBelief]
    cells: Cells
    count: int

    def __call__(self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Weights) -> Centres:
        """The centres of one round."""
        x, y = (jnp.asarray(axis) for axis in self.cells)
        steps = jnp.stack([(axis[-1] - axis[0]) / (axis.size - 1) for axis in (x, y)])
        first, second = jax.random.split(key)
        index = jax.random.categorical(first, self.belief(weights).ravel(), shape=(self.count,))
        middle = jnp.stack([x[index // y.size], y[index % y.size]], axis=-1)
        return middle + steps * jax.random.uniform(second, (self.count, 2), minval=-0.5, maxval=0.5)


class Data(NamedTuple):
    """What is fitted: observations, and 1 or 0 for in use or not.

    deviation: predictions (centres, data) → deviations of the noise, which may or may not depend on
    them.
    """

    observed: Float[AnyArray, " data"]
    deviation: Callable[[Float[AnyArray, "centres data"]], Float[AnyArray, "*centres data"]]
    used: Float[AnyArray, " data"]


class Problem(NamedTuple):
    """What a calibration fits, and where it holds the source.

    draw: of each round's centres; prepare: centres → (weights → the model's values, (centres,
    data)), done once a round; penalty: −log prior of the weights.
    """

    draw: CentreDraw
    prepare: Callable[[Centres], Predict]
    data: Data
    penalty: Callable[[Weights], Float[AnyArray, ""]]


def misfit(predicted: Float[AnyArray, "centres data"], data: Data) -> Float[AnyArray, ""]:
    """−Σ_k log N(y_k; g_k, σ_k) over the data in use, averaged over the centres (ad_eki §2.5)."""
    return -jnp.mean(log_density(data.observed, predicted, data.deviation(predicted)) @ data.used)


def calibrate(
    weights: Weights, problem: Problem, key: PRNGKeyArray, descent: Descent
) -> tuple[Weights, CalibrationInfo]:
    """Weights after all rounds, begun at `weights`, and every step's info (rounds·steps,)."""
    optimiser = optax.adam(descent.rate)

    def one_round(carry, inputs):
        """(weights, Adam's state) after one round's steps."""
        index, key = inputs
        predict = problem.prepare(problem.draw(key, index, carry[0]))

        def loss(weights):
            return misfit(predict(weights), problem.data) + problem.penalty(weights)

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
