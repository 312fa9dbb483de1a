"""Bayesian optimisation of one sensor or two, for every weight of the variance, over accessible
places alone.
"""

import jax
import numpy as np
import xarray as xr

from boed.design import bayesian_optimisation, estimators
from boed.jobs import job, store
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import sensor_samples, sensor_utility
from boed.systems.diffusion import forward_models
from boed.systems.diffusion.layout import Building

NAMES = {2: ["x", "y"], 4: ["x1", "y1", "x2", "y2"]}


def searches(settings: dict, evaluate, allowed, key, coordinates: int) -> dict[str, np.ndarray]:
    """Designs and objectives of every search: (aversion, replicate, evaluation, …)."""
    block, found = settings["searches"], []
    options = {
        name: block[name] for name in ("initial", "iterations", "exploration", "noise_level")
    }
    corners = np.zeros(coordinates), np.ones(coordinates)
    for aversion in settings["aversions"]:

        def objective(design, aversion=aversion):
            mean, variance = evaluate(design)
            return mean - aversion * variance

        guarded, own = estimators.checked(objective, *corners), []
        for run in in_turn(range(block["runs"]), f"aversion {aversion:g}: search"):
            seed = int(jax.random.randint(jax.random.fold_in(key, run), (), 0, 2**31 - 1))
            alike = sensor_utility.exchanged
            own.append(
                bayesian_optimisation.maximise(
                    guarded, corners, seed, allowed=allowed, alike=alike, **options
                )
            )
        found.append(own)
    return {
        name: np.array([[getattr(h, name) for h in own] for own in found])
        for name in ("designs", "objective")
    }


def geometry(best) -> dict[str, xr.Variable]:
    """Where the best sensors stand: (aversion, sensor), and how two of them stand to each other."""
    places = sensor_utility.apart(best)
    inside, dims = np.minimum(places, 1 - places), ("aversion", "sensor")
    across, up = (places[:, -1] - places[:, 0]).T
    sides = (places[:, 0, 0] - 0.5) * (places[:, -1, 0] - 0.5) < 0
    return {
        "corner_distance": variable(
            dims, np.linalg.norm(inside, axis=2), "length", "from the nearest corner"
        ),
        "wall_distance": variable(
            dims, inside.min(axis=2), "length", "from the nearest outer wall"
        ),
        "mean_centre_distance": variable(
            "aversion",
            np.linalg.norm(places - 0.5, axis=2).mean(axis=1),
            "length",
            "from the centre, mean of the sensors",
        ),
        "distance": variable(
            "aversion", np.hypot(across, up), "length", "of the last sensor from the first"
        ),
        "vertical_distance": variable(
            "aversion", np.abs(up), "length", "of the last sensor from the first in y"
        ),
        "both_sides": variable(
            "aversion", sides.astype(float), "1", "1 where they stand left and right of x = 1/2"
        ),
    }


def visited(designs, best, buildings: list[Building], within: float) -> np.ndarray:
    """How many of the images of one sensor's best place a search looks at; (aversion,
    replicate).
    """
    counts = np.zeros(designs.shape[:2])
    for index in np.ndindex(*counts.shape):
        images = sensor_utility.images(buildings, best[index[0]], 2 * within)
        distance = np.linalg.norm(designs[index][:, None] - images, axis=2)
        # an evaluation counts for the image that it is nearest to
        counts[index] = len(set(distance.argmin(axis=1)[distance.min(axis=1) < within]))
    return counts


def main(snakemake) -> xr.Dataset:
    settings, seed, case = (
        snakemake.params.settings,
        snakemake.params.seed,
        snakemake.wildcards.case,
    )
    buildings = [Building(*own) for own in settings["buildings"]]
    allowed, count = sensor_utility.allowed(buildings), snakemake.params.sensors
    evaluate = sensor_samples.evaluator(
        seed, case, settings, buildings, count, snakemake.input.get("surrogate")
    )
    history = searches(
        settings, evaluate, allowed, key_for(seed, "search_sensors", case), 2 * count
    )
    designs, objective = history["designs"], history["objective"]
    reference = store.read(snakemake.input.reference).reference_objective.values
    # the first evaluation that comes this near to the reference; one more than all where none does
    short = settings["searches"]["near"] * np.abs(reference)
    near = np.maximum.accumulate(objective, axis=2) >= (reference - short)[:, None, None]
    reached = np.where(near.any(axis=2), near.argmax(axis=2) + 1, near.shape[2] + 1)
    flat = objective.reshape(len(objective), -1).argmax(axis=1)
    best = designs.reshape(len(designs), -1, 2 * count)[np.arange(len(flat)), flat]
    adjoint = forward_models.adjoint(
        buildings, settings, sensor_utility.sources(buildings, settings["prior_nodes"]).places
    )
    mean, variance = sensor_utility.exact_utilities(
        adjoint, sensor_utility.apart(best), settings["noise"]
    )
    dims = ("aversion", "replicate", "evaluation")
    extra = geometry(best)
    if count == 1:
        images = visited(designs, best, buildings, settings["searches"]["image"])
        long_name = "places alike to the best by the layout's symmetry that a search looks at"
        extra["images_visited"] = variable(dims[:2], images, "1", long_name)
    return xr.Dataset(
        {
            "design": variable(
                (*dims, "coordinate"), designs, "length", "places that a search tries"
            ),
            "objective": variable(
                dims, objective, "nat", "mean − aversion × variance there, from samples"
            ),
            "forbidden": variable(
                dims[:2],
                (~allowed(designs.reshape(-1, 2 * count))).reshape(objective.shape).sum(axis=2),
                "1",
                "evaluations of places where no sensor may stand",
            ),
            "evaluations_needed": variable(
                dims[:2], reached, "1", "evaluations until a search is near the reference"
            ),
            "reference_objective": variable(
                "aversion", reference, "nat", "best of the map, or of the random pairs"
            ),
            "best_design": variable(
                ("aversion", "coordinate"), best, "length", "best of all searches"
            ),
            "exact_expected_utility": variable(
                "aversion", mean, "nat", "its expected utility, by quadrature"
            ),
            "exact_utility_variance": variable(
                "aversion", variance, "nat2", "variance of it, by quadrature"
            ),
            **extra,
            "aversion": variable(
                "aversion", settings["aversions"], "nat-1", "weight of the variance"
            ),
            "replicate": variable("replicate", np.arange(objective.shape[1]), "1", "search"),
            "evaluation": variable(
                "evaluation", np.arange(1, objective.shape[2] + 1), "1", "evaluation"
            ),
            "coordinate": variable(
                "coordinate", NAMES[2 * count], "1", "coordinates of the sensors"
            ),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
