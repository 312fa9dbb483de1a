"""Gather what beliefs, and the learned strength if there is one, say over variants, replicates and
stages.
"""

import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.store import variable
from boed.studies.hybrid.stage_files import read_weights

VARIANT = {"units": "1", "long_name": "variant of the study"}
END = "at the end of the stage"
DISTANCE = f"distance of the MAP from the true source {END}"
LEVEL = "probability of the credible region that just reaches the true source"
COLLECTED = {
    "location_error": ("location_error", "length", DISTANCE),
    "posterior_spread": ("spread", "length", f"equivalent deviation of the belief {END}"),
    "credible_level": ("credible_level", "1", LEVEL),
}


def main(snakemake) -> xr.Dataset:
    variants, settings = snakemake.params.variants, snakemake.params.settings
    stages, replicates = len(settings["times"]), settings["replicates"]
    beliefs = [store.read(path) for path in snakemake.input.beliefs]

    def arranged(values):
        shaped = np.stack(values).reshape(len(variants), stages, replicates).transpose(0, 2, 1)
        return ("variant", "replicate", "stage"), shaped

    data = {
        name: variable(*arranged([part[stored].values for part in beliefs]), *words)
        for name, (stored, *words) in COLLECTED.items()
    }
    if snakemake.input.strengths:
        strengths = [read_weights(path, replicates)[:, 0] for path in snakemake.input.strengths]
        words = ("concentration*length^2/time", "learned source strength at the end of the stage")
        data["strength"] = variable(*arranged(strengths), *words)
    coordinates = {
        "variant": ("variant", list(variants), VARIANT),
        "stage": variable("stage", np.arange(1, stages + 1), "1", "stage"),
        "replicate": variable("replicate", np.arange(replicates), "1", "replicate"),
    }
    return xr.Dataset(data, coords=coordinates)


if __name__ == "__main__":
    job.run(main, snakemake)
