"""What a reading costs by each forward model. Seconds differ from run to run: this file is a
benchmark.
"""

import xarray as xr

from boed.costs import sensor_models
from boed.jobs import job
from boed.studies.sensors import sensor_samples, surrogate_files


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    trained = surrogate_files.read_surrogate(snakemake.input[0], settings)
    buildings = sensor_samples.buildings_of(settings)
    return sensor_models.dataset(sensor_models.timed(settings, buildings, trained))


if __name__ == "__main__":
    job.run(main, snakemake)
