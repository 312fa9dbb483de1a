"""Gather what beliefs, and the learned strength if there is one, say over variants, replicates and
stages.
"""

import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.store import variable
from boed.studies.hybrid.stage_files import read_weights

COLLECTED = {
    "location_error": (
        "location_error",
        "length",
        "distance of the MAP from the true source at the end of the stage",
    ),
    "posterior_spread": (
        "spread",
        "length",
        "equivalent deviation of the belief at the end of the stage",
    ),
    "credible_level": (
        "credible_level",
        "1",
        "probability of the credible region that just reaches the true source",
    ),
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
    return xr.Dataset(
        data,
        coords={
            "variant": (
                "variant",
                list(variants),
                {"units": "1", "long_name": "variant of the study"},
            ),
            "stage": variable("stage", np.arange(1, stages + 1), "1", "stage"),
            "replicate": variable("replicate", np.arange(replicates), "1", "replicate"),
        },
    )


if __name__ == "__main__":
    job.run(main, snakemake)
