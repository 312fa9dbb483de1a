"""The most probable source position, finer than the cells of a belief."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.belief import Cells, LogBelief


def spline_matrix(count: int, places) -> Float[np.ndarray, "places count"]:
    """Values at `places` of the not-a-knot cubic splines through the unit vectors at 0 … count − 1, as columns.

    In truncated powers, which serve for few nodes; importing SciPy's splines would take a job half a second.
    """
    knots = np.arange(2, count - 2)

    def powers(x):
        return np.column_stack([np.power.outer(x, np.arange(4)), np.maximum(np.subtract.outer(x, knots), 0.0) ** 3])

    return powers(np.asarray(places)) @ np.linalg.inv(powers(np.arange(float(count))))


def most_probable(belief: LogBelief, cells: Cells, window: int, refinement: int) -> Float[AnyArray, "2"]:
    """MAP position: the top cell, refined by a cubic through its window × window neighbours.

    The cubic interpolates log probabilities, in which a Gaussian belief is a parabola however narrow it
    is, on a refinement × refinement sub-grid. At the domain's edge the window is shifted inwards.
    """
    top = jnp.unravel_index(jnp.argmax(belief), belief.shape)
    corner = [jnp.clip(i - window // 2, 0, n - window) for i, n in zip(top, belief.shape, strict=True)]
    patch = jax.lax.dynamic_slice(belief, corner, (window, window))
    patch = jnp.maximum(patch, jnp.max(patch) - 700.0)
    fine = np.linspace(0, window - 1, refinement)
    cubic = spline_matrix(window, fine)
    best = jnp.unravel_index(jnp.argmax(cubic @ patch @ cubic.T), (refinement, refinement))
    cells = [jnp.asarray(axis) for axis in cells]
    steps = [(axis[-1] - axis[0]) / (axis.size - 1) for axis in cells]
    return jnp.stack(
        [axis[c] + jnp.asarray(fine)[b] * h for axis, c, b, h in zip(cells, corner, best, steps, strict=True)]
    )
