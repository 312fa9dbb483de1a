"""Utilities of random pairs of sensors, and the best of them for every weight of the variance."""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.keys import key_for
from boed.studies.sensors import sensor_pairs, sensor_samples
from boed.studies.sensors.sensor_samples import Case


def main(snakemake) -> xr.Dataset:
    settings, name = snakemake.params.settings, snakemake.wildcards.case
    case = Case(
        seed=snakemake.params.seed,
        name=name,
        settings=settings,
        surrogate=snakemake.input.get("surrogate"),
    )
    key = key_for(case.seed, "sample_sensor_pairs", name)
    pairs = sensor_pairs.random_pairs(key, case.buildings, settings["pairs"]["random"])
    utility = sensor_samples.utility_of(case, sensors=2)
    moments = np.array([utility(pair) for pair in in_turn(pairs, "random pair")]).T
    return sensor_pairs.dataset(pairs, moments, settings["aversions"])


if __name__ == "__main__":
    job.run(main, snakemake)
