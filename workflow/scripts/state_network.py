"""Weights that no pre-training makes: the authors' published ones, or those of a network that
corrects nothing.
"""

import numpy as np
import xarray as xr
import yaml

from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.systems.plume.starting_networks import correcting_nothing, from_kernels


def main(snakemake) -> xr.Dataset:
    params, replicates = snakemake.params, snakemake.params.settings["replicates"]
    if snakemake.wildcards.network == "released":
        with open(snakemake.input.published, encoding="utf-8") as stream:
            published = from_kernels(yaml.safe_load(stream)["layers"])
        weights = np.broadcast_to(published, (replicates, published.size))
    else:
        key = key_for(params.seed, "state_network", snakemake.wildcards.study)
        weights = correcting_nothing(replicate_keys(key, replicates), params.settings["network"])
    job.LOG.info("%s: %d weights a replicate", snakemake.wildcards.network, weights.shape[1])
    return xr.Dataset(
        {"weights": variable(("replicate", "weight"), weights, "1", "network weights")}
    )


if __name__ == "__main__":
    job.run(main, snakemake)
