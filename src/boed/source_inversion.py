"""Locating a source of contaminant with sensors: information gains by adjoint solutions, for one without sampling."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

import boed.runtime  # noqa: F401
from boed import adjoint_diffusion, gaussian_noise, information_gains, layout, marginals
from boed.arrays import AnyArray
from boed.information_gains import Moments
from boed.layout import Building
from boed.standard_errors import uniform
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


def modes_for(readings: Float[np.ndarray, "sensors places"], noise: float) -> int:
    """Fourier modes with room for what any of these sensors reads and a quarter more: searches go on between them."""
    return marginals.modes_needed(1.25 * np.ptp(readings, axis=1).max() / noise + 2 * NOISE_REACH)


def sampled_moments(
    noise: float, places: int, modes: int
) -> Callable[
    [Float[AnyArray, "sensors places"], Int[AnyArray, " outcomes"], Float[AnyArray, "outcomes sensors"]], Moments
]:
    """(readings of up to two sensors, true places, standard normal numbers) → U and V over these outcomes together.

    The evidence of an outcome is a sum over all places, not over samples, so that only the outcomes scatter; the same
    true places and numbers for all designs are common random samples.
    """
    weights = jnp.full(places, 1 / places)

    @jax.jit
    def evaluate(readings, truths, standard):
        predictions = readings.T
        observed = predictions[truths] + noise * standard
        way = marginals.fast(gaussian_noise.independent(noise, predictions.shape[1]), modes)
        found = way(observed, predictions, weights)
        values = found.mean_log_likelihood - found.log_evidence
        return information_gains.moments(information_gains.Gains(values, uniform(len(truths))))

    return evaluate


def apart(designs: Float[np.ndarray, "designs coordinates"]) -> Float[np.ndarray, "designs sensors 2"]:
    """Designs as lists of numbers → the sensors' places: x and y of the first, then of the second."""
    return np.asarray(designs).reshape(len(designs), -1, 2)


def allowed(buildings: list[Building]) -> Callable[[Float[np.ndarray, "designs coordinates"]], np.ndarray]:
    """Designs → whether all of their sensors stand where they may."""
    return lambda designs: layout.accessible(buildings, apart(designs)).all(axis=1)
