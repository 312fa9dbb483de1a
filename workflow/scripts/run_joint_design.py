"""Design over the source's position and strength together, all stages and replicates: the hybrid
method's reference.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.studies.joint import campaign
from boed.studies.joint.joint_file import joint_dataset


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    record = campaign.run(settings, params.seed, snakemake.wildcards.study)
    distance = np.median(record.location_error, axis=1)
    job.LOG.info("median distance of the MAP by stage: %s", distance.round(4))
    job.LOG.info("median strength by stage: %s", np.median(record.strength_mean, axis=1).round(3))
    return joint_dataset(settings, record)


if __name__ == "__main__":
    job.run(main, snakemake)
