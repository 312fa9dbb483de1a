"""What a laboratory has measured at one step."""

import xarray as xr

from boed.jobs import job
from boed.studies.laboratory.measurement_file import measurement_dataset


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    return measurement_dataset(params.readings, float(snakemake.wildcards.stage))


if __name__ == "__main__":
    job.run(main, snakemake)
