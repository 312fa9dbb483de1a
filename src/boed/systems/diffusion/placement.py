"""Where sources and sensors may be: random places of the accessible region, and grids from wall to
wall.
"""

from itertools import count as counted

import jax
import numpy as np
from jaxtyping import Bool, Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.systems.diffusion import layout
from boed.systems.diffusion.layout import Building

TRIED = 1024


def sensors(
    buildings: list[Building], nodes: int
) -> tuple[Float[np.ndarray, " nodes"], Bool[np.ndarray, "nodes nodes"]]:
    """(axis, whether a sensor may stand there): from wall to wall, none in a building."""
    axis = np.linspace(0.0, 1.0, nodes).round(12)
    return axis, layout.accessible(
        buildings, np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    )


def accessible_nodes(buildings: list[Building], nodes: int) -> Float[np.ndarray, "free 2"]:
    """The accessible ones of a grid from wall to wall, x slower than y."""
    axis, free = sensors(buildings, nodes)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)[free]


def draw(key: PRNGKeyArray, buildings: list[Building], count: int) -> Float[np.ndarray, "count 2"]:
    """Places of the source, uniform over the accessible region; the first ones do not depend on
    count.
    """
    places = np.zeros((0, 2))
    for number in counted():
        tried = np.asarray(jax.random.uniform(jax.random.fold_in(key, number), (TRIED, 2)))
        places = np.concatenate([places, tried[layout.accessible(buildings, tried)]])
        if len(places) >= count:
            return places[:count]


def on_grid(
    values: Float[np.ndarray, " free"], free: Bool[np.ndarray, "nodes nodes"]
) -> Float[np.ndarray, "nodes nodes"]:
    """Values of the free nodes on the whole grid, zero elsewhere."""
    full = np.zeros(free.shape)
    full[free] = values
    return full
