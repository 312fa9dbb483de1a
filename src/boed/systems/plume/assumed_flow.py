"""What a model takes the carrying flow for: the true one, another one, or one whose growth along x
is learned.

A learned growth a, v_x = a·t, is the last of the weights, within bounds: a = lower + (upper −
lower)·sigmoid(w). What depends on the flow is made beforehand for a few values of a, Chebyshev's,
and interpolated between them: an observation is linear in a transfer function that is entire in a,
so a dozen values give nine digits, and calibrating the flow solves no more than calibrating the
network does.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.systems.plume.plume_solver import Moment, Plume, Reading, solver
from boed.systems.plume.velocity import Velocity

Weights = Float[AnyArray, " weights"]


class Flow(NamedTuple):
    """Moments under the true and under the modelled flow.

    moments: times → moments of all of them; actual: a moment → that of the true system; modelled:
    (weights, moment) → that of the model; prepare: (moment → reading, moment) → readings to be used
    for any weights; reading: (weights, what `prepare` gave) → the reading; velocity: (weights,
    time) → the modelled velocity.
    """

    moments: Callable[[Sequence[float]], Any]
    actual: Callable[[Any], Moment]
    modelled: Callable[[Weights, Any], Moment]
    prepare: Callable[[Callable[[Moment], Reading], Any], Any]
    reading: Callable[[Weights, Any], Reading]
    velocity: Callable[[Weights, Scalar | float], Float[AnyArray, "2"]]


class Pair(NamedTuple):
    """Moments of the true flow, and of the modelled one: of each value of its growth where that is
    learned.
    """

    actual: Moment
    modelled: Moment


class Growth(NamedTuple):
    """Bounds of the growth of v_x, length/time², and the number of values between which is
    interpolated.

    precision: 1/variance of the prior of its weight, around that of the assumed growth.
    """

    lower: float
    upper: float
    values: int
    precision: float

    @property
    def nodes(self) -> Float[np.ndarray, " nodes"]:
        """Chebyshev's points within the bounds."""
        angle = np.pi * (np.arange(self.values) + 0.5) / self.values
        return (self.lower + self.upper) / 2 + (self.upper - self.lower) / 2 * np.cos(angle)

    def value(self, weight: Float[AnyArray, "*any"] | float) -> Float[AnyArray, "*any"]:
        """The growth for a weight, or for many."""
        return self.lower + (self.upper - self.lower) * jax.nn.sigmoid(weight)

    def weight(self, growth: float) -> float:
        """The weight of a growth strictly within the bounds."""
        share = (growth - self.lower) / (self.upper - self.lower)
        return float(np.log(share / (1 - share)))

    def shares(self, weights: Weights) -> Float[AnyArray, " nodes"]:
        """Lagrange's polynomials of the nodes at the growth that the last weight stands for."""
        nodes = self.nodes
        apart = nodes[:, None] - nodes + np.eye(self.values)
        factors = (self.value(weights[-1]) - nodes)[None, :] / apart
        return jnp.prod(jnp.where(np.eye(self.values, dtype=bool), 1.0, factors), axis=1)


def growth_of(model: dict) -> Growth | None:
    """The learned growth that the block `model` describes, if it does."""
    return Growth(**model["growth"]) if "growth" in model else None


def at(velocity: Velocity, time: Scalar | float) -> Float[AnyArray, "2"]:
    """The velocity at a time, which may be traced."""
    return jnp.stack(
        [
            sum(own * time**power for power, own in enumerate(each))
            for each in (velocity.x, velocity.y)
        ]
    )


def known(plume: Plume) -> Flow:
    """The model moves with the true flow."""
    return Flow(
        plume.moments,
        lambda moment: moment,
        lambda weights, moment: moment,
        lambda prepare, moment: prepare(moment),
        lambda weights, reading: reading,
        lambda weights, time: at(plume.velocity, time),
    )


def assumed(plume: Plume, model: Plume) -> Flow:
    """The model moves with a flow of its own."""
    return Flow(
        lambda times: Pair(plume.moments(times), model.moments(times)),
        lambda pair: pair.actual,
        lambda weights, pair: pair.modelled,
        lambda prepare, pair: prepare(pair.modelled),
        lambda weights, reading: reading,
        lambda weights, time: at(model.velocity, time),
    )


def learned(plume: Plume, models: Sequence[Plume], growth: Growth) -> Flow:
    """The growth of the model's flow is its last weight; models: solvers for each of its nodes."""

    def moments(times):
        each = [[model.moments([time]) for model in models] for time in times]
        rows = [jax.tree.map(lambda *parts: np.concatenate(_padded(parts)), *row) for row in each]
        return Pair(
            plume.moments(times), jax.tree.map(lambda *parts: np.stack(_padded(parts)), *rows)
        )

    def between(weights, values):
        return jax.tree.map(
            lambda leaf: jnp.tensordot(growth.shares(weights), leaf, axes=1), values
        )

    def modelled(weights, pair):
        # only the whole transfer function is linear in its values; its factors are not
        return pair.modelled._replace(modes=between(weights, pair.modelled.modes))

    return Flow(
        moments,
        lambda pair: pair.actual,
        modelled,
        lambda prepare, pair: jax.lax.map(prepare, pair.modelled),
        between,
        lambda weights, time: (
            at(models[0].velocity, time).at[0].set(growth.value(weights[-1]) * time)
        ),
    )


def _padded(parts):
    """Arrays with zeros behind, so that all have the largest shape: factors of different ranks."""
    shape = np.max([part.shape for part in parts], axis=0)
    return [
        np.pad(part, [(0, size - own) for size, own in zip(shape, part.shape, strict=True)])
        for part in parts
    ]


def flow(plume: Plume, settings: dict) -> Flow:
    """The flow that the blocks `plume` and `model` of a study describe."""
    model, growth = settings["model"], growth_of(settings["model"])
    if "velocity" not in model:
        return known(plume)
    velocity = model["velocity"]
    if growth is None:
        return assumed(plume, solver(settings["plume"] | {"velocity": velocity}))
    models = [
        solver(settings["plume"] | {"velocity": velocity | {"x": [0.0, a]}})
        for a in growth.nodes.tolist()
    ]
    return learned(plume, models, growth)


def first_weights(
    model: dict, weights: Float[AnyArray, "replicates weights"]
) -> Float[AnyArray, "replicates _"]:
    """Starting weights, with that of the assumed growth behind them where it is learned."""
    growth = growth_of(model)
    if growth is None:
        return weights
    own = growth.weight(model["velocity"]["x"][1])
    return np.concatenate([weights, np.full((len(weights), 1), own)], axis=1)
