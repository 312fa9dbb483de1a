"""The most probable parameters, finer than the cells of a belief."""

from collections.abc import Callable
from functools import cache, partial
from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray
from boed.inference.grid_belief import Cells, LogBelief, Position

# of settings `belief` that say nothing of it
DEFAULTS = {"map_window": 5, "map_refinement": 50, "map_interpolation": "log_cubic"}


@runtime_checkable
class PointEstimate(Protocol):
    """One point for a belief about the parameters."""

    def __call__(self, belief: LogBelief) -> Position:
        """The point that stands for the belief."""


def spline_matrix(count: int, places) -> Float[np.ndarray, "places count"]:
    """Values at `places` of the not-a-knot cubic splines through the unit vectors at 0 … count − 1,
    as columns.

    In truncated powers, which serve for few nodes; importing SciPy's splines would take a job half
    a second.
    """
    knots = np.arange(2, count - 2)

    def powers(x):
        return np.column_stack(
            [np.power.outer(x, np.arange(4)), np.maximum(np.subtract.outer(x, knots), 0.0) ** 3]
        )

    return powers(np.asarray(places)) @ np.linalg.inv(powers(np.arange(float(count))))


def most_probable(belief: LogBelief, cells: Cells, window: int, refinement: int) -> Position:
    """MAP position: the top cell, refined by a cubic through `window` neighbours along each axis.

    The cubic interpolates log probabilities, in which a Gaussian belief is a parabola however
    narrow it is, on a sub-grid of `refinement` points along each axis. At the domain's edge the
    window is shifted inwards.
    """
    cubic = spline_matrix(window, np.linspace(0, window - 1, refinement))

    def surface(patch):
        for axis in range(patch.ndim - 1):
            patch = jnp.moveaxis(cubic @ jnp.moveaxis(patch, axis, -2), -2, axis)
        return patch @ cubic.T

    return _refined(belief, _highest(belief, 1), cells, window, surface)


@cache
def triangulated_matrix(window: int, refinement: int) -> Float[np.ndarray, "fine coarse"]:
    """Values on a sub-grid of the Clough–Tocher interpolants through unit vectors on a window.

    refinement² × window²; SciPy's interpolant is linear in the values, so its columns make every
    other.
    """
    from scipy.interpolate import griddata

    coarse = np.stack(np.meshgrid(*[np.arange(window)] * 2, indexing="ij"), axis=-1)
    fine = np.stack(
        np.meshgrid(*[np.linspace(0, window - 1, refinement)] * 2, indexing="ij"), axis=-1
    )
    points = coarse.reshape(-1, 2)
    return griddata(points, np.eye(len(points)), fine.reshape(-1, 2), method="cubic")


def triangulated(
    belief: LogBelief, cells: Cells, window: int, refinement: int, top: int
) -> Position:
    """The position that the authors' code estimates from a belief about two parameters.

    The mean index of the `top` most probable cells, cut to whole cells; about it the highest point
    of the Clough–Tocher interpolant of the probabilities of window × window cells, on a refinement
    × refinement sub-grid. At the domain's edge the window is shifted inwards, where theirs is cut.
    Raises ValueError for other than two parameters.
    """
    if len(cells) != 2:
        raise ValueError(
            f"a triangulated belief has two axes, got {len(cells)} ({', '.join(cells.names)}): "
            "choose map_interpolation log_cubic, and other centres than refined_top_cells"
        )
    matrix = triangulated_matrix(window, refinement)

    def surface(patch):
        values = jnp.exp(patch - jnp.max(patch)).ravel()
        return (matrix @ values).reshape(refinement, refinement)

    return _refined(belief, _highest(belief, top), cells, window, surface)


def map_estimate(grid: dict, cells: Cells) -> PointEstimate:
    """The MAP estimate that the settings `belief` name: log_cubic (ours) or triangulated (the
    authors').
    """
    grid = DEFAULTS | grid
    sizes = {"window": grid["map_window"], "refinement": grid["map_refinement"]}
    return {
        "log_cubic": partial(most_probable, cells=cells, **sizes),
        "triangulated": partial(triangulated, cells=cells, **sizes, top=1),
    }[grid["map_interpolation"]]


def _highest(belief: LogBelief, count: int) -> list[Int[AnyArray, ""]]:
    """Mean index along each axis of the `count` most probable cells, cut to whole cells."""
    _, index = jax.lax.top_k(belief.ravel(), count)
    return [jnp.sum(along) // count for along in jnp.unravel_index(index, belief.shape)]


def _refined(
    belief: LogBelief,
    middle: list[Int[AnyArray, ""]],
    cells: Cells,
    window: int,
    surface: Callable[[Float[AnyArray, "*window"]], Float[AnyArray, "*fine"]],
) -> Position:
    """Where a surface through the window of cells about `middle` is highest.

    surface: log probabilities of a window, as many cells along each axis → values on a sub-grid
    from corner to corner, as many along each axis. Raises ValueError for an axis of fewer cells.
    """
    if min(belief.shape) < window:
        raise ValueError(
            f"the most probable cell is refined by {window} cells along each axis, and the grid "
            f"has {' x '.join(map(str, belief.shape))} (map_window)"
        )
    corner = [
        jnp.clip(i - window // 2, 0, n - window) for i, n in zip(middle, belief.shape, strict=True)
    ]
    patch = jax.lax.dynamic_slice(belief, corner, (window,) * belief.ndim)
    values = surface(jnp.maximum(patch, jnp.max(patch) - 700.0))
    best = jnp.unravel_index(jnp.argmax(values), values.shape)
    fine = jnp.linspace(0, window - 1, values.shape[0])
    axes = [jnp.asarray(axis) for axis in cells]
    return jnp.stack(
        [
            axis[c] + fine[b] * h
            for axis, c, b, h in zip(axes, corner, best, cells.sides, strict=True)
        ]
    )
