"""Fields of random sources by time stepping, what the surrogate learns from
(mean_variance §4.3.2).
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Float32

from boed.jobs.store import compressed, variable
from boed.systems.diffusion import placement, time_stepping
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.time_stepping import FieldSolver

# sources a chunk of the file
CHUNK = 50


@dataclass(frozen=True, eq=False)
class Batches:
    """Fields of the sources at the nodes of a grid, batch after batch; nodes: the free ones."""

    solve: FieldSolver
    parts: list[Float[np.ndarray, "_ 2"]]
    free: Bool[np.ndarray, "x y"]
    nodes: Float[np.ndarray, "free 2"]

    def __call__(self, number: int) -> xr.Dataset:
        """The fields of one batch of sources, zero in buildings."""
        sources = self.parts[number]
        values = np.zeros((len(sources), *self.free.shape), np.float32)
        values[:, self.free] = time_stepping.read(self.solve.free, self.solve(sources), self.nodes)
        words = "field at the sensor's time"
        field = variable(("source", "x", "y"), values, "concentration", words)
        return xr.Dataset({"concentration": field})


def batches(
    buildings: list[Building], settings: dict, sources: Float[np.ndarray, "sources 2"]
) -> Batches:
    """Of all sources; settings: source, time, solver, training."""
    block = settings["training"]
    return Batches(
        solve=time_stepping.field_solver(buildings, settings),
        parts=np.array_split(sources, int(np.ceil(len(sources) / block["batch"]))),
        free=placement.sensors(buildings, block["nodes"])[1],
        nodes=placement.accessible_nodes(buildings, block["nodes"]),
    )


def dataset(
    values: Float32[np.ndarray, "sources x y"],
    sources: Float[np.ndarray, "sources 2"],
    axis: Float[np.ndarray, " x"],
    free: Bool[np.ndarray, "x y"],
) -> xr.Dataset:
    """Fields in chunks of some sources, and where sources and nodes are."""
    words = "field at the sensor's time, 0 in buildings"
    concentration = variable(("source", "x", "y"), values, "concentration", words)
    return xr.Dataset(
        {
            "concentration": compressed(concentration, (min(CHUNK, len(values)), *free.shape)),
            "place": variable(("source", "coordinate"), sources, "length", "place of the source"),
            "accessible": variable(("x", "y"), free.astype(np.int8), "1", "1 outside of buildings"),
            "x": variable("x", axis, "length", "x"),
            "y": variable("y", axis, "length", "y"),
            "coordinate": variable("coordinate", ["x", "y"], "1", "coordinate"),
        }
    )
