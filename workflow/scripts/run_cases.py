"""Cases of a sweep: all stages and replicates of a study under the settings of each."""

import json

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.studies.hybrid import campaign
from boed.studies.hybrid.stage_files import read_weights

LAYOUT = {
    "location_error": (
        ("stage", "replicate"),
        "length",
        "distance of the MAP from the true source at the stage's end",
    ),
    "posterior_spread": (
        ("stage", "replicate"),
        "length",
        "equivalent deviation of the belief at the stage's end",
    ),
    "credible_level": (
        ("stage", "replicate"),
        "1",
        "probability of the credible region that just reaches the source",
    ),
    "total_relative_error": (
        ("stage", "replicate"),
        "1",
        "relative error of the field at the stage's end",
    ),
    "design_updates": (
        ("stage", "replicate"),
        "1",
        "updates of the discrepancy design until its search stopped",
    ),
    "discrepancy_gain": (
        ("stage", "replicate"),
        "nat",
        "information that the discrepancy datum gave, 0 without one",
    ),
    "physical_design": (("stage", "replicate", "coordinate"), "length", "physical design"),
    "discrepancy_design": (
        ("stage", "replicate", "coordinate"),
        "length",
        "discrepancy design, 0 where there is none",
    ),
    "weights": (("stage", "replicate", "weight"), "1", "weights at the stage's end"),
}


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
    data = {
        name: variable(("case", *dims), getattr(stacked, name), *words)
        for name, (dims, *words) in LAYOUT.items()
    }
    names = ("case", list(params.cases), {"units": "1", "long_name": "values on the sweep's axes"})
    return xr.Dataset(data, coords={"case": names})


if __name__ == "__main__":
    job.run(main, snakemake)
