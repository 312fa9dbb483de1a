"""A neural network in place of a solver: place of a source, place of a sensor → reading
(mean_variance §4.3.2).

Layers of ReLU units between (θ, d), four coordinates, and one output, all in single precision.
Where the layout has symmetries, source and sensor are first moved together so that the source lies
in one part of the domain, of which all others are images: the network has an eighth of the pairs to
learn in an empty square, and is as symmetric as the field.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Float32, Int

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Layers = list[tuple[Float32[AnyArray, "_ _"], Float32[AnyArray, " _"]]]
Symmetries = Float[AnyArray, "symmetries 2 2"]
# what the sources of the training data are for, in the order of their numbers in a file
PARTS = ("training", "validation", "test")


class Surrogate(NamedTuple):
    """layers: weights and biases from the inputs on; centre, scale: mean and deviation of the
    readings it learned.

    symmetries: matrices about the middle of the square, as `layout.symmetries` gives them; the
    identity alone for none.
    """

    layers: Layers
    centre: float
    scale: float
    symmetries: Symmetries


class Readings(NamedTuple):
    """Readings (sources, sensors) of every source (sources, 2) at every sensor (sensors, 2)."""

    sources: Float[AnyArray, "sources 2"]
    sensors: Float[AnyArray, "sensors 2"]
    values: Float[AnyArray, "sources sensors"]


def of_sources(readings: Readings, chosen) -> Readings:
    """The readings of some of the sources: indices, or whether each is one of them."""
    return readings._replace(sources=readings.sources[chosen], values=readings.values[chosen])


def scaled(places: Float[AnyArray, "places 2"]) -> Float32[AnyArray, "places 2"]:
    """Places with the square's middle at zero and its walls at ±1, in single precision."""
    return (2 * jnp.asarray(places) - 1).astype(jnp.float32)


# of all images of a source the one furthest against this direction is kept: no mirror of the square
# lies along it
TOWARDS = np.array([1.0, 0.6])


def folded(
    symmetries: Symmetries, sources: Float[AnyArray, "sources 2"]
) -> tuple[Float32[AnyArray, "sources 2"], Int[AnyArray, " sources"]]:
    """(sources moved into one part of the domain, scaled to ±1; number of the symmetry that moved
    each).
    """
    every = jnp.einsum("kij,sj->ski", jnp.asarray(symmetries), 2 * jnp.asarray(sources) - 1)
    chosen = jnp.argmin(every @ TOWARDS, axis=1)
    return jnp.take_along_axis(every, chosen[:, None, None], axis=1)[:, 0].astype(
        jnp.float32
    ), chosen


def _through(
    layers: Layers, values: Float32[AnyArray, "points units"]
) -> Float32[AnyArray, " points"]:
    """What follows the first layer, whose units have these values."""
    for weights, biases in layers[1:]:
        values = jax.nn.relu(values) @ weights + biases
    return values[:, 0]


def applied(layers: Layers, inputs: Float32[AnyArray, "points 4"]) -> Float32[AnyArray, " points"]:
    """The network's output for pairs of a folded source and a sensor moved with it."""
    weights, biases = layers[0]
    return _through(layers, inputs @ weights + biases)


@jax.jit
def predict(
    surrogate: Surrogate,
    sources: Float[AnyArray, "sources 2"],
    sensors: Float[AnyArray, "sensors 2"],
) -> Float[AnyArray, "sensors sources"]:
    """What every sensor reads of every source. The first layer, linear in both, is not done anew
    for each pair.
    """
    (weights, biases), *_ = surrogate.layers
    moved, chosen = folded(surrogate.symmetries, sources)
    of_sources = moved @ weights[:2] + biases
    # a sensor is moved as the source is: as many places of it as there are symmetries
    images = jnp.einsum(
        "kij,nj->nki", jnp.asarray(surrogate.symmetries, jnp.float32), scaled(sensors)
    )
    values = jax.lax.map(
        lambda sensor: _through(surrogate.layers, of_sources + sensor[chosen]),
        images @ weights[2:],
    )
    return surrogate.centre + surrogate.scale * values.astype(float)


def errors(surrogate: Surrogate, readings: Readings) -> Float[AnyArray, "sources sensors"]:
    """Surrogate less truth."""
    return predict(surrogate, readings.sources, readings.sensors).T - jnp.asarray(readings.values)
