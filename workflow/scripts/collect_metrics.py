"""Gather a study's location errors and posterior spreads over variants, replicates and stages."""

import numpy as np
import xarray as xr

from boed import job, store
from boed.store import variable

COLLECTED = {
    "location_error": ("length", "distance of the MAP from the true source at the end of the stage"),
    "posterior_spread": ("length", "equivalent deviation of the belief at the end of the stage"),
}


def main(snakemake) -> xr.Dataset:
    variants, settings = snakemake.params.variants, snakemake.params.settings
    stages = len(settings["times"])
    beliefs = [store.read(path) for path in snakemake.input.beliefs]

    def gathered(name):
        values = np.stack([part[name].values for part in beliefs])
        return values.reshape(len(variants), stages, settings["replicates"]).transpose(0, 2, 1)

    dims = ("variant", "replicate", "stage")
    values = {"location_error": gathered("location_error"), "posterior_spread": gathered("spread")}
    return xr.Dataset(
        {name: variable(dims, values[name], *words) for name, words in COLLECTED.items()},
        coords={
            "variant": ("variant", list(variants), {"units": "1", "long_name": "variant of the study"}),
            "stage": variable("stage", np.arange(1, stages + 1), "1", "stage"),
            "replicate": variable("replicate", np.arange(settings["replicates"]), "1", "replicate"),
        },
    )


if __name__ == "__main__":
    job.run(main, snakemake)
