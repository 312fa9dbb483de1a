"""What a model takes the carrying flow for: the true one, another one, or one whose growth along x
is learned.

A learned growth a, v_x = a·t, is the last of the weights, within bounds: a = lower + (upper −
lower)·sigmoid(w). What depends on the flow is made beforehand for a few values of a, Chebyshev's,
and interpolated between them: an observation is linear in a transfer function that is entire in a,
so a dozen values give nine digits, and calibrating the flow solves no more than calibrating the
network does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.systems.plume.plume_solver import Moment, Plume, Reading, solver
from boed.systems.plume.velocity import Velocity

Weights = Float[AnyArray, " weights"]


class Pair(NamedTuple):
    """Moments of the true flow, and of the modelled one: of each value of its growth where that is
    learned.
    """

    actual: Moment
    modelled: Moment


@runtime_checkable
class Flow(Protocol):
    """Moments under the true flow and under that of the model, and readings under the latter.

    What `moments` gives for several times is stacked; the other methods take that of one time.
    """

    def moments(self, times: Sequence[float]) -> Moment | Pair:
        """The moments of several times under both flows, stacked along a leading axis."""

    def actual(self, moment: Moment | Pair) -> Moment:
        """The moment of the true system."""

    def modelled(self, weights: Weights, moment: Moment | Pair) -> Moment:
        """The moment of the model with these weights."""

    def prepare(self, prepare: Callable[[Moment], Reading], moment: Moment | Pair) -> Reading:
        """Readings to be used for any weights; prepare: what a solver makes of one moment."""

    def reading(self, weights: Weights, prepared: Reading) -> Reading:
        """The reading under the model's flow with these weights, of what `prepare` gave."""

    def velocity(self, weights: Weights, time: Scalar) -> Float[AnyArray, "2"]:
        """The velocity of the model's flow at a time, length/time."""


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


def at(velocity: Velocity, time: Scalar) -> Float[AnyArray, "2"]:
    """The velocity at a time, which may be traced."""
    return jnp.stack(
        [
            sum(coefficient * time**power for power, coefficient in enumerate(polynomial))
            for polynomial in (velocity.x, velocity.y)
        ]
    )


@dataclass(frozen=True)
class KnownFlow:
    """The model moves with the true flow."""

    plume: Plume

    def moments(self, times: Sequence[float]) -> Moment:
        """The moments of several times, stacked."""
        return self.plume.moments(times)

    def actual(self, moment: Moment) -> Moment:
        """The moment itself."""
        return moment

    def modelled(self, weights: Weights, moment: Moment) -> Moment:
        """The moment itself, whatever the weights."""
        return moment

    def prepare(self, prepare: Callable[[Moment], Reading], moment: Moment) -> Reading:
        """The prepared reading."""
        return prepare(moment)

    def reading(self, weights: Weights, prepared: Reading) -> Reading:
        """The prepared reading itself, whatever the weights."""
        return prepared

    def velocity(self, weights: Weights, time: Scalar) -> Float[AnyArray, "2"]:
        """The true velocity, length/time."""
        return at(self.plume.velocity, time)


@dataclass(frozen=True)
class AssumedFlow:
    """The model moves with a flow of its own; model: a solver with that."""

    plume: Plume
    model: Plume

    def moments(self, times: Sequence[float]) -> Pair:
        """The moments of several times under both flows, stacked."""
        return Pair(self.plume.moments(times), self.model.moments(times))

    def actual(self, moment: Pair) -> Moment:
        """The moment under the true flow."""
        return moment.actual

    def modelled(self, weights: Weights, moment: Pair) -> Moment:
        """The moment under the assumed flow, whatever the weights."""
        return moment.modelled

    def prepare(self, prepare: Callable[[Moment], Reading], moment: Pair) -> Reading:
        """The prepared reading under the assumed flow."""
        return prepare(moment.modelled)

    def reading(self, weights: Weights, prepared: Reading) -> Reading:
        """The prepared reading itself, whatever the weights."""
        return prepared

    def velocity(self, weights: Weights, time: Scalar) -> Float[AnyArray, "2"]:
        """The assumed velocity, length/time."""
        return at(self.model.velocity, time)


@dataclass(frozen=True)
class LearnedFlow:
    """The growth of the model's flow is its last weight; models: solvers for each of its nodes."""

    plume: Plume
    models: tuple[Plume, ...]
    growth: Growth

    def moments(self, times: Sequence[float]) -> Pair:
        """The moments under the true flow, and (times, nodes, …) under those of the nodes."""
        rows = []
        for time in times:
            nodes = [model.moments([time]) for model in self.models]
            rows.append(jax.tree.map(lambda *parts: np.concatenate(_padded(parts)), *nodes))
        modelled = jax.tree.map(lambda *parts: np.stack(_padded(parts)), *rows)
        return Pair(self.plume.moments(times), modelled)

    def actual(self, moment: Pair) -> Moment:
        """The moment under the true flow."""
        return moment.actual

    def modelled(self, weights: Weights, moment: Pair) -> Moment:
        """The moment interpolated between those of the nodes, for a solver's `solve` only."""
        # only the whole transfer function is linear in its values; its factors are not
        modes = self._between(weights, moment.modelled.modes)
        return moment.modelled._replace(modes=modes)

    def prepare(self, prepare: Callable[[Moment], Reading], moment: Pair) -> Reading:
        """The prepared readings of all nodes, stacked."""
        return jax.lax.map(prepare, moment.modelled)

    def reading(self, weights: Weights, prepared: Reading) -> Reading:
        """The reading interpolated between those of the nodes."""
        return self._between(weights, prepared)

    def velocity(self, weights: Weights, time: Scalar) -> Float[AnyArray, "2"]:
        """The velocity with the growth that the last weight stands for, length/time."""
        along_x = self.growth.value(weights[-1]) * time
        return at(self.models[0].velocity, time).at[0].set(along_x)

    def _between(self, weights: Weights, nodes: PyTree[AnyArray]) -> PyTree[AnyArray]:
        """Arrays interpolated between those of the nodes, which are their leading axis."""
        return jax.tree.map(
            lambda leaf: jnp.tensordot(self.growth.shares(weights), leaf, axes=1), nodes
        )


def _padded(parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Arrays with zeros behind, so that all have the largest shape: factors of different ranks."""
    shape = np.max([part.shape for part in parts], axis=0)
    return [
        np.pad(part, [(0, size - length) for size, length in zip(shape, part.shape, strict=True)])
        for part in parts
    ]


def flow(plume: Plume, settings: dict) -> Flow:
    """The flow that the blocks `plume` and `model` of a study describe."""
    model, growth = settings["model"], growth_of(settings["model"])
    if "velocity" not in model:
        return KnownFlow(plume)
    velocity = model["velocity"]
    if growth is None:
        return AssumedFlow(plume, solver(settings["plume"] | {"velocity": velocity}))
    models = [
        solver(settings["plume"] | {"velocity": velocity | {"x": [0.0, a]}})
        for a in growth.nodes.tolist()
    ]
    return LearnedFlow(plume, tuple(models), growth)


def first_weights(
    model: dict, weights: Float[AnyArray, "replicates weights"]
) -> Float[AnyArray, "replicates _"]:
    """Starting weights, with that of the assumed growth behind them where it is learned."""
    growth = growth_of(model)
    if growth is None:
        return weights
    assumed = growth.weight(model["velocity"]["x"][1])
    return np.concatenate([weights, np.full((len(weights), 1), assumed)], axis=1)
