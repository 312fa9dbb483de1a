"""Diffusion with zero-flux walls in the unit square with buildings: u_t = ∇²u + S(·; θ)
(mean_variance Eq. 44).

The field is zero at first. Second-order finite volumes on cells × cells, and the Peaceman–Rachford
splitting, of second order in time for a source that does not change.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Float32

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.diffusion import adjoint_solution, layout
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource

Fields = Float[AnyArray, "cells cells sources"]
Places = Float[AnyArray, "sources 2"]
# many fields are kept in single precision, the sources first
KeptFields = Float32[np.ndarray, "sources cells cells"]


class Lines(NamedTuple):
    """Tridiagonal second differences along the first axis, for every line of the second: (cell,
    line) each.
    """

    below: Float[np.ndarray, "cells lines"]
    on: Float[np.ndarray, "cells lines"]
    above: Float[np.ndarray, "cells lines"]


class Elimination(NamedTuple):
    """1 − step·A, ready to be solved line by line: (cell, line, 1) each."""

    carried: Float[np.ndarray, "cells lines 1"]
    scale: Float[np.ndarray, "cells lines 1"]
    back: Float[np.ndarray, "cells lines 1"]


def differences(free: Bool[np.ndarray, "cells cells"]) -> tuple[Lines, Lines]:
    """Second differences along x and along y; no flux through outer walls or into buildings, none
    inside them.
    """
    return _along(free), _along(free.T)


def _along(free) -> Lines:
    """Exchange along the first axis: a cell loses to each free neighbour what that gains."""
    cells = len(free)
    flux = np.zeros((cells + 1, cells))
    flux[1:-1] = (free[1:] & free[:-1]) * cells**2
    low, high = flux[:-1], flux[1:]
    return Lines(low, -(low + high), high)


def applied(lines: Lines, values: Fields) -> Fields:
    """The second differences of values along the first axis."""
    before = jnp.pad(values[:-1], ((1, 0), (0, 0), (0, 0)))
    after = jnp.pad(values[1:], ((0, 1), (0, 0), (0, 0)))
    return (
        lines.below[..., None] * before
        + lines.on[..., None] * values
        + lines.above[..., None] * after
    )


def eliminated(lines: Lines, step: float) -> Elimination:
    """1 − step·A after Gaussian elimination, which is the same in every time step; it is diagonally
    dominant.
    """
    below, on, above = -step * lines.below, 1 - step * lines.on, -step * lines.above
    scale, back = np.zeros_like(on), np.zeros_like(on)
    for cell in range(len(on)):
        scale[cell] = 1 / (on[cell] - below[cell] * (back[cell - 1] if cell else 0))
        back[cell] = above[cell] * scale[cell]
    return Elimination(*(part[..., None] for part in (below * scale, scale, back)))


def solved(elimination: Elimination, values: Fields) -> Fields:
    """(1 − step·A)⁻¹ values: once through the cells and back, all lines and sources together.

    Five times as fast as jax.lax.linalg.tridiagonal_solve, which eliminates anew for every call.
    """

    def onward(last, cell):
        value, carried, scale = cell
        here = scale * value - carried * last
        return here, here

    def backward(last, cell):
        value, back = cell
        here = value - back * last
        return here, here

    first = jnp.zeros_like(values[0])
    _, forward = jax.lax.scan(onward, first, (values, elimination.carried, elimination.scale))
    return jax.lax.scan(backward, first, (forward, elimination.back), reverse=True)[1]


def evolve(
    free: Bool[np.ndarray, "cells cells"], sources: Fields, time: float, steps: int
) -> Fields:
    """The fields at a time, from zero, of sources that do not change: all of them in one go.

    (1 − τA_x/2) u* = (1 + τA_y/2) u + τS/2, then the same with x and y exchanged: mass is kept
    exactly.
    """
    half = 0.5 * time / steps
    along_x, along_y = differences(free)
    over_x, over_y = eliminated(along_x, half), eliminated(along_y, half)
    driven = half * sources * free[..., None]

    def turned(values):
        return jnp.swapaxes(values, 0, 1)

    def step(field, _):
        """The field one time step later."""
        explicit = field + half * turned(applied(along_y, turned(field))) + driven
        middle = solved(over_x, explicit)
        # (1 + τA_x/2) u* = 2u* − (1 − τA_x/2) u*
        explicit = 2 * middle - explicit + driven
        return turned(solved(over_y, turned(explicit))), None

    field, _ = jax.lax.scan(step, jnp.zeros_like(driven), None, length=steps)
    return field


def gaussian_sources(cells: int, centres: Places, source: GaussianSource) -> Fields:
    """The sources at the cells' centres; what falls outside the walls is lost (Eq. 45)."""
    axis = (jnp.arange(cells) + 0.5) / cells
    bell = source.profile(axis[:, None, None] - centres.T[None])
    return source.peak * bell[:, None, 0] * bell[None, :, 1]


@dataclass(frozen=True, eq=False)
class FieldSolver:
    """Fields of many sources at a time, `together` in one go, in so many steps."""

    free: Bool[np.ndarray, "cells cells"]
    source: GaussianSource
    time: float
    steps: int
    together: int

    def __call__(self, places: Places) -> KeptFields:
        """The fields of sources at these places; compiled once, at the first call."""
        fields = np.zeros((len(places), *self.free.shape), np.float32)
        for start in range(0, len(places), self.together):
            some = np.asarray(places[start : start + self.together])
            # always the same number, so that one compiled function serves all
            padded = np.resize(some, (self.together, 2))
            fields[start : start + len(some)] = self._solved(padded)[: len(some)]
        return fields

    @partial(jax.jit, static_argnums=0)
    def _solved(self, places):
        sources = gaussian_sources(len(self.free), places, self.source)
        return jnp.moveaxis(evolve(self.free, sources, self.time, self.steps), 2, 0)


def field_solver(buildings: list[Building], settings: dict) -> FieldSolver:
    """The solver of a layout; settings: source, time, solver. LayoutError where its grid does not
    suit the buildings.
    """
    block = settings["solver"]
    return FieldSolver(
        free=layout.open_cells(buildings, block["cells"]),
        source=GaussianSource(**settings["source"]),
        time=settings["time"],
        steps=block["steps"],
        together=block["together"],
    )


def read(
    free: Bool[np.ndarray, "cells cells"],
    fields: KeptFields,
    points: Float[np.ndarray, "points 2"],
) -> Float[np.ndarray, "sources points"]:
    """Fields at points by bilinear interpolation, from the cells around them alone."""
    weights = adjoint_solution.interpolation(free, points)
    used = np.unique(weights.indices)
    columns = np.flatnonzero(free)[used]
    return fields.reshape(len(fields), -1)[:, columns] @ weights[used]
