"""Cases of a sweep: all stages and replicates of a study under the settings of each."""

import json

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.studies.hybrid.stage_files import read_weights
from boed.studies.sweeps import campaign
from boed.studies.sweeps.campaign_variables import record_variables


def main(snakemake) -> xr.Dataset:
    params, made, records = snakemake.params, {}, []
    for name, settings in in_turn(list(params.cases.items()), "case"):
        learned = settings["model"]["discrepancy"]
        start = settings["starting_network"] if learned == "network" else learned
        first = read_weights(snakemake.input[start], settings["replicates"])
        program = json.dumps(campaign.program(settings), sort_keys=True)
        if program not in made:
            made[program] = campaign.kernels(settings)
        records.append(campaign.run(made[program], settings, params.seed, params.study, first))
        errors = np.median(records[-1].location_error, axis=1)
        job.LOG.info("%s: median distance by stage %s", name, errors.round(4))
    stacked = campaign.Record(*(np.stack(values) for values in zip(*records, strict=True)))
    names = ("case", list(params.cases), {"units": "1", "long_name": "values on the sweep's axes"})
    return xr.Dataset(record_variables(stacked, along=("case",)), coords={"case": names})


if __name__ == "__main__":
    job.run(main, snakemake)
