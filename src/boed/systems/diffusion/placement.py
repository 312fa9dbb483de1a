"""Where sources and sensors may be: random places of the accessible region, and grids from wall to
wall.
"""

from itertools import count as counted

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.systems.diffusion import layout
from boed.systems.diffusion.layout import Building

TRIED = 1024


def sensors(buildings: list[Building], nodes: int):
    """(axis (nodes,), whether a sensor may stand there (nodes, nodes)): from wall to wall, none in
    a building.
    """
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
    found = np.zeros((0, 2))
    for number in counted():
        tried = np.asarray(jax.random.uniform(jax.random.fold_in(key, number), (TRIED, 2)))
        found = np.concatenate([found, tried[layout.accessible(buildings, tried)]])
        if len(found) >= count:
            return found[:count]
