"""Utilities of random pairs of sensors, and the best of them for every weight of the variance."""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import sensor_samples
from boed.systems.diffusion import placement
from boed.systems.diffusion.layout import Building

COORDINATES = ["x1", "y1", "x2", "y2"]


def main(snakemake) -> xr.Dataset:
    settings, seed, case = (
        snakemake.params.settings,
        snakemake.params.seed,
        snakemake.wildcards.case,
    )
    buildings = [Building(*own) for own in settings["buildings"]]
    pairs = random_pairs(
        key_for(seed, "sample_sensor_pairs", case), buildings, settings["pairs"]["random"]
    )
    evaluate = sensor_samples.evaluator(
        seed, case, settings, buildings, 2, snakemake.input.get("surrogate")
    )
    mean, variance = np.array([evaluate(pair) for pair in in_turn(pairs, "random pair")]).T
    aversions = np.array(settings["aversions"])
    objective = mean - aversions[:, None] * variance
    best = objective.argmax(axis=1)
    return xr.Dataset(
        {
            "pair": variable(
                ("random", "coordinate"), pairs, "length", "places of a random pair of sensors"
            ),
            "expected_utility": variable("random", mean, "nat", "expected utility"),
            "utility_variance": variable("random", variance, "nat2", "variance of the utility"),
            "best_pair": variable(
                ("aversion", "coordinate"), pairs[best], "length", "best of the random pairs"
            ),
            "best_expected_utility": variable(
                "aversion", mean[best], "nat", "its expected utility"
            ),
            "best_utility_variance": variable("aversion", variance[best], "nat2", "variance of it"),
            "reference_objective": variable(
                "aversion", objective.max(axis=1), "nat", "mean − aversion × variance of it"
            ),
            "aversion": variable("aversion", aversions, "nat-1", "weight of the variance"),
            "coordinate": variable("coordinate", COORDINATES, "1", "x and y of both sensors"),
        }
    )


def random_pairs(key, buildings: list[Building], count: int) -> np.ndarray:
    """So many pairs of accessible places, uniform; (count, 4)."""
    return placement.draw(key, buildings, 2 * count).reshape(count, 4)


if __name__ == "__main__":
    job.run(main, snakemake)
