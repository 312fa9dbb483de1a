"""Locating a source of contaminant with one sensor: exact information gains by adjoint solutions and quadrature."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed import adjoint_diffusion, gaussian_noise, information_gains, layout, marginals
from boed.arrays import AnyArray
from boed.information_gains import Moments
from boed.layout import Building
from boed.utility import NOISE_REACH, VALUES_A_DEVIATION

BLOCK = 8


class Sources(NamedTuple):
    """Places where the source may be, of equal probability: the accessible ones of a grid of midpoints."""

    axis: Float[np.ndarray, " nodes"]
    free: Bool[np.ndarray, "nodes nodes"]


def sources(buildings: list[Building], nodes: int) -> Sources:
    """The uniform prior over the accessible region, `nodes` a side; LayoutError where none is accessible."""
    axis = layout.cell_centres(nodes)
    free = layout.accessible(buildings, np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1))
    if not free.any():
        raise layout.LayoutError(f"none of {nodes} x {nodes} places of the prior is accessible")
    return Sources(axis, free)


def sensors(buildings: list[Building], nodes: int):
    """(axis (nodes,), whether a sensor may stand there (nodes, nodes)): from wall to wall, none in a building."""
    axis = np.linspace(0.0, 1.0, nodes).round(12)
    return axis, layout.accessible(buildings, np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1))


def readings(
    respond: adjoint_diffusion.Response, places: Float[np.ndarray, "sensors 2"], prior: Sources, source: dict
) -> Float[np.ndarray, "sensors places"]:
    """What sensors read of the source at every place of the prior; source: strength and width."""
    weights = respond.weights(places)
    every = adjoint_diffusion.readings(weights, prior.axis, prior.axis, source["strength"], source["width"])
    return every[:, prior.free]


def values_needed(readings: Float[np.ndarray, "sensors places"], noise: float) -> int:
    """Points of the rule over a sensor's data that every one of these sensors can do with, rounded up."""
    spread = np.ptp(readings, axis=1).max() / noise
    return 32 * int(np.ceil(VALUES_A_DEVIATION * (spread + 2 * NOISE_REACH) / 32))


def exact_moments(noise: float, places: int, values: int) -> Callable[[Float[AnyArray, "sensors places"]], Moments]:
    """Readings of sensors → U and V of each, (sensors,), over equally probable places, by quadrature over the datum.

    values: points of that quadrature, at least `values_needed`. Compiled: to be called with readings of one shape.
    """
    own, weights = gaussian_noise.independent(noise, 1), jnp.full(places, 1 / places)
    way = marginals.pairwise(own, BLOCK)

    def one(predictions):
        return information_gains.moments(information_gains.tabulated(predictions[:, None], weights, own, way, values))

    return jax.jit(lambda readings: jax.lax.map(one, readings))
