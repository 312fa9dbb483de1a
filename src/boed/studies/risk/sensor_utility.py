"""Locating a source of contaminant with sensors: information gains by adjoint solutions, for one
without sampling.
"""

from collections.abc import Callable
from itertools import permutations
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.design import evidence, nested_monte_carlo
from boed.design.estimators import NOISE_REACH, VALUES_A_DEVIATION
from boed.design.jackknife import uniform
from boed.design.nested_monte_carlo import Gains, Moments
from boed.inference import gaussian_noise
from boed.systems.diffusion import adjoint_solution, layout
from boed.systems.diffusion.layout import Building

BLOCK = 8


class Sources(NamedTuple):
    """Places where the source may be, of equal probability: the accessible ones of a grid of
    midpoints.
    """

    axis: Float[np.ndarray, " nodes"]
    free: Bool[np.ndarray, "nodes nodes"]

    @property
    def places(self) -> Float[np.ndarray, "places 2"]:
        """Their coordinates, x slower than y."""
        return np.stack(np.meshgrid(self.axis, self.axis, indexing="ij"), axis=-1)[self.free]


def sources(buildings: list[Building], nodes: int) -> Sources:
    """The uniform prior over the accessible region, `nodes` a side; LayoutError where none is
    accessible.
    """
    axis = layout.cell_centres(nodes)
    free = layout.accessible(buildings, np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1))
    if not free.any():
        raise layout.LayoutError(f"none of {nodes} x {nodes} places of the prior is accessible")
    return Sources(axis, free)


def readings(
    respond: adjoint_solution.Response,
    places: Float[np.ndarray, "sensors 2"],
    prior: Sources,
    source: dict,
) -> Float[np.ndarray, "sensors places"]:
    """What sensors read of the source at every place of the prior; source: strength and width."""
    weights = respond.weights(places)
    every = adjoint_solution.readings(
        weights, prior.axis, prior.axis, source["strength"], source["width"]
    )
    return every[:, prior.free]


def values_needed(readings: Float[np.ndarray, "*designs places"], noise: float) -> int:
    """Points of the rule over a sensor's data that every one of these sensors can do with, rounded
    up.
    """
    spread = np.ptp(readings, axis=-1).max() / noise
    return 32 * int(np.ceil(VALUES_A_DEVIATION * (spread + 2 * NOISE_REACH) / 32))


def exact_moments(
    noise: float, sensors: int, places: int, values: int
) -> Callable[[Float[AnyArray, "designs sensors places"]], Moments]:
    """Readings of designs → U and V of each, (designs,), over equally probable places, by
    quadrature over the data.

    sensors: of one design, few; values: points of that quadrature for each, at least
    `values_needed`. Compiled: to be called with readings of one shape.
    """
    own, weights = gaussian_noise.independent(noise, sensors), jnp.full(places, 1 / places)
    way = evidence.pairwise(own, BLOCK)

    def one(predictions):
        return nested_monte_carlo.moments(
            nested_monte_carlo.tabulated(predictions.T, weights, own, way, values)
        )

    return jax.jit(lambda readings: jax.lax.map(one, readings))


def exact_utilities(
    model: Callable[[Float[AnyArray, "sensors 2"]], Float[AnyArray, "sensors places"]],
    designs: Float[np.ndarray, "designs sensors 2"],
    noise: float,
) -> Float[np.ndarray, "2 designs"]:
    """U and V of designs by quadrature; model: sensors → their readings of all places
    of the prior.
    """
    read = np.stack([np.asarray(model(own)) for own in designs])
    return np.array(exact_moments(noise, *read.shape[1:], values_needed(read, noise))(read))


def modes_for(readings: Float[np.ndarray, "sensors places"], noise: float) -> int:
    """Fourier modes with room for what any of these sensors reads and a quarter more: searches go
    on between them.
    """
    return evidence.modes_needed(1.25 * np.ptp(readings, axis=1).max() / noise + 2 * NOISE_REACH)


def sampled_gains(
    noise: float, modes: int
) -> Callable[[Float[AnyArray, "sensors samples"], Float[AnyArray, "samples sensors"]], Gains]:
    """(readings of sampled places, standard normal numbers) → gain of each sample's datum, by the
    samples themselves.

    As published: N solutions serve outside and inside. Up to two sensors. The same samples and
    numbers for all designs are common random samples.
    """

    def evaluate(readings, standard):
        own = gaussian_noise.independent(noise, len(readings))
        way, weights = evidence.fast(own, modes), uniform(len(standard))
        return nested_monte_carlo.gains(
            nested_monte_carlo.of_predictions(readings.T, standard, own, way, weights)
        )

    return evaluate


def gridded_gains(
    noise: float, modes: int
) -> Callable[
    [
        Float[AnyArray, "sensors places"],
        Int[AnyArray, " outcomes"],
        Float[AnyArray, "outcomes sensors"],
    ],
    Gains,
]:
    """(readings of all places, true places, standard normal numbers) → gain of each outcome.

    The evidence is a sum over all places of the prior, not over samples, so that only the outcomes
    scatter.
    """

    def evaluate(readings, truths, standard):
        """The gains of these outcomes."""
        own, predictions = gaussian_noise.independent(noise, len(readings)), readings.T
        observed = gaussian_noise.perturbed(own, predictions[truths], standard)
        found = evidence.fast(own, modes)(observed, predictions, uniform(len(predictions)))
        return Gains(found.mean_log_likelihood - found.log_evidence, uniform(len(truths)))

    return evaluate


@jax.jit
def posteriors(
    readings: Float[AnyArray, "sensors places"],
    data: Float[AnyArray, "outcomes sensors"],
    noise: Scalar,
) -> Float[AnyArray, "outcomes places"]:
    """Probability of every place after each datum, (outcomes, places); places equally probable
    before.
    """
    distance = jnp.sum((data[:, :, None] - readings) ** 2, axis=1)
    return jax.nn.softmax(-0.5 * distance / noise**2, axis=1)


def gains_of(posterior: Float[AnyArray, "outcomes places"]) -> Float[AnyArray, " outcomes"]:
    """Information gain of posteriors over a uniform prior, D_KL by the sum over its places, nat."""
    return jnp.log(posterior.shape[1]) + jnp.sum(
        jax.scipy.special.xlogy(posterior, posterior), axis=1
    )


def apart(
    designs: Float[np.ndarray, "designs coordinates"],
) -> Float[np.ndarray, "designs sensors 2"]:
    """Designs as lists of numbers → the sensors' places: x and y of the first, then of
    the second.
    """
    return np.asarray(designs).reshape(len(designs), -1, 2)


def exchanged(
    designs: Float[np.ndarray, "designs coordinates"],
) -> Float[np.ndarray, "orders designs coordinates"]:
    """Designs with their sensors in every order: all of one design are the same experiment."""
    places = apart(designs)
    return np.stack(
        [
            places[:, list(own)].reshape(designs.shape)
            for own in permutations(range(places.shape[1]))
        ]
    )


def images(
    buildings: list[Building], place: Float[np.ndarray, " 2"], apart: float
) -> Float[np.ndarray, "images 2"]:
    """Where the layout's symmetries take a place, itself first; those nearer than `apart`, no wall
    between, once.
    """
    found = []
    for own in layout.symmetries(buildings):
        image = layout.moved(own, np.asarray(place))
        near = [other for other in found if np.linalg.norm(image - other) <= apart]
        if not any(layout.accessible(buildings, (image + other) / 2) for other in near):
            found.append(image)
    return np.array(found)


def allowed(
    buildings: list[Building],
) -> Callable[[Float[np.ndarray, "designs coordinates"]], np.ndarray]:
    """Designs → whether all of their sensors stand where they may."""
    return lambda designs: layout.accessible(buildings, apart(designs)).all(axis=1)
