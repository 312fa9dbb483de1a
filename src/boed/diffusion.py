"""Diffusion with zero-flux walls in the unit square with buildings: u_t = ∇²u + S(·; θ) (mean_variance Eq. 44).

The field is zero at first. Second-order finite volumes on cells × cells, and the Peaceman–Rachford splitting, of second
order in time for a source that does not change.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.lax.linalg import tridiagonal_solve
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Fields = Float[AnyArray, "cells cells sources"]


class Lines(NamedTuple):
    """Tridiagonal second differences along the first axis, for every line of the second: (line, cell) each."""

    below: Float[AnyArray, "lines cells"]
    on: Float[AnyArray, "lines cells"]
    above: Float[AnyArray, "lines cells"]


def differences(free: Bool[np.ndarray, "cells cells"]) -> tuple[Lines, Lines]:
    """Second differences along x and along y; no flux through outer walls or into buildings, none inside them."""
    return _along(free), _along(free.T)


def _along(free) -> Lines:
    cells = len(free)
    flux = np.zeros((cells + 1, cells))
    flux[1:-1] = (free[1:] & free[:-1]) * cells**2
    low, high = flux[:-1].T, flux[1:].T
    return Lines(jnp.asarray(low), jnp.asarray(-(low + high)), jnp.asarray(high))


def applied(lines: Lines, values: Float[AnyArray, "lines cells sources"]):
    """The second differences of values."""
    before = jnp.pad(values[:, :-1], ((0, 0), (1, 0), (0, 0)))
    after = jnp.pad(values[:, 1:], ((0, 0), (0, 1), (0, 0)))
    return lines.below[..., None] * before + lines.on[..., None] * values + lines.above[..., None] * after


def solved(lines: Lines, step: float, values: Float[AnyArray, "lines cells sources"]):
    """(1 − step·A)⁻¹ values, line by line."""
    return tridiagonal_solve(-step * lines.below, 1 - step * lines.on, -step * lines.above, values)


def evolve(free: Bool[np.ndarray, "cells cells"], sources: Fields, time: float, steps: int) -> Fields:
    """The fields at a time, from zero, of sources that do not change: all of them in one go.

    (1 − τA_x/2) u* = (1 + τA_y/2) u + τS/2, then the same with x and y exchanged: mass is kept exactly.
    """
    along_x, along_y = differences(free)
    half = 0.5 * time / steps
    # lines along y are the first axis, as fields have it; those along x are the second
    turned = lambda values: jnp.swapaxes(values, 0, 1)  # noqa: E731
    driven = half * sources * jnp.asarray(free)[..., None]

    def step(field, _):
        explicit = field + half * applied(along_y, field) + driven
        middle = turned(solved(along_x, half, turned(explicit)))
        explicit = middle + half * turned(applied(along_x, turned(middle))) + driven
        return solved(along_y, half, explicit), None

    field, _ = jax.lax.scan(step, jnp.zeros_like(driven), None, length=steps)
    return field


def gaussian_sources(cells: int, centres: Float[AnyArray, "sources 2"], strength: float, width: float) -> Fields:
    """S = s/(2πh²)·exp(−|θ − z|²/(2h²)) at the cells' centres; what falls outside the walls is lost (Eq. 45)."""
    axis = (jnp.arange(cells) + 0.5) / cells
    bell = jnp.exp(-0.5 * ((axis[:, None, None] - centres.T[None]) / width) ** 2)
    return strength / (2 * jnp.pi * width**2) * bell[:, None, 0] * bell[None, :, 1]
