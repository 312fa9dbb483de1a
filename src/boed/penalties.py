"""What is known of the discrepancy's weights before any data, as negative log priors."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.network import Weights
from boed.sources import Source

Penalty = Callable[[Weights], Float[AnyArray, ""]]
DIRECTIONS = 12


def gaussian(mean: Weights, precision: float | Float[AnyArray, " weights"]) -> Penalty:
    """−log N(weights; mean, 1/precision) up to a constant; precision, of all weights or of each: 0 is no prior."""
    return lambda weights: 0.5 * jnp.sum(precision * (weights - mean) ** 2)


def decay(source: Callable[[Weights], Source], radii: list[float], precision: float) -> Penalty:
    """One pseudo-observation that the network vanishes far from the source: ½·precision·mean of its squares.

    radii: distances from the source centre at which it is held, in 12 directions each, length; precision in
    (concentration/time)⁻².
    """
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    offsets = jnp.asarray(np.multiply.outer(np.asarray(radii), circle).reshape(-1, 2))
    return lambda weights: 0.5 * precision * jnp.mean(source(weights).smooth(offsets) ** 2)


def penalty(settings: dict, source: Callable[[Weights], Source], mean: Weights, last: float | None = None) -> Penalty:
    """Sum of the priors that the settings `calibration` ask for, around the weights before any calibration.

    last: precision of the last weight, where that is no weight of the network.
    """
    precision = jnp.full(mean.size, settings["weight_precision"])
    terms = [gaussian(mean, precision if last is None else precision.at[-1].set(last))]
    if settings["decay_precision"] > 0:
        terms.append(decay(source, settings["decay_radii"], settings["decay_precision"]))
    return lambda weights: sum(term(weights) for term in terms)
