"""Locating a source of contaminant with sensors: information gains by adjoint solutions, for one
without sampling.
"""

from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.design import nested_monte_carlo
from boed.design.evidence import NOISE_REACH, FastSums, Pairwise, modes_needed
from boed.design.gain_quadrature import VALUES_A_DEVIATION, tabulated
from boed.design.jackknife import uniform
from boed.design.nested_monte_carlo import Gains, Moments
from boed.inference import gaussian_noise
from boed.inference.gaussian_noise import GaussianNoise
from boed.systems.diffusion import adjoint_solution, layout
from boed.systems.diffusion.forward_models import SensorModel
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource


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
    source: GaussianSource,
) -> Float[np.ndarray, "sensors places"]:
    """What sensors read of the source at every place of the prior."""
    every = adjoint_solution.readings(respond.weights(places), prior.axis, prior.axis, source)
    return every[:, prior.free]


def values_needed(readings: Float[np.ndarray, "*designs places"], noise: float) -> int:
    """Points of the rule over a sensor's data that every one of these sensors can do with, rounded
    up.
    """
    spread = np.ptp(readings, axis=-1).max() / noise
    return 32 * int(np.ceil(VALUES_A_DEVIATION * (spread + 2 * NOISE_REACH) / 32))


@dataclass(frozen=True, eq=False)
class ExactMoments:
    """U and V of designs over equally probable places, by quadrature over the data: so many values
    for each sensor; weights: the places' probabilities.

    Compiled: to be called with readings of one shape.
    """

    noise: GaussianNoise
    weights: Float[AnyArray, " places"]
    values: int

    @partial(jax.jit, static_argnums=0)
    def __call__(self, readings: Float[AnyArray, "designs sensors places"]) -> Moments:
        """U and V of each design, (designs,), from what its sensors read of every place."""
        return jax.lax.map(self._one, readings)

    def _one(self, readings):
        evidence = Pairwise(self.noise)
        return nested_monte_carlo.moments(
            tabulated(readings.T, self.weights, self.noise, evidence, self.values)
        )


def exact_moments(noise: float, sensors: int, places: int, values: int) -> ExactMoments:
    """Of few sensors a design with noise of this deviation; values: at least `values_needed`."""
    return ExactMoments(
        gaussian_noise.independent(noise, sensors), jnp.full(places, 1 / places), values
    )


def exact_utilities(
    model: SensorModel, designs: Float[np.ndarray, "designs sensors 2"], noise: float
) -> Float[np.ndarray, "2 designs"]:
    """U and V of designs by quadrature; model: of all places of the prior."""
    read = np.stack([np.asarray(model(sensors)) for sensors in designs])
    return np.array(exact_moments(noise, *read.shape[1:], values_needed(read, noise))(read))


def modes_for(readings: Float[np.ndarray, "sensors places"], noise: float) -> int:
    """Fourier modes with room for what any of these sensors reads and a quarter more: searches go
    on between them.
    """
    widest = float(np.ptp(readings, axis=1).max())
    return modes_needed(1.25 * widest / noise + 2 * NOISE_REACH)


@dataclass(frozen=True, eq=False)
class SampledGains:
    """Gain of each sample's datum, by the samples themselves; noise: its deviation, modes: at least
    `modes_for` the readings.

    As published: N solutions serve outside and inside. Up to two sensors. The same samples and
    numbers for all designs are common random samples.
    """

    noise: float
    modes: int

    def __call__(
        self,
        readings: Float[AnyArray, "sensors samples"],
        standard: Float[AnyArray, "samples sensors"],
    ) -> Gains:
        """From readings of the sampled places and standard normal numbers."""
        noise = gaussian_noise.independent(self.noise, len(readings))
        evidence, weights = FastSums(noise, self.modes), uniform(len(standard))
        return nested_monte_carlo.gains(
            nested_monte_carlo.of_predictions(readings.T, standard, noise, evidence, weights)
        )


@dataclass(frozen=True, eq=False)
class GriddedGains:
    """Gain of each outcome, by a sum over all places of the prior, not over samples, so that only
    the outcomes scatter; noise: its deviation, modes: at least `modes_for` the readings.
    """

    noise: float
    modes: int

    def __call__(
        self,
        readings: Float[AnyArray, "sensors places"],
        truths: Int[AnyArray, " outcomes"],
        standard: Float[AnyArray, "outcomes sensors"],
    ) -> Gains:
        """From readings of all places, indices of true places, standard normal numbers."""
        noise, predictions = gaussian_noise.independent(self.noise, len(readings)), readings.T
        observed = gaussian_noise.perturbed(noise, predictions[truths], standard)
        weights = uniform(len(predictions))
        marginals = FastSums(noise, self.modes)(observed, predictions, weights)
        gains = marginals.mean_log_likelihood - marginals.log_evidence
        return Gains(gains, uniform(len(truths)))


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
            places[:, list(order)].reshape(designs.shape)
            for order in permutations(range(places.shape[1]))
        ]
    )


def images(
    buildings: list[Building], place: Float[np.ndarray, " 2"], apart: float
) -> Float[np.ndarray, "images 2"]:
    """Where the layout's symmetries take a place, itself first; those nearer than `apart`, no wall
    between, once.
    """
    kept = []
    for symmetry in layout.symmetries(buildings):
        image = layout.moved(symmetry, np.asarray(place))
        near = [other for other in kept if np.linalg.norm(image - other) <= apart]
        if not any(layout.accessible(buildings, (image + other) / 2) for other in near):
            kept.append(image)
    return np.array(kept)


@dataclass(frozen=True, eq=False)
class AccessibleDesigns:
    """Which designs are allowed: those all of whose sensors stand outside of buildings."""

    buildings: list[Building]

    def __call__(
        self, designs: Float[np.ndarray, "designs coordinates"]
    ) -> Bool[np.ndarray, " designs"]:
        """Whether all of a design's sensors stand where they may."""
        return layout.accessible(self.buildings, apart(designs)).all(axis=1)
