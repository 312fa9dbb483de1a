"""Bayesian optimisation of one sensor or two, for every weight of the variance, over accessible
places alone.
"""

import xarray as xr

from boed.jobs import job, store
from boed.keys import key_for
from boed.studies.sensors import sensor_samples, sensor_search
from boed.studies.sensors.sensor_samples import Case


def main(snakemake) -> xr.Dataset:
    settings, count = snakemake.params.settings, snakemake.params.sensors
    case = Case(
        seed=snakemake.params.seed,
        name=snakemake.wildcards.case,
        settings=settings,
        surrogate=snakemake.input.get("surrogate"),
    )
    searches = sensor_search.searches(
        settings,
        sensor_samples.utility_of(case, count),
        sensor_search.space_of(case.buildings, 2 * count),
        key_for(case.seed, "search_sensors", case.name),
    )
    reference = store.read(snakemake.input.reference).reference_objective.values
    return sensor_search.dataset(searches, case, reference)


if __name__ == "__main__":
    job.run(main, snakemake)
