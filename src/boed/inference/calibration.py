"""Calibration of the discrepancy's weights: Adam on the likelihood of data, averaged over centres:
values at which the other parameters are held.

A calibration goes in rounds. Each round draws centres, prepares every datum's prediction for them
and takes some Adam steps. One centre a round, jittered about the most probable one, is the papers'
way; centres drawn from the belief under the current weights make it a stochastic expectation
maximisation, which climbs the likelihood of the weights with the parameters integrated out.
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
Centres = Float[AnyArray, "centres parameters"]
# data: (data,) where each has one output, (data, outputs) where each has several
Predicted = Float[AnyArray, "centres *data"]
Predict = Callable[[Weights], Predicted]


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
    """How each round of a calibration draws its centres."""

    def __call__(self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Weights) -> Centres:
        """The centres of one round, under the current weights."""


class JitteredCentre(NamedTuple):
    """One centre: `centre` + jitter·N(0, I)·exp(−decay·round); jitter: of all parameters or of
    each, in their units.
    """

    centre: Float[AnyArray, " parameters"]
    jitter: float | Float[AnyArray, " parameters"]
    decay: float

    def __call__(self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Weights) -> Centres:
        """The centre of one round, whatever the weights."""
        normal = jax.random.normal(key, self.centre.shape)
        shift = self.jitter * normal * jnp.exp(-self.decay * round_)
        return (self.centre + shift)[None]


class BelievedCentres(NamedTuple):
    """`count` centres from the belief under the current weights, uniform within their cells."""

    belief: Callable[[Weights], LogBelief]
    cells: Cells
    count: int

    def __call__(self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Weights) -> Centres:
        """The centres of one round."""
        axes, sides = [jnp.asarray(axis) for axis in self.cells], jnp.array(self.cells.sides)
        first, second = jax.random.split(key)
        index = jax.random.categorical(first, self.belief(weights).ravel(), shape=(self.count,))
        places = jnp.unravel_index(index, self.cells.shape)
        middle = jnp.stack([axis[k] for axis, k in zip(axes, places, strict=True)], axis=-1)
        return middle + sides * jax.random.uniform(second, middle.shape, minval=-0.5, maxval=0.5)


class Data(NamedTuple):
    """What is fitted: observations, and 1 or 0 for in use or not, of every datum or of every output
    of every datum.

    deviation: predictions (centres, data) → deviations of the noise, which may or may not depend on
    them. What is not in use may be anything, NaN too.
    """

    observed: Float[AnyArray, "*data"]
    deviation: Callable[[Predicted], Float[AnyArray, "..."]]
    used: Float[AnyArray, "..."]


class Problem(NamedTuple):
    """What a calibration fits, and where it holds the other parameters.

    draw: of each round's centres; prepare: centres → (weights → the model's values, (centres, data)
    or (centres, data, outputs)), done once a round; penalty: −log prior of the weights. A
    prediction that is not in use may be NaN, its derivative by the weights may not: prepare such a
    datum as one that works.
    """

    draw: CentreDraw
    prepare: Callable[[Centres], Predict]
    data: Data
    penalty: Callable[[Weights], Float[AnyArray, ""]]


def misfit(predicted: Predicted, data: Data) -> Float[AnyArray, ""]:
    """−Σ_k log N(y_k; g_k, σ_k) over the data in use, averaged over the centres (ad_eki §2.5).

    What is not in use is replaced before anything is computed of it: times 0 a NaN would stay one,
    in the value and in the gradient.
    """
    used = _of_every_output(data)
    kept = used > 0
    predicted = jnp.where(kept, predicted, 1.0)
    deviation = jnp.where(kept, data.deviation(predicted), 1.0)
    values = log_density(jnp.where(kept, data.observed, 1.0), predicted, deviation)
    return -jnp.mean(values.reshape(len(values), -1) @ used.ravel())


def _of_every_output(data: Data) -> Float[AnyArray, "*data"]:
    """`used` of every output; given of every datum, it holds for all of its outputs."""
    used = jnp.asarray(data.used)
    missing = data.observed.ndim - used.ndim
    return jnp.broadcast_to(used.reshape(*used.shape, *[1] * missing), data.observed.shape)


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
