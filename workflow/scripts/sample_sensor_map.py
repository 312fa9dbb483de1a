"""Utilities of one sensor over the domain from samples, by a named forward model, beside the exact
ones.
"""

import xarray as xr

from boed.jobs import job, store
from boed.studies.sensors import sampled_map
from boed.studies.sensors.sensor_samples import Case


def main(snakemake) -> xr.Dataset:
    case = Case(
        seed=snakemake.params.seed,
        name=snakemake.wildcards.case,
        settings=snakemake.params.settings,
        surrogate=snakemake.input.get("surrogate"),
    )
    exact = store.read(snakemake.input.exact)
    sensors = sampled_map.sensors_of(exact)
    moments = sampled_map.case_map(case, sensors.nodes)
    return exact.assign(sampled_map.compared(exact, sensors, moments))


if __name__ == "__main__":
    job.run(main, snakemake)
