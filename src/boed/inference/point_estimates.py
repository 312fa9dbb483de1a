"""One point for a belief about the source: where a calibration holds it (active_learning Eq. 8,
10–11).
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.map_estimate import map_estimate, triangulated

Point = Float[AnyArray, "2"]


def _mean_of(values: LogBelief, cells: Cells, count: int, least: Scalar | float) -> Point:
    """Mean position of the `count` cells of greatest value, of those not below `least`."""
    found, index = jax.lax.top_k(values.ravel(), count)
    kept = found >= least
    rows, columns = jnp.unravel_index(index, values.shape)
    positions = jnp.stack([jnp.asarray(cells.x)[rows], jnp.asarray(cells.y)[columns]], axis=-1)
    return kept @ positions / jnp.sum(kept)


def top_cells(belief: LogBelief, cells: Cells, count: int) -> Point:
    """Mean position of the `count` most probable cells, as the authors' code estimates it."""
    return _mean_of(belief, cells, count, -jnp.inf)


def local_maxima(belief: LogBelief, cells: Cells, count: int, least_share: float) -> Point:
    """Mean position of the `count` best local maxima (Eq. 10–11): cells above all eight around
    them.

    least_share: of the best one's probability that a maximum must have to count, 1; where less
    count, their mean.
    """
    around = jax.lax.reduce_window(belief, -jnp.inf, jax.lax.max, (3, 3), (1, 1), "SAME")
    best = jnp.max(belief)
    return _mean_of(
        jnp.where(belief >= around, belief, -jnp.inf), cells, count, best + jnp.log(least_share)
    )


def estimate(settings: dict, cells: Cells) -> Callable[[LogBelief], Point]:
    """The estimate that the settings `calibration` name; of a belief drawn from, where the draws
    begin: its MAP.
    """
    block, grid = settings["calibration"], settings["belief"]
    mode, window, refinement = map_estimate(grid, cells), grid["map_window"], grid["map_refinement"]
    return {
        "map": mode,
        "belief": mode,
        "top_cells": lambda belief: top_cells(belief, cells, block["peaks"]),
        "refined_top_cells": lambda belief: triangulated(
            belief, cells, window, refinement, block["peaks"]
        ),
        "local_maxima": lambda belief: local_maxima(
            belief, cells, block["peaks"], block["least_share"]
        ),
    }[block["centres"]]
