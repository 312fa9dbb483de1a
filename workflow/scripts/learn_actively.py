"""All stages of a study whose own designs teach the model: beliefs, designs, weights and errors of
every stage.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.studies.active import campaign
from boed.studies.active.history_file import history_dataset
from boed.studies.hybrid.stage_files import read_weights
from boed.systems.of_settings import first_weights


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    weights = read_weights(snakemake.input.weights, settings["replicates"])
    first = first_weights(settings, weights)
    record = campaign.run(settings, params.seed, snakemake.wildcards.study, first)
    distance = np.median(record.location_error, axis=1)
    job.LOG.info("median distance of the MAP by stage: %s", distance.round(4))
    return history_dataset(settings, first, record)


if __name__ == "__main__":
    job.run(main, snakemake)
