"""One case of a sweep: all stages and replicates of a study under its settings."""

import numpy as np
import xarray as xr

from boed import job, sequence
from boed.inputs import read_weights
from boed.store import variable

LAYOUT = {
    "location_error": (("stage", "replicate"), "length", "distance of the MAP from the true source at the stage's end"),
    "posterior_spread": (("stage", "replicate"), "length", "equivalent deviation of the belief at the stage's end"),
    "credible_level": (("stage", "replicate"), "1", "probability of the credible region that just reaches the source"),
    "total_relative_error": (("stage", "replicate"), "1", "relative error of the field at the stage's end"),
    "discrepancy_gain": (("stage", "replicate"), "nat", "information that the discrepancy datum gave, 0 without one"),
    "physical_design": (("stage", "replicate", "coordinate"), "length", "physical design"),
    "discrepancy_design": (("stage", "replicate", "coordinate"), "length", "discrepancy design, 0 where there is none"),
    "weights": (("stage", "replicate", "weight"), "1", "weights at the stage's end"),
}


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    first = read_weights(snakemake.input.weights, params.settings["replicates"])
    record = sequence.run(params.settings, params.seed, params.study, first)
    errors = np.median(record.location_error, axis=1)
    job.LOG.info("median distance of the MAP by stage: %s", errors.round(4))
    return xr.Dataset({name: variable(dims, getattr(record, name), *words) for name, (dims, *words) in LAYOUT.items()})


if __name__ == "__main__":
    job.run(main, snakemake)
