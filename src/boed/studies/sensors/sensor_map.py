"""Expected utility and utility variance of one sensor over the domain, exactly: adjoint solutions
and quadrature.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk.quantities import QUANTITIES, aversion_axis
from boed.studies.sensors import sensor_utility
from boed.studies.sensors.sensor_utility import Sources
from boed.systems.diffusion import adjoint_solution, layout, placement
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource

Places = Float[np.ndarray, "sensors 2"]


class SensorMap(NamedTuple):
    """U and V over x and y, zero where no sensor may stand."""

    axis: Float[np.ndarray, " nodes"]
    allowed: Bool[np.ndarray, "nodes nodes"]
    mean: Float[np.ndarray, "nodes nodes"]
    variance: Float[np.ndarray, "nodes nodes"]


def exact_map(settings: dict, buildings: list[Building]) -> SensorMap:
    """The map of a layout, from wall to wall; settings: source, time, noise, cells, prior_nodes,
    sensors, batch.
    """
    prior = sensor_utility.sources(buildings, settings["prior_nodes"])
    axis, allowed = placement.sensors(buildings, settings["sensors"])
    nodes = placement.accessible_nodes(buildings, settings["sensors"])
    # where a symmetry of the layout takes a sensor, it is worth as much
    chosen, image_of = layout.distinct(layout.symmetries(buildings), nodes)
    readings = all_readings(settings, buildings, prior, nodes[chosen])
    moments = all_moments(settings, readings)[:, image_of]
    return SensorMap(axis, allowed, *(placement.on_grid(values, allowed) for values in moments))


def all_readings(
    settings: dict, buildings: list[Building], prior: Sources, places: Places
) -> list[Float[np.ndarray, "_ sources"]]:
    """What the sensors at the places read of every source, in batches."""
    respond = adjoint_solution.response(
        layout.open_cells(buildings, settings["cells"]), settings["time"]
    )
    batches = np.array_split(places, int(np.ceil(len(places) / settings["batch"])))
    source = GaussianSource(**settings["source"])
    return [
        sensor_utility.readings(respond, sensors, prior, source)
        for sensors in in_turn(batches, "adjoint batch")
    ]


def all_moments(
    settings: dict, batches: list[Float[np.ndarray, "_ sources"]]
) -> Float[np.ndarray, "2 sensors"]:
    """U and V of every sensor of all batches."""
    values = max(sensor_utility.values_needed(batch, settings["noise"]) for batch in batches)
    places = batches[0].shape[1]
    evaluate = sensor_utility.exact_moments(settings["noise"], 1, places, values)
    moments = []
    for batch in in_turn(batches, "batch of utilities"):
        # all batches of one shape, so that one compiled function serves them
        same = np.resize(batch, (settings["batch"], 1, places))
        moments.append(np.array(evaluate(same))[:, : len(batch)])
    return np.concatenate(moments, axis=1)


def best_nodes(sensor_map: SensorMap, aversions) -> tuple[np.ndarray, np.ndarray]:
    """Indices (x of every aversion, y of every aversion) of the best allowed node, the first of
    several as good.
    """
    objective = over_aversions(sensor_map.mean, sensor_map.variance, aversions)
    flat = np.where(sensor_map.allowed, objective, -np.inf).reshape(len(objective), -1)
    return np.unravel_index(flat.argmax(axis=1), sensor_map.allowed.shape)


def distances(places: Places) -> dict[str, Float[np.ndarray, " sensors"]]:
    """How far places are from the nearest corner, the nearest outer wall, and the centre."""
    inside = np.minimum(places, 1 - places)
    return {
        "corner": np.linalg.norm(inside, axis=1),
        "wall": inside.min(axis=1),
        "centre": np.linalg.norm(places - 0.5, axis=1),
    }


def dataset(sensor_map: SensorMap, aversions: list[float]) -> xr.Dataset:
    """Maps over x and y, and for every aversion the best of the allowed places."""
    axis, allowed, mean, variance = sensor_map
    data = {
        name: variable(("x", "y"), values, unit, f"{words}; 0 where no sensor may stand")
        for values, (name, (unit, words)) in zip((mean, variance), QUANTITIES.items(), strict=True)
    }
    least = np.argwhere(np.where(allowed, mean, np.inf) == mean[allowed].min())
    farthest = np.linalg.norm(axis[least] - 0.5, axis=1).max()
    data |= best_sensors(sensor_map, aversions) | {
        "worst_centre_distance": variable(
            (), farthest, "length", "of the least expected utility, from the centre"
        ),
        "accessible": variable(
            ("x", "y"), allowed.astype(np.int8), "1", "1 where a sensor may stand"
        ),
        "aversion": aversion_axis(aversions),
        "x": variable("x", axis, "length", "x of the sensor"),
        "y": variable("y", axis, "length", "y of the sensor"),
    }
    return xr.Dataset(data)


def best_sensors(sensor_map: SensorMap, aversions: list[float]) -> dict[str, xr.Variable]:
    """Where the best sensor of every aversion stands, what it is worth, and what it gives up for
    its lower variance.
    """
    axis, allowed, mean, variance = sensor_map
    best = best_nodes(sensor_map, aversions)
    plain = np.unravel_index(np.where(allowed, mean, -np.inf).argmax(), allowed.shape)
    x, y = (axis[index] for index in best)
    far = distances(np.stack([x, y], axis=1))
    lost, saved = 1 - mean[best] / mean[plain], 1 - variance[best] / variance[plain]
    variables = {
        "best_corner_distance": (far["corner"], "length", "from the nearest corner"),
        "best_wall_distance": (far["wall"], "length", "from the nearest outer wall"),
        "best_centre_distance": (far["centre"], "length", "from the centre"),
        "utility_lost": (lost, "1", "part of the largest expected utility that the best gives up"),
        "variance_saved": (saved, "1", "part of the variance there that the best saves"),
        "best_x": (x, "length", "x of the best sensor"),
        "best_y": (y, "length", "y of the best sensor"),
        "best_expected_utility": (mean[best], "nat", "expected utility there"),
        "best_utility_variance": (variance[best], "nat2", "its variance there"),
    }
    return {name: variable("aversion", *parts) for name, parts in variables.items()}
