"""Expected utility and utility variance of one sensor over the domain, exactly: adjoint solutions
and quadrature.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.studies.risk import sensor_utility
from boed.systems.diffusion import adjoint_solution, layout, placement
from boed.systems.diffusion.layout import Building

QUANTITIES = {
    "expected_utility": ("nat", "expected utility"),
    "utility_variance": ("nat2", "variance of the utility"),
}


def all_readings(settings: dict, buildings: list[Building], prior, places) -> list[np.ndarray]:
    """What the sensors at the places read of every source, in batches."""
    respond = adjoint_solution.response(
        layout.open_cells(buildings, settings["cells"]), settings["time"]
    )
    batches = np.array_split(places, int(np.ceil(len(places) / settings["batch"])))
    return [
        sensor_utility.readings(respond, own, prior, settings["source"])
        for own in in_turn(batches, "adjoint batch")
    ]


def all_moments(settings: dict, read: list[np.ndarray]) -> dict[str, np.ndarray]:
    """{quantity: of every sensor}."""
    values = max(sensor_utility.values_needed(own, settings["noise"]) for own in read)
    evaluate = sensor_utility.exact_moments(settings["noise"], 1, read[0].shape[1], values)
    found = []
    for own in in_turn(read, "batch of utilities"):
        # all batches of one shape, so that one compiled function serves them
        moments = evaluate(np.resize(own, (settings["batch"], 1, own.shape[1])))
        found.append(np.array(moments)[:, : len(own)])
    return dict(zip(QUANTITIES, np.concatenate(found, axis=1), strict=True))


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    buildings = [Building(*own) for own in settings["buildings"]]
    layout.check(buildings)
    prior = sensor_utility.sources(buildings, settings["prior_nodes"])
    axis, allowed = placement.sensors(buildings, settings["sensors"])
    nodes = placement.accessible_nodes(buildings, settings["sensors"])
    # where a symmetry of the layout takes a sensor, it is worth as much
    chosen, image_of = layout.distinct(layout.symmetries(buildings), nodes)
    found = all_moments(settings, all_readings(settings, buildings, prior, nodes[chosen]))
    maps = {name: np.zeros(allowed.shape) for name in QUANTITIES}
    for name, values in maps.items():
        values[allowed] = found[name][image_of]
    return dataset(maps, axis, allowed, settings["aversions"])


def dataset(maps: dict, axis, allowed, aversions: list) -> xr.Dataset:
    """Maps over x and y, and for every aversion the best of the allowed places, the first of
    several as good.
    """
    data = {
        name: variable(
            ("x", "y"),
            values,
            QUANTITIES[name][0],
            f"{QUANTITIES[name][1]}; 0 where no sensor may stand",
        )
        for name, values in maps.items()
    }
    mean, variance = maps.values()
    objective = mean - np.array(aversions)[:, None, None] * variance
    flat = np.where(allowed, objective, -np.inf).reshape(len(aversions), -1)
    best = [np.unravel_index(own.argmax(), allowed.shape) for own in flat]
    places = np.array([[axis[i], axis[j]] for i, j in best])
    at_best = np.array([[own[place] for place in best] for own in (mean, variance)])
    plain = np.unravel_index(np.where(allowed, mean, -np.inf).argmax(), allowed.shape)
    least = np.argwhere(np.where(allowed, mean, np.inf) == mean[allowed].min())
    data |= {
        "best_corner_distance": variable(
            "aversion",
            np.linalg.norm(np.minimum(places, 1 - places), axis=1),
            "length",
            "from the nearest corner",
        ),
        "best_wall_distance": variable(
            "aversion",
            np.minimum(places, 1 - places).min(axis=1),
            "length",
            "from the nearest outer wall",
        ),
        "best_centre_distance": variable(
            "aversion", np.linalg.norm(places - 0.5, axis=1), "length", "from the centre"
        ),
        "utility_lost": variable(
            "aversion",
            1 - at_best[0] / mean[plain],
            "1",
            "part of the largest expected utility that the best gives up",
        ),
        "variance_saved": variable(
            "aversion",
            1 - at_best[1] / variance[plain],
            "1",
            "part of the variance there that the best saves",
        ),
        "worst_centre_distance": variable(
            (),
            np.linalg.norm(axis[least] - 0.5, axis=1).max(),
            "length",
            "of the least expected utility, from the centre",
        ),
        "accessible": variable(
            ("x", "y"), allowed.astype(np.int8), "1", "1 where a sensor may stand"
        ),
        "best_x": variable(
            "aversion", [axis[i] for i, _ in best], "length", "x of the best sensor"
        ),
        "best_y": variable(
            "aversion", [axis[j] for _, j in best], "length", "y of the best sensor"
        ),
        "best_expected_utility": variable(
            "aversion", [mean[own] for own in best], "nat", "expected utility there"
        ),
        "best_utility_variance": variable(
            "aversion", [variance[own] for own in best], "nat2", "its variance there"
        ),
        "aversion": variable("aversion", aversions, "nat-1", "weight of the variance"),
        "x": variable("x", axis, "length", "x of the sensor"),
        "y": variable("y", axis, "length", "y of the sensor"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
