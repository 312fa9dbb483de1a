"""One point for a belief about the source: where a calibration holds it (active_learning Eq. 8,
10–11).
"""

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.map_estimate import PointEstimate, map_estimate, triangulated

Point = Float[AnyArray, "2"]


def _mean_of(values: LogBelief, cells: Cells, count: int, least: Scalar | float) -> Point:
    """Mean position of the `count` cells of greatest value, of those not below `least`."""
    greatest, index = jax.lax.top_k(values.ravel(), count)
    kept = greatest >= least
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


def estimate(settings: dict, cells: Cells) -> PointEstimate:
    """The estimate that the settings `calibration` name; of a belief drawn from, where the draws
    begin: its MAP.
    """
    block, grid = settings["calibration"], settings["belief"]
    sizes = {"window": grid["map_window"], "refinement": grid["map_refinement"]}
    match block["centres"]:
        case "map" | "belief":
            return map_estimate(grid, cells)
        case "top_cells":
            return partial(top_cells, cells=cells, count=block["peaks"])
        case "refined_top_cells":
            return partial(triangulated, cells=cells, **sizes, top=block["peaks"])
        case "local_maxima":
            counted = {"count": block["peaks"], "least_share": block["least_share"]}
            return partial(local_maxima, cells=cells, **counted)
        case other:
            raise ValueError(f"unknown centres {other!r} of a calibration")
