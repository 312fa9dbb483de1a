"""Fields of many Gaussian sources by time stepping, in single precision, so many at a time."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Float32

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.diffusion import adjoint_solution, layout, time_stepping
from boed.systems.diffusion.layout import Building

Places = Float[AnyArray, "sources 2"]


def solver(
    buildings: list[Building], settings: dict
) -> Callable[[Places], Float32[np.ndarray, "sources cells cells"]]:
    """Places of sources → their fields; settings: source, time, solver. Compiled once, at the first
    call.
    """
    block, source = settings["solver"], settings["source"]
    free, together = layout.open_cells(buildings, block["cells"]), block["together"]

    @jax.jit
    def some(centres):
        sources = time_stepping.gaussian_sources(
            block["cells"], centres, source["strength"], source["width"]
        )
        return jnp.moveaxis(
            time_stepping.evolve(free, sources, settings["time"], block["steps"]), 2, 0
        )

    def solve(places):
        """The fields of sources at these places."""
        fields = np.zeros((len(places), *free.shape), np.float32)
        for start in range(0, len(places), together):
            own = np.asarray(places[start : start + together])
            # always the same number, so that one compiled function serves all
            fields[start : start + len(own)] = some(np.resize(own, (together, 2)))[: len(own)]
        return fields

    return solve


def read(
    free: Bool[np.ndarray, "cells cells"],
    fields: Float32[np.ndarray, "sources cells cells"],
    points: Float[np.ndarray, "points 2"],
) -> Float[np.ndarray, "sources points"]:
    """Fields at points by bilinear interpolation, from the cells around them alone."""
    weights = adjoint_solution.interpolation(free, points)
    used = np.unique(weights.indices)
    columns = np.flatnonzero(free)[used]
    return fields.reshape(len(fields), -1)[:, columns] @ weights[used]
