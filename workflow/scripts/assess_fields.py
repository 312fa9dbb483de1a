"""Errors of the modelled field before and after each calibration: whole, near the design, and at
the next stage.
"""

import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.store import variable
from boed.studies.assessment.field_assessment import FieldAssessment, RegionErrors, error_variables
from boed.studies.hybrid.stage_files import read_weights
from boed.systems.plume.plume_system import plume_system

STAGES = {"stage": "stage", "earlier_stage": "stage that has a next one"}
CALIBRATION = ("calibration", ["before", "after"], {"units": "1", "long_name": "network used"})


def main(snakemake) -> xr.Dataset:
    settings, files = snakemake.params.settings, snakemake.input
    problem, replicates = plume_system(settings), settings["replicates"]
    fields = FieldAssessment(
        errors=RegionErrors(problem),
        moments=[problem.moment(time) for time in settings["times"]],
        networks=[read_weights(path, replicates) for path in files.networks],
        designs=[store.read(path).design.values for path in files.experiments],
        uncalibrated=store.read(files.uncalibrated).design.values,
    )
    stages = range(2, len(settings["times"]) + 1)
    numbers = {"stage": np.array(stages), "earlier_stage": np.array(stages[:-1])}
    coordinates = {dim: variable(dim, numbers[dim], "1", name) for dim, name in STAGES.items()}
    now = [fields.now(stage) for stage in stages]
    later = [fields.later(stage) for stage in stages[:-1]]
    data = error_variables("", "stage", now, replicates)
    data |= error_variables("next_", "earlier_stage", later, replicates)
    return xr.Dataset(data, coords=coordinates | {"calibration": CALIBRATION})


if __name__ == "__main__":
    job.run(main, snakemake)
