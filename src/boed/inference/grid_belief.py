"""Beliefs about the source position: log probabilities of the cells of a grid."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

LogBelief = Float[AnyArray, "x y"]


class Cells(NamedTuple):
    """Positions of the cells along x and y, evenly spaced."""

    x: Float[AnyArray, " x"]
    y: Float[AnyArray, " y"]

    @classmethod
    def square(cls, lower: float, upper: float, count: int) -> "Cells":
        """`count` × `count` cells spanning [lower, upper]²."""
        axis = np.linspace(lower, upper, count)
        return cls(axis, axis)


def uniform(cells: Cells) -> LogBelief:
    """The belief that holds every cell equally probable."""
    shape = (cells.x.size, cells.y.size)
    return np.full(shape, -np.log(np.prod(shape)))


def update(prior: LogBelief, log_likelihood: LogBelief) -> LogBelief:
    """Bayes' theorem in log space; the result sums to one."""
    joint = prior + log_likelihood
    return joint - jax.nn.logsumexp(joint)


def information_gain(posterior: LogBelief, prior: LogBelief) -> Float[AnyArray, ""]:
    """D_KL(posterior ‖ prior) in nats (ad_eki Eq. 2); cells of zero posterior count nothing."""
    probability = jnp.exp(posterior)
    difference = jnp.where(probability > 0, posterior - prior, 0.0)
    return jnp.sum(probability * difference)


def mean(belief: LogBelief, cells: Cells) -> Float[AnyArray, "2"]:
    """Expected source position."""
    probability = jnp.exp(belief)
    return jnp.stack([jnp.sum(probability, 1) @ cells.x, jnp.sum(probability, 0) @ cells.y])


def covariance(belief: LogBelief, cells: Cells) -> Float[AnyArray, "2 2"]:
    """Covariance of the source position."""
    centre = mean(belief, cells)
    probability = jnp.exp(belief)
    dx, dy = cells.x - centre[0], cells.y - centre[1]
    cross = dx @ probability @ dy
    return jnp.array(
        [[jnp.sum(probability, 1) @ dx**2, cross], [cross, jnp.sum(probability, 0) @ dy**2]]
    )


def spread(belief: LogBelief, cells: Cells) -> Float[AnyArray, ""]:
    """σ_eq = (λ₁λ₂)^{1/4} of the covariance, a length (ad_eki Eq. 23)."""
    determinant = jnp.linalg.det(covariance(belief, cells))
    return jnp.maximum(determinant, 0.0) ** 0.25


def credible_level(
    belief: LogBelief, cells: Cells, position: Float[AnyArray, "2"]
) -> Float[AnyArray, ""]:
    """Probability of the smallest credible region that reaches `position`: it is inside the 90 %
    region below 0.9.

    Highest-density regions; the density at the position is interpolated bilinearly between the
    cells around it.
    """
    probability = jnp.exp(belief)
    steps = [(axis[-1] - axis[0]) / (axis.size - 1) for axis in cells]
    place = [(p - axis[0]) / h for p, axis, h in zip(position, cells, steps, strict=True)]
    here = jax.scipy.ndimage.map_coordinates(probability, place, order=1, mode="nearest")
    return jnp.sum(jnp.where(probability > here, probability, 0.0))
