"""What a reading costs by each forward model of the diffusion field. Seconds differ from run to
run.

The solver gives a source's readings at all sensors, an adjoint solution a sensor's readings of all
sources: neither gives one alone. A field is what one source gives at all sensors of the map.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr

from boed.costs.profiling import median_seconds
from boed.jobs.store import variable
from boed.studies.sensors import sensor_utility
from boed.systems.diffusion import forward_models, placement, time_stepping
from boed.systems.diffusion.forward_models import SurrogateModel
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.surrogate import Surrogate

REPEATS = 5
MODELS = ("solver", "adjoint", "surrogate")


class Timing(NamedTuple):
    """Seconds for the readings of so many sources at so many sensors."""

    seconds: float
    sources: int
    sensors: int

    @property
    def reading(self) -> float:
        """Seconds a reading."""
        return self.seconds / (self.sources * self.sensors)


def timed(settings: dict, buildings: list[Building], trained: Surrogate) -> dict[str, Timing]:
    """{model: what it costs} for as many as suit the model; all compiled and prepared before."""
    nodes = placement.accessible_nodes(buildings, settings["sensors"])
    prior = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    few, together = nodes[:: max(1, len(nodes) // 20)], settings["solver"]["together"]
    some = prior[:: max(1, len(prior) // together)][:together]
    solve = time_stepping.field_solver(buildings, settings)
    adjoint = forward_models.adjoint(buildings, settings, prior)
    surrogate = SurrogateModel(trained, prior)
    runs = {
        "solver": (
            lambda: time_stepping.read(solve.free, solve(some), nodes),
            len(some),
            len(nodes),
        ),
        "adjoint": (lambda: adjoint(few), len(prior), len(few)),
        "surrogate": (lambda: surrogate(few), len(prior), len(few)),
    }
    for run, *_ in runs.values():
        run()
    return {
        model: Timing(median_seconds(run, REPEATS), *sizes) for model, (run, *sizes) in runs.items()
    }


def dataset(timings: dict[str, Timing]) -> xr.Dataset:
    """Seconds a reading, and how much faster the surrogate is than the solver."""
    solver, surrogate = timings["solver"], timings["surrogate"].reading
    solution = solver.seconds / solver.sources
    a_reading = np.array([timings[model].reading for model in MODELS])
    variables = {
        "seconds_a_reading": ("way", a_reading, "s", "one source at one sensor, many at once"),
        "seconds_a_solution": ((), solution, "s", "one source by the solver, at all sensors"),
        "field_speedup": (
            (),
            solution / (surrogate * solver.sensors),
            "1",
            "surrogate over solver, one source at all sensors of the map",
        ),
        "reading_speedup": (
            (),
            solution / surrogate,
            "1",
            "surrogate over solver, one source at one sensor",
        ),
        "way": ("way", list(MODELS), "1", "forward model"),
    }
    return xr.Dataset({name: variable(*parts) for name, parts in variables.items()})
