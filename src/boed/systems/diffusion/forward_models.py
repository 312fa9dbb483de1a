"""What sensors in a diffusion field read of sources, by one of three forward models that are named.

A model is made for the places of its sources, (N, 2), and then called with sensors (n, 2) for their
readings (n, N): what depends on the sources alone is done once for all sensors, as common random
samples ask for.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.diffusion import adjoint_solution, layout, time_stepping
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.surrogate import Surrogate, predict
from boed.systems.diffusion.time_stepping import KeptFields, Places
from boed.systems.gaussian_source import GaussianSource

Sensors = Float[AnyArray, "sensors 2"]
SensorReadings = Float[AnyArray, "sensors sources"]


@runtime_checkable
class SensorModel(Protocol):
    """A forward model of sources at places that it knows."""

    def __call__(self, sensors: Sensors) -> SensorReadings:
        """What each of these sensors reads of each source."""


@dataclass(frozen=True, eq=False)
class AdjointModel:
    """One adjoint solution a sensor, exact in time; along_x, along_y: profiles of the sources over
    the cells, and their peak.
    """

    response: adjoint_solution.Response
    along_x: Float[np.ndarray, "sources cells"]
    along_y: Float[np.ndarray, "sources cells"]
    peak: float

    def __call__(self, sensors: Sensors) -> SensorReadings:
        """What each of these sensors reads of each source.

        One sensor at a time: all of them against all sources at once would need memory for a field
        each.
        """
        fields = self.response.weights(np.asarray(sensors))
        rows = [np.einsum("sy,sy->s", self.along_x @ field, self.along_y) for field in fields]
        return self.peak * np.stack(rows)


@dataclass(frozen=True, eq=False)
class SolverModel:
    """One solution by time stepping a source, kept in single precision."""

    free: Bool[np.ndarray, "cells cells"]
    fields: KeptFields

    def __call__(self, sensors: Sensors) -> SensorReadings:
        """What each of these sensors reads of each source."""
        return time_stepping.read(self.free, self.fields, np.asarray(sensors)).T


@dataclass(frozen=True, eq=False)
class SurrogateModel:
    """A trained network in place of the solver."""

    trained: Surrogate
    sources: Places

    def __call__(self, sensors: Sensors) -> SensorReadings:
        """What each of these sensors reads of each source."""
        return predict(self.trained, self.sources, sensors)


def adjoint(buildings: list[Building], settings: dict, sources: Places) -> AdjointModel:
    """The adjoint model of a layout; settings: source, time, cells."""
    free = layout.open_cells(buildings, settings["cells"])
    centres, source = layout.cell_centres(settings["cells"]), GaussianSource(**settings["source"])
    along_x, along_y = (
        source.profile(coordinate[:, None] - centres) for coordinate in np.asarray(sources).T
    )
    return AdjointModel(
        response=adjoint_solution.response(free, settings["time"]),
        along_x=along_x,
        along_y=along_y,
        peak=source.peak,
    )


def solver(buildings: list[Building], settings: dict, sources: Places) -> SolverModel:
    """The time-stepping model of a layout; settings: source, time, solver."""
    solve = time_stepping.field_solver(buildings, settings)
    return SolverModel(solve.free, solve(sources))
