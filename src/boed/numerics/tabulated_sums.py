"""Sums of many Gaussians of one variable at many points, from a table: as functions of the point
they are smooth, so that polynomials between few points give them all.

The panels of the table are narrow where Gaussians that count are. What the polynomials leave out is
seen in their last coefficients: where it would be more than rounding, all pairs are summed instead.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.numerics.gaussian_sums import Gaussians, Points, Sums, gaussian_sums

# nodes of a panel, and its greatest width in deviations of a Gaussian that counts there
NODES, WIDTH = 16, 0.8
# how far from its centre a Gaussian counts, in deviations
REACH = 6.0
# the last coefficients of every panel, as part of its largest
TOLERANCE = 1e-12
# in rising order on [−1, 1]
CHEBYSHEV = -np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
# values at the nodes → coefficients of Chebyshev polynomials
TRANSFORM = np.linalg.inv(np.polynomial.chebyshev.chebvander(CHEBYSHEV, NODES - 1)).T


def panels_needed(
    centres: Float[np.ndarray, " gaussians"], deviations: Float[np.ndarray, " gaussians"], most: int
) -> int:
    """Panels that reach from the least to the greatest point where these Gaussians count; one more
    than `most` where that many do not.
    """
    here, end = np.min(centres - REACH * deviations), np.max(centres + REACH * deviations)
    for count in range(most + 1):
        if here >= end:
            return count
        here = here + _width(here, centres, deviations, np)
    return most + 1


@partial(jax.jit, static_argnums=(2, 3))
def tabulated_sums(points: Points, gaussians: Gaussians, panels: int, block: int) -> Sums:
    """The sums of `gaussian_sums` at points (n, 1), from so many panels where they are enough.

    Under vmap over more than weights both ways are computed, and one of them taken.
    """
    edges = jax.lax.stop_gradient(_edges(points[:, 0], gaussians, panels))
    table = gaussian_sums(_nodes(edges).reshape(-1, 1), gaussians, block)
    level, coefficients = _coefficients(Sums(*(part.reshape(panels, NODES) for part in table)))
    panel = jnp.searchsorted(edges[1:-1], points[:, 0], side="right")
    fits = edges[-1] > jnp.max(points)
    return jax.lax.cond(
        fits & _exact(panel, jax.lax.stop_gradient(coefficients)),
        lambda: _interpolated(
            _place(points[:, 0], panel, edges), level[panel], coefficients[panel]
        ),
        lambda: gaussian_sums(points, gaussians, block),
    )


def _width(here, centres, deviations, xp):
    """How wide a panel that begins here may be: in Gaussians that count here, and up to those that
    count further on.
    """
    further = xp.maximum(WIDTH * deviations, centres - REACH * deviations - here)
    widest = xp.min(xp.where(centres + REACH * deviations >= here, further, np.inf))
    # behind the last one
    return xp.where(xp.isfinite(widest), widest, WIDTH * xp.max(deviations))


def _edges(points, gaussians, panels):
    """Edges of the panels, (panels + 1,), from the least point on."""
    centres, deviations = gaussians.centres[:, 0], gaussians.deviations[:, 0]

    def further(here, _):
        there = here + _width(here, centres, deviations, jnp)
        return there, there

    first = jnp.min(points)
    return jnp.concatenate([first[None], jax.lax.scan(further, first, length=panels)[1]])


def _middles(edges):
    """Middles and half widths of the panels."""
    return (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2


def _nodes(edges):
    middle, half = _middles(edges)
    return middle[:, None] + half[:, None] * CHEBYSHEV


def _coefficients(table):
    """(level (panels,), coefficients (panels, nodes, 2)) of both sums without their logarithm, over
    exp(level), which is the greatest in the panel.
    """
    level = jax.lax.stop_gradient(jnp.max(table.log_sum, axis=1))
    total = jnp.exp(table.log_sum - level[:, None])
    both = jnp.stack([total, total * table.mean], axis=-1)
    return level, jnp.einsum("pjs,jn->pns", both, TRANSFORM)


def _exact(panel, coefficients):
    """Whether the polynomials of the panels that hold points leave nothing out."""
    size = jnp.abs(coefficients)
    exact = jnp.max(size[:, -2:], axis=1) <= TOLERANCE * jnp.max(size, axis=1)
    return jnp.all(exact[panel])


def _place(points, panel, edges):
    """Where in their panels points are, from −1 to 1."""
    middle, half = _middles(edges)
    return (points - middle[panel]) / half[panel]


def _interpolated(place, level, coefficients):
    """Both sums at places in panels, whose levels and coefficients are given for each point."""
    polynomials = [jnp.ones_like(place), place]
    for _ in range(NODES - 2):
        polynomials.append(2 * place * polynomials[-1] - polynomials[-2])
    total, weighted = jnp.einsum("ni,ins->si", jnp.stack(polynomials), coefficients)
    # where the panels are not enough, what is not used must have a slope all the same
    total = jnp.where(total > 0, total, 1.0)
    return Sums(level + jnp.log(total), weighted / total)
