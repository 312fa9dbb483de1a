"""How good a surrogate is: its error on sources it never saw, and whether utilities by it are the
exact ones.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.studies.sensors import sensor_samples, surrogate_files, surrogate_validation
from boed.systems.diffusion.surrogate import errors


def main(snakemake) -> xr.Dataset:
    settings, paths = snakemake.params.settings, snakemake.input
    trained = surrogate_files.read_surrogate(paths.surrogate, settings)
    test = surrogate_validation.unseen_readings(paths.training, paths.surrogate, settings)
    grid = surrogate_files.read_made_for(paths.training, settings)
    error = np.asarray(errors(trained, test))
    compared = surrogate_validation.utilities(
        settings, sensor_samples.buildings_of(settings), trained
    )
    data = surrogate_validation.errors_dataset(error, test, grid)
    return data.merge(surrogate_validation.utilities_dataset(compared))


if __name__ == "__main__":
    job.run(main, snakemake)
