"""What is known of a plume's discrepancy before any data: near the weights it starts from, and
small far from the source.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.discrepancy_network import Weights
from boed.systems.plume.sources import Source
from boed.systems.weight_prior import Gaussian, Penalty, Sum

SourceOfWeights = Callable[[Weights], Source]
DIRECTIONS = 12


@dataclass(frozen=True, eq=False)
class Decay:
    """One pseudo-observation that the network vanishes far from the source: ½·precision·mean of its
    squares.

    radii: distances from the source centre at which it is held, in 12 directions each, length;
    precision in (concentration/time)⁻².
    """

    source: SourceOfWeights
    radii: list[float]
    precision: float

    def __call__(self, weights: Weights) -> Float[AnyArray, ""]:
        offsets, _ = circles(self.radii)
        return 0.5 * self.precision * jnp.mean(self.source(weights).smooth(offsets) ** 2)


@dataclass(frozen=True, eq=False)
class OutwardGrowth:
    """½·precision·mean of max(0, ∂|NN|/∂r)²: its size must not grow outwards (active_learning
    §3.2).

    The text proposes to penalise the positive outward gradient of the network itself. A correction
    that is negative at the source, as here where the modelled source is too strong, has to rise on
    its way to zero: the gradient of its magnitude makes it decay whatever its sign. radii: as in
    `Decay`; precision in (concentration/(time·length))⁻².
    """

    source: SourceOfWeights
    radii: list[float]
    precision: float

    def __call__(self, weights: Weights) -> Float[AnyArray, ""]:
        offsets, outward = circles(self.radii)
        values, slopes = jax.jvp(self.source(weights).smooth, (offsets,), (outward,))
        rising = jnp.maximum(jnp.sign(values) * slopes, 0.0)
        return 0.5 * self.precision * jnp.mean(rising**2)


FORMS = {"vanishing": Decay, "outward_growth": OutwardGrowth}


def circles(radii: list[float]) -> tuple[Float[AnyArray, "points 2"], Float[AnyArray, "points 2"]]:
    """Offsets on circles of these radii, in 12 directions each, and the outward unit vectors."""
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    offsets = np.multiply.outer(np.asarray(radii), circle).reshape(-1, 2)
    return jnp.asarray(offsets), jnp.asarray(np.tile(circle, (len(radii), 1)))


def penalty(
    settings: dict, source: SourceOfWeights, mean: Weights, last: float | None = None
) -> Penalty:
    """Sum of the priors that the settings `calibration` ask for, around the weights before any
    calibration.

    last: precision of the last weight, where that is no weight of the network.
    """
    precision = jnp.full(mean.size, settings["weight_precision"])
    terms = [Gaussian(mean, precision if last is None else precision.at[-1].set(last))]
    if settings["decay_precision"] > 0:
        form = FORMS[settings["decay_form"]]
        terms.append(form(source, settings["decay_radii"], settings["decay_precision"]))
    return Sum(tuple(terms))
