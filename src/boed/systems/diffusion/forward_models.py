"""What sensors in a diffusion field read of sources, by one of three forward models that are named.

A model is made for the places of its sources, (N, 2), and is then a function from sensors (n, 2) to
their readings (n, N): what depends on the sources alone is done once for all sensors, as common
random samples ask for.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.diffusion import adjoint_solution, layout, solutions
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.surrogate import Surrogate, predict

Places = Float[AnyArray, "sources 2"]
Model = Callable[[Float[AnyArray, "sensors 2"]], Float[AnyArray, "sensors sources"]]


def adjoint(buildings: list[Building], settings: dict, places: Places) -> Model:
    """One adjoint solution a sensor, exact in time; settings: source, time, cells."""
    response = adjoint_solution.response(
        layout.open_cells(buildings, settings["cells"]), settings["time"]
    )
    centres, width = layout.cell_centres(settings["cells"]), settings["source"]["width"]
    along_x, along_y = (
        np.exp(-0.5 * ((own[:, None] - centres) / width) ** 2) for own in np.asarray(places).T
    )
    height = settings["source"]["strength"] / (2 * np.pi * width**2)

    def read(sensors):
        # one sensor at a time: all of them against all sources at once would need memory for a
        # field each
        each = response.weights(np.asarray(sensors))
        return height * np.stack([np.einsum("sy,sy->s", along_x @ own, along_y) for own in each])

    return read


def solver(buildings: list[Building], settings: dict, places: Places) -> Model:
    """One solution by time stepping a source, kept in single precision; settings: source, time,
    solver.
    """
    free = layout.open_cells(buildings, settings["solver"]["cells"])
    fields = solutions.solver(buildings, settings)(places)
    return lambda sensors: solutions.read(free, fields, np.asarray(sensors)).T


def surrogate(trained: Surrogate, places: Places) -> Model:
    """A trained network in place of the solver."""
    return lambda sensors: predict(trained, places, sensors)
