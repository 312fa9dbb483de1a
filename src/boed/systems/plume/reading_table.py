"""What any design within a window reads for a source in every cell, by interpolation in one table
of the plume.

The plume moves with its source, so that a design d reads u(d − θ) for a source at θ: the designs
that a search tries read one function on grids shifted against each other. A table of it, once a
search, replaces an evaluation a design.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.grid_belief import Cells
from boed.systems.plume.plume_solver import Plume, Solution

Design = Float[AnyArray, "2"]
Table = Float[AnyArray, "rows columns"]

# Lagrange interpolation through 6 entries, 4 a grid point of the solver: 1e-7 of the plume's
# greatest value
TAPS = np.arange(-2, 4)
ENTRIES_A_POINT = 4


class Stride(NamedTuple):
    """Along one axis: entries a cell, length between entries, and entries from the first cell to
    the last.
    """

    entries: int
    length: float
    span: int


def strides(cells: Cells, resolution: float) -> list[Stride]:
    """How a table with so many entries a `resolution` of the solver stands to the cells, along each
    axis.
    """
    along = []
    for axis in cells:
        cell = float(axis[-1] - axis[0]) / (axis.size - 1)
        entries = int(np.ceil(ENTRIES_A_POINT * cell / resolution))
        along.append(Stride(entries, cell / entries, entries * (axis.size - 1)))
    return along


def tabulate(plume: Plume, solution: Solution, cells: Cells, lower: Design, reach: float) -> Table:
    """The plume at all offsets from a source in a cell to a design in [lower, lower + reach]².

    solution: the plume around its source.
    """
    offsets = []
    for low, axis, stride in zip(lower, cells, strides(cells, plume.resolution), strict=True):
        count = stride.span + int(np.ceil(reach / stride.length)) + TAPS.size
        offsets.append(low - axis[-1] + stride.length * (np.arange(count) + TAPS[0]))
    return plume.over_centres(solution, jnp.zeros(2), -offsets[0], -offsets[1])


def read(
    plume: Plume, table: Table, cells: Cells, lower: Design, design: Design
) -> Float[AnyArray, "x y"]:
    """Concentration at a design for a source in every cell; differentiable in the design.

    table: that of `tabulate` for the same plume, cells and lower; a design outside its window is
    extrapolated to.
    """
    every = strides(cells, plume.resolution)
    places = (design - lower) / np.array([stride.length for stride in every])
    tops = np.array(table.shape) - TAPS.size - np.array([stride.span for stride in every])
    here = jax.lax.stop_gradient(places)
    entries = jnp.clip(jnp.floor(here).astype(int), 0, tops)

    def along(direction, values, weights):
        """Each cell's neighbours along one axis, summed with the weights."""
        stride = every[direction]
        near = jax.lax.dynamic_slice_in_dim(
            values, entries[direction], stride.span + TAPS.size, direction
        )
        cut = [
            jax.lax.slice_in_dim(near, t, t + stride.span + 1, stride.entries, direction)
            for t in range(TAPS.size)
        ]
        return sum(weight * values for weight, values in zip(weights, cut, strict=True))

    # the derivatives taken beside the value: reverse mode through the slices would cost five times
    # as much
    (by_x, change_x), (by_y, change_y) = (
        jax.jvp(lagrange, (place,), (jnp.ones(()),)) for place in here - entries
    )
    # the table runs along the offset, which falls as the source's position grows
    rows = along(0, table, by_x)
    value, slope_x, slope_y = (
        along(1, *pair)[::-1, ::-1]
        for pair in ((rows, by_y), (along(0, table, change_x), by_y), (rows, change_y))
    )
    return _with_slopes(places, value, slope_x, slope_y)


@jax.custom_jvp
def _with_slopes(places, value, slope_x, slope_y):
    """The value, with these slopes as its derivatives in the places."""
    return value


@_with_slopes.defjvp
def _by_slopes(primals, tangents):
    _, value, slope_x, slope_y = primals
    return value, tangents[1] + slope_x * tangents[0][0] + slope_y * tangents[0][1]


def lagrange(place: Float[AnyArray, ""]) -> list[Float[AnyArray, ""]]:
    """Weights of the values at TAPS in the polynomial through them, at a place between 0 and 1."""
    others = [[other for other in TAPS if other != tap] for tap in TAPS]
    return [
        math.prod((place - other) / (tap - other) for other in rest)
        for tap, rest in zip(TAPS, others, strict=True)
    ]
