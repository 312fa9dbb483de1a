"""How good a surrogate is: its error on sources it never saw, and whether utilities by it are the
exact ones.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.jobs.store import variable
from boed.studies.risk.quantities import QUANTITIES
from boed.studies.sensors import sensor_utility, surrogate_files
from boed.systems.diffusion import forward_models, placement
from boed.systems.diffusion.forward_models import SurrogateModel
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.placement import on_grid
from boed.systems.diffusion.surrogate import PARTS, Readings, Surrogate, of_sources

TEST = PARTS.index("test")


class Utilities(NamedTuple):
    """U and V of some sensors, by adjoint solutions and by the surrogate, both by quadrature."""

    sensors: Float[np.ndarray, "sensors 2"]
    exact: Float[np.ndarray, "2 sensors"]
    surrogate: Float[np.ndarray, "2 sensors"]


def unseen_readings(training: str, surrogate: str, settings: dict) -> Readings:
    """The training data's sources that the surrogate was not shown; paths of both files."""
    part = surrogate_files.read_made_for(surrogate, settings).part.values
    return of_sources(surrogate_files.read_training(training, settings), part == TEST)


def utilities(settings: dict, buildings: list[Building], trained: Surrogate) -> Utilities:
    """Of the sensors on the grid of the settings' `validation`."""
    sensors = placement.accessible_nodes(buildings, settings["validation"]["sensors"])
    prior = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    models = forward_models.adjoint(buildings, settings, prior), SurrogateModel(trained, prior)
    read = np.stack([np.asarray(model(sensors)) for model in models])
    values = sensor_utility.values_needed(read, settings["noise"])
    evaluate = sensor_utility.exact_moments(settings["noise"], 1, len(prior), values)
    return Utilities(sensors, *(np.array(evaluate(rows[:, None])) for rows in read))


def errors_dataset(
    error: Float[np.ndarray, "sources sensors"], test: Readings, grid: xr.Dataset
) -> xr.Dataset:
    """The surrogate's errors on the test sources, and one field by both; grid: the training data's
    nodes.
    """
    free = grid.accessible.values.astype(bool)
    source, sensor = np.unravel_index(np.abs(error).argmax(), error.shape)
    square, spread = np.mean(error**2), np.var(test.values)
    rough, place, plane = np.sqrt(np.mean(error**2, axis=0)), "coordinate", ("x", "y")
    exact = on_grid(test.values[0], free)
    predicted = on_grid(test.values[0] + error[0], free)
    worst = np.abs(error).max()
    variables = {
        "test_mse": ((), square, "concentration2", "mean squared error on the test sources"),
        "field_variance": ((), spread, "concentration2", "variance of their fields"),
        "relative_mse": ((), square / spread, "1", "error over variance"),
        "worst_error": ((), worst, "concentration", "largest error on the test sources"),
        "worst_source": (place, test.sources[source], "length", "source where it is"),
        "worst_sensor": (place, np.asarray(test.sensors)[sensor], "length", "sensor where it is"),
        "error_map": (
            plane,
            on_grid(rough, free),
            "concentration",
            "root mean square over sources",
        ),
        "shown_source": (place, test.sources[0], "length", "source whose field is shown"),
        "solver_field": (plane, exact, "concentration", "its field by the solver"),
        "surrogate_field": (plane, predicted, "concentration", "its field by the surrogate"),
        "accessible": (plane, free.astype(np.int8), "1", "1 outside of buildings"),
        "x": ("x", grid.x.values, "length", "x"),
        "y": ("y", grid.y.values, "length", "y"),
        "coordinate": (place, ["x", "y"], "1", "coordinate"),
    }
    return xr.Dataset({name: variable(*parts) for name, parts in variables.items()})


def utilities_dataset(compared: Utilities) -> xr.Dataset:
    """U and V by both, and how far the surrogate's are from the exact ones."""
    relative = np.abs(compared.surrogate / compared.exact - 1)
    both = ("quantity", "sensor")
    median, largest = np.median(relative, axis=1), relative.max(axis=1)
    variables = {
        "exact_utility": (both, compared.exact, "nat, nat2", "U and V by adjoint solutions"),
        "surrogate_utility": (both, compared.surrogate, "nat, nat2", "U and V by the surrogate"),
        "utility_error": ("quantity", median, "1", "median relative difference"),
        "worst_utility_error": ("quantity", largest, "1", "largest relative difference"),
        "place": (
            ("sensor", "coordinate"),
            compared.sensors,
            "length",
            "sensors that are compared",
        ),
        "quantity": ("quantity", list(QUANTITIES), "1", "quantity"),
    }
    return xr.Dataset({name: variable(*parts) for name, parts in variables.items()})
