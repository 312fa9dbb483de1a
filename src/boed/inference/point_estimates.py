"""One point for a belief about the parameters: where a calibration holds them (active_learning
Eq. 8, 10–11).
"""

from functools import partial

import jax
import jax.numpy as jnp

import boed.runtime  # noqa: F401
from boed.arrays import Scalar
from boed.inference.grid_belief import Cells, LogBelief, Position
from boed.inference.map_estimate import DEFAULTS, PointEstimate, map_estimate, triangulated


def _mean_of(values: LogBelief, cells: Cells, count: int, least: Scalar | float) -> Position:
    """Mean position of the `count` cells of greatest value, of those not below `least`."""
    greatest, index = jax.lax.top_k(values.ravel(), count)
    kept = greatest >= least
    places = jnp.unravel_index(index, values.shape)
    positions = jnp.stack(
        [jnp.asarray(axis)[place] for axis, place in zip(cells, places, strict=True)], axis=-1
    )
    return kept @ positions / jnp.sum(kept)


def top_cells(belief: LogBelief, cells: Cells, count: int) -> Position:
    """Mean position of the `count` most probable cells, as the authors' code estimates it."""
    return _mean_of(belief, cells, count, -jnp.inf)


def local_maxima(belief: LogBelief, cells: Cells, count: int, least_share: float) -> Position:
    """Mean position of the `count` best local maxima (Eq. 10–11): cells above all around them,
    which are eight on a plane.

    least_share: of the best one's probability that a maximum must have to count, 1; where less
    count, their mean.
    """
    around = jax.lax.reduce_window(
        belief, -jnp.inf, jax.lax.max, (3,) * belief.ndim, (1,) * belief.ndim, "SAME"
    )
    best = jnp.max(belief)
    return _mean_of(
        jnp.where(belief >= around, belief, -jnp.inf), cells, count, best + jnp.log(least_share)
    )


def estimate(settings: dict, cells: Cells) -> PointEstimate:
    """The estimate that the settings `calibration` name; of a belief drawn from, where the draws
    begin: its MAP.
    """
    block, grid = settings["calibration"], DEFAULTS | settings.get("belief", {})
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
