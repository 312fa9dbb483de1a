"""Every stage of one method of the comparison: learned strength and distance from the source, by
data taken.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.studies.active import method_comparison

STRENGTH, DIMS = "concentration*length^2/time", ("stage", "replicate")


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    course = method_comparison.run(settings, params.seed, params.study)
    error = np.abs(np.asarray(course.strength) - settings["truth"]["strength"])
    job.LOG.info(
        "median distance from the true strength by stage: %s", np.median(error, axis=1).round(3)
    )
    # before the second stage nothing is learned
    rise = method_comparison.largest_rise(error[1:])
    data = {
        "strength": variable(
            DIMS, course.strength, STRENGTH, "learned strength at the stage's end"
        ),
        "strength_error": variable(DIMS, error, STRENGTH, "its distance from the true one"),
        "largest_rise": variable(
            "replicate", rise, STRENGTH, "greatest growth of that from stage to stage"
        ),
        "location_error": variable(
            DIMS, course.location_error, "length", "distance of the MAP from the source"
        ),
    }
    count = len(error)
    stages = variable("stage", np.arange(1, count + 1), "1", "stage")
    taken = variable(
        "stage", method_comparison.data_by_stage(count), "1", "data taken by the stage's end"
    )
    return xr.Dataset(data, coords={"stage": stages, "data": taken})


if __name__ == "__main__":
    job.run(main, snakemake)
